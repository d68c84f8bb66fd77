import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { enter } from "@elsewhere/client";
import type { HostFrame, Percept } from "@elsewhere/protocol";
import { parseClientFrame } from "@elsewhere/protocol";
import type { Connection, SessionDoor } from "../packages/server/src/gateways/contract.ts";
import { createWebSocketGateway } from "../packages/server/src/gateways/websocket/gateway.ts";

const view: HostFrame = { type: "view", seq: 1, map: "harbour", tick: 1, now: 0, sight: 16, bodies: [], doors: [] };
const welcome = (lastN: number): HostFrame => ({
  type: "welcome",
  version: 2,
  world: "Harbour",
  body: 7,
  name: "Ada",
  epoch: 1,
  lastN,
  tickMs: 100,
  speed: 1,
  token: "guest",
  observing: false,
});

/** The least of a world: it takes every number once, remembers what was said, and answers unless told not to. */
class Door implements SessionDoor {
  readonly said: unknown[] = [];
  readonly tokens: (string | undefined)[] = [];
  answers = true;
  lastN = 0;
  newest: Connection | null = null;

  connect(connection: Connection) {
    this.newest = connection;
    return {
      closed: () => {},
      received: (text: string) => {
        const frame = parseClientFrame(text);
        if (frame.type === "hello") {
          this.tokens.push(frame.token);
          connection.send(welcome(this.lastN));
          connection.send(view);
        } else if (frame.type === "intent") this.#take(connection, frame.n, frame.intent);
      },
    };
  }

  #take(connection: Connection, n: number, intent: unknown): void {
    if (n <= this.lastN) return;
    // Lost on its way: not taken, and the connection with it.
    if (!this.answers) return connection.close();
    this.lastN = n;
    this.said.push(intent);
    const reply: Percept = { kind: "reply", n, ok: true, data: null };
    connection.send({ type: "tick", seq: 2, tick: 2, now: 1, moves: [], percepts: [reply] });
  }
}

test("C11 over real sockets a lost line loses and doubles nothing", async (context) => {
  const door = new Door();
  const after = (ms: number, wake: () => void) => {
    const timer = setTimeout(wake, ms);
    return () => clearTimeout(timer);
  };
  const onFault = (error: unknown) => assert.fail(String(error));
  const gateway = createWebSocketGateway({ door, time: { monotonicMs: () => performance.now(), after }, onFault });
  const server = createServer();
  gateway.attach(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(async () => {
    await gateway.close();
    server.close();
  });
  const states: string[] = [];
  const world = await enter({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    name: "Ada",
    backoff: { firstMs: 5, mostMs: 50 },
    onState: ({ kind }) => {
      states.push(kind);
      if (kind === "waiting") door.answers = true;
    },
  });
  await world.me.say("one");
  door.answers = false;
  await Promise.all([world.me.say("two"), world.me.say("three")]);
  assert.deepEqual(
    door.said,
    ["one", "two", "three"].map((text) => ({ kind: "say", text })),
  );
  assert.deepEqual(door.tokens, [undefined, "guest"]);
  assert.deepEqual(states, ["connecting", "open", "waiting", "connecting", "open"]);
  const ended = new Promise<void>((resolve) => world.on("state", ({ kind }) => kind === "closed" && resolve()));
  door.newest?.send({ type: "bye", reason: "fenced", error: null });
  await ended;
  assert.deepEqual(world.state, { kind: "closed", reason: "fenced", error: null });
});
