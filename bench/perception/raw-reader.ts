/** A WebSocket client that reads its socket no faster than it is told to, down to not at all: no library leaves that to us. */
import { connect, type Socket } from "node:net";
import { protocolVersion } from "@elsewhere/protocol";

/** Reads all there is, a byte a second, or nothing. */
export type Pace = "all" | "crawling" | "deaf";

const opcodes = { text: 1, binary: 2, close: 8, pong: 10 } as const;
const crawlMs = 1_000;
/** Signs of life that nobody asked for: who does not read does not see that it is asked, and would be taken for gone. */
const pongMs = 5_000;

export class RawReader {
  readonly #socket: Socket;
  readonly #take: (frame: Uint8Array) => void;
  readonly #byte = Buffer.alloc(1);
  readonly #room = Buffer.alloc(64 * 1024);
  #pace: Pace;
  #rest: Buffer = Buffer.alloc(0);
  #isUpgraded = false;

  /** Upgrades and says hello without waiting for an answer. */
  constructor(path: string, observer: number, pace: Pace, take: (frame: Uint8Array) => void) {
    this.#pace = pace;
    this.#take = take;
    const buffer = (): Buffer => (this.#pace === "all" ? this.#room : this.#byte);
    const callback = (count: number, bytes: Uint8Array): boolean => this.#read(bytes.subarray(0, count));
    this.#socket = connect({ path, onread: { buffer, callback } });
    if (pace === "deaf") this.#socket.pause();
    this.#socket.on("error", (error) => {
      throw error;
    });
    this.#socket.on("close", () => {
      throw new Error(`the host closed reader ${observer}`);
    });
    this.#socket.write(upgrade);
    const hello = { type: "hello", version: protocolVersion, token: `person:${observer}`, frames: "binary" };
    this.#socket.write(maskedFrame(opcodes.text, Buffer.from(JSON.stringify(hello))));
    setInterval(() => this.#socket.write(maskedFrame(opcodes.pong, Buffer.alloc(0))), pongMs);
  }

  /** From now on it reads everything. */
  wake(): void {
    this.#pace = "all";
    this.#socket.resume();
  }

  /** Returns whether it goes on reading. */
  #read(bytes: Uint8Array): boolean {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    if (!this.#isUpgraded) this.#passUpgrade();
    if (this.#isUpgraded) while (this.#takeFrame());
    if (this.#pace === "crawling") setTimeout(() => this.#socket.resume(), crawlMs);
    return this.#pace === "all";
  }

  #passUpgrade(): void {
    const end = this.#rest.indexOf("\r\n\r\n");
    if (end === -1) return;
    const head = this.#rest.toString("latin1", 0, end);
    if (!head.startsWith("HTTP/1.1 101 ")) throw new Error(`no WebSocket: ${head}`);
    this.#isUpgraded = true;
    this.#rest = this.#rest.subarray(end + 4);
  }

  /** Returns whether there was a whole one. What a server sends is not masked, and ours does not send it in pieces. */
  #takeFrame(): boolean {
    const rest = this.#rest;
    const start = headOf(rest);
    if (rest.length < start) return false;
    const end = start + (start === 2 ? rest[1]! & 0x7f : start === 4 ? rest.readUInt16BE(2) : rest.readUInt32BE(6));
    if (rest.length < end) return false;
    const [opcode, body] = [rest[0]! & 0x0f, rest.subarray(start, end)];
    this.#rest = rest.subarray(end);
    if (opcode === opcodes.close) throw new Error("the host said goodbye");
    if (opcode === opcodes.binary) this.#take(body);
    return true;
  }
}

const longestHead = 10;

/** How long the head of a frame is: it holds the length of what follows in one byte, two or eight, of which four are always 0 here. */
function headOf(frame: Uint8Array): number {
  const length = (frame[1] ?? 0) & 0x7f;
  return length < 126 ? 2 : length === 126 ? 4 : longestHead;
}

const upgrade = [
  "GET /ws HTTP/1.1",
  "Host: localhost",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "\r\n",
].join("\r\n");

/** As a client must send it: with a mask, which may be of zeros and then changes nothing. */
function maskedFrame(opcode: number, body: Buffer): Buffer {
  if (body.length >= 65_536) throw new Error("too long a frame");
  const length = body.length < 126 ? [body.length | 0x80] : [126 | 0x80, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([opcode | 0x80, ...length, 0, 0, 0, 0]), body]);
}
