import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { type HostFrame, limits } from "@elsewhere/protocol";
import type { WebSocket } from "ws";
import { FakeTime } from "../testing/fakes.ts";
import { WebSocketConnection } from "./connection.ts";

/** The library's socket, as far as a connection uses it. */
class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  pings = 0;
  terminated = false;
  readonly sent: HostFrame[] = [];
  closedWith: number | null = null;
  send(text: string): void {
    this.sent.push(JSON.parse(text) as HostFrame);
  }
  ping(): void {
    this.pings += 1;
  }
  close(code: number): void {
    this.closedWith = code;
    this.readyState = 2;
  }
  terminate(): void {
    this.terminated = true;
    this.emit("close");
  }
  hear(text: string): void {
    this.emit("message", Buffer.from(text), false);
  }
}

function connect() {
  const socket = new FakeSocket();
  const faults: unknown[] = [];
  const received: string[] = [];
  const told = { closed: 0 };
  const connection = new WebSocketConnection(socket as unknown as WebSocket, true, new FakeTime(), (error) => faults.push(error));
  connection.serve({ received: (text) => received.push(text), closed: () => (told.closed += 1) });
  return { socket, connection, received, told, faults };
}

test("G8 a peer that gives no sign of life between two pings is unplugged, one that does is not", () => {
  const dead = connect();
  dead.connection.beat();
  assert.deepEqual([dead.socket.pings, dead.socket.terminated], [1, false]);
  dead.connection.beat();
  assert.deepEqual([dead.socket.terminated, dead.told.closed], [true, 1]);
  for (const sign of ["pong", "ping"]) {
    const alive = connect();
    for (let beat = 0; beat < 5; beat += 1) {
      alive.connection.beat();
      alive.socket.emit(sign, Buffer.alloc(0));
    }
    assert.equal(alive.socket.terminated, false);
  }
});

test("G5 control frames count as frames", () => {
  const { socket } = connect();
  for (let i = 0; i <= limits.framesPerSecondMax * 2; i += 1) socket.emit("ping", Buffer.alloc(0));
  assert.equal(socket.closedWith, 1008);
  const bye = socket.sent.at(-1)!;
  assert.ok(bye.type === "bye" && bye.error?.code === "limit" && bye.error.limit === limits.framesPerSecondMax);
});

test("G6 nothing is received or sent once an end has begun, and the end is told once", () => {
  const { socket, connection, received, told } = connect();
  socket.hear("before");
  connection.close();
  socket.hear("after");
  connection.send({ type: "paused", reason: null });
  connection.close();
  connection.goAway();
  socket.emit("error", new Error("reset"));
  socket.emit("close");
  assert.deepEqual(received, ["before"]);
  assert.deepEqual([socket.sent.length, socket.closedWith, told.closed], [0, 1000, 1]);
});

test("G9 what throws behind a connection ends that connection and is told", () => {
  const { socket, connection, faults, told } = connect();
  connection.serve({
    received: () => {
      throw new Error("behind");
    },
    closed: () => {
      told.closed += 1;
      throw new Error("at the end");
    },
  });
  socket.hear("x");
  socket.emit("close");
  assert.deepEqual([socket.closedWith, told.closed, faults.length], [1011, 1, 2]);
});
