/**
 * The floor: a server that does nothing but send frames of a given size, made already, to as many clients as there are
 * observers: `floor.ts OBSERVERS BYTES TICKS` prints its CPU. The clients are a process of their own, this file once more.
 */
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { Child, fromParent, tellParent } from "./children.ts";
import { type Joined, Meter, tickMs, warmTicks } from "./load.ts";

const [first, second, third] = process.argv.slice(2);

async function serve(observers: number, bytes: number, ticks: number): Promise<void> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
  await new Promise((resolve) => server.on("listening", resolve));
  const clients = new Child("./floor.ts", ["read", String((server.address() as AddressInfo).port), String(observers)]);
  await clients.hear<Joined>("joined");
  const meter = new Meter();
  const from = Math.min(warmTicks, ticks);
  let tick = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (tick === from) meter.begin();
      if (tick++ === from + ticks) {
        clearInterval(timer);
        resolve();
        return;
      }
      for (const socket of server.clients) socket.send(Buffer.alloc(bytes, tick));
    }, tickMs);
  });
  const { cpuMsPerTick } = meter.per(ticks);
  await clients.end();
  process.stdout.write(JSON.stringify({ cpuMsPerTick }));
  process.exit(0);
}

async function read(port: number, observers: number): Promise<void> {
  const sockets = Array.from({ length: observers }, () => new WebSocket(`ws://127.0.0.1:${port}`));
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.on("open", resolve))));
  fromParent(() => {});
  tellParent({ kind: "joined" });
}

if (first === "read") await read(Number(second), Number(third));
else await serve(Number(first), Number(second), Number(third));
