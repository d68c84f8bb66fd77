/** Connections as plain as they can be, so that clients cost as little as possible beside what they decode. */
import { protocolVersion } from "@elsewhere/protocol";
import { WebSocket } from "ws";

/** A frame that shows something, without what else the protocol puts around it, and how long it was on the wire. */
export type Take = (frame: Uint8Array, wireBytes: number) => void;

const codes = { join: 10, state: 14, patch: 15 } as const;

/** A WebSocket frame of the server is headed by two bytes, or four from 126 bytes on; none here has 64 KB. */
const headed = (bytes: number): number => bytes + (bytes < 126 ? 2 : bytes < 65_536 ? 4 : 10);

/** Joins the town as an observer: a seat is reserved by HTTP, then taken by a WebSocket. */
export async function joinPeer(url: string, observer: number, take: Take): Promise<void> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}/matchmake/joinOrCreate/town`, { method: "POST", headers, body: JSON.stringify({ observer }) });
  const seat = (await response.json()) as { processId: string; roomId: string; sessionId: string };
  if (!response.ok) throw new Error(`no seat: ${JSON.stringify(seat)}`);
  const socket = new WebSocket(`${url.replace("http", "ws")}/${seat.processId}/${seat.roomId}?sessionId=${seat.sessionId}`);
  await new Promise<void>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("close", (code) => reject(new Error(`the server closed observer ${observer}: ${code}`)));
    socket.on("message", (data: Buffer) => {
      if (data[0] === codes.join) socket.send(Uint8Array.of(codes.join));
      else if (data[0] === codes.state || data[0] === codes.patch) {
        take(data.subarray(1), headed(data.length));
        resolve();
      }
    });
  });
}

/** Comes in as one of the crowd, by the body that is there already. */
export async function joinOurs(url: string, observer: number, take: Take): Promise<void> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`);
  await new Promise<void>((resolve, reject) => {
    let last = "";
    socket.on("error", reject);
    socket.on("close", (code) => reject(new Error(`the host closed observer ${observer}: ${code} ${last}`)));
    socket.on("open", () =>
      socket.send(JSON.stringify({ type: "hello", version: protocolVersion, token: `person:${observer}`, frames: "binary" })),
    );
    socket.on("message", (data: Buffer, isBinary: boolean) => {
      if (!isBinary) {
        last = data.toString();
        return;
      }
      take(data, headed(data.length));
      resolve();
    });
  });
}
