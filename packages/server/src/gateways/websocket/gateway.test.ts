import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import { limits } from "@elsewhere/protocol";
import { WebSocket } from "ws";
import { FakeDoor, FakeTime, listenLocally } from "../testing/fakes.ts";
import { createWebSocketGateway, type WebSocketGatewayOptions } from "./gateway.ts";

async function start(context: TestContext, more: Partial<WebSocketGatewayOptions> = {}) {
  const door = new FakeDoor();
  const time = new FakeTime();
  const faults: unknown[] = [];
  const gateway = createWebSocketGateway({ door, time, onFault: (error) => faults.push(error), ...more });
  const server = createServer();
  gateway.attach(server);
  const address = await listenLocally(server);
  context.after(async () => {
    await gateway.close();
    server.close();
  });
  /** Connects and gathers what the host says until the end. */
  const dial = (options: { path?: string; headers?: Record<string, string> } = {}) => {
    const socket = new WebSocket(`ws://${address}${options.path ?? "/ws"}`, { headers: options.headers ?? {} });
    const said: { readonly type: string; readonly reason?: string; readonly error?: { code: string; field: string; limit: number } }[] = [];
    socket.on("message", (data) => said.push(JSON.parse((data as Buffer).toString())));
    socket.on("error", () => {});
    const opened = once(socket, "open");
    const ended = once(socket, "close").then(([code]) => ({ code: code as number, said }));
    return { socket, opened, ended, said };
  };
  return { door, time, faults, gateway, server, address, dial };
}

test("G3 text goes to the door in order and frames come back as JSON", async (context) => {
  const { door, dial, gateway } = await start(context);
  const { socket, opened, said } = dial();
  await opened;
  socket.send("one");
  socket.send("zwei ü");
  await door.expect(() => door.met[0]?.received.length === 2);
  assert.deepEqual(door.met[0]!.received, ["one", "zwei ü"]);
  assert.equal(door.met[0]!.connection.loopback, true);
  assert.equal(gateway.connections, 1);
  door.met[0]!.connection.send({ type: "paused", reason: "full" });
  await once(socket, "message");
  assert.deepEqual(said, [{ type: "paused", reason: "full" }]);
  assert.equal(socket.extensions, "", "frames are not compressed");
  socket.close();
  await door.expect(() => door.met[0]!.closed === 1);
});

test("G1 a forwarded connection is no loopback", async (context) => {
  const { door, dial } = await start(context);
  await dial({ headers: { "X-Forwarded-For": "127.0.0.1" } }).opened;
  assert.equal(door.met[0]!.connection.loopback, false);
});

test("G4 a frame over the limit is refused by name, one far over it is cut", async (context) => {
  const { door, dial } = await start(context);
  const over = dial();
  await over.opened;
  over.socket.send("ü".repeat(limits.frameBytesMax / 2));
  over.socket.send("ü".repeat(limits.frameBytesMax / 2 + 1));
  const { code, said } = await over.ended;
  assert.deepEqual([code, said[0]?.reason, said[0]?.error?.code, said[0]?.error?.limit], [1009, "refused", "limit", limits.frameBytesMax]);
  assert.equal(door.met[0]!.received.length, 1, "exactly the limit is let through");
  const farOver = dial();
  await farOver.opened;
  farOver.socket.send("x".repeat(limits.frameBytesMax * 5));
  assert.equal((await farOver.ended).code, 1009);
  assert.equal(door.met[1]!.received.length, 0);
});

test("G4 binary frames are refused by name", async (context) => {
  const { door, dial } = await start(context);
  const { socket, opened, ended } = dial();
  await opened;
  socket.send(Buffer.from('{"type":"resync"}'));
  const { code, said } = await ended;
  assert.deepEqual([code, said[0]?.reason, said[0]?.error?.code], [1003, "refused", "unsupported"]);
  await door.expect(() => door.met[0]!.closed === 1);
  assert.equal(door.met[0]!.received.length, 0);
});

test("G4 broken UTF-8 and broken WebSocket frames end their connection alone", async (context) => {
  const { door, dial, address } = await start(context);
  const other = dial();
  await other.opened;
  const broken = dial();
  await broken.opened;
  broken.socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
  assert.equal((await broken.ended).code, 1007);
  const [host, port] = address.split(":");
  const raw = connect(Number(port), host);
  raw.write(
    `GET /ws HTTP/1.1\r\nHost: ${address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n`,
  );
  await once(raw, "data");
  raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]));
  raw.resume();
  await once(raw, "close");
  other.socket.send("still here");
  await door.expect(() => door.met[0]!.received.length === 1);
});

test("G5 a flood is refused by name, a burst of twice the rate is not", async (context) => {
  const { door, dial, time } = await start(context);
  const { socket, opened, ended } = dial();
  await opened;
  for (let i = 0; i < limits.framesPerSecondMax * 2; i += 1) socket.send("x");
  await door.expect(() => door.met[0]!.received.length === limits.framesPerSecondMax * 2);
  time.pass(1000);
  for (let i = 0; i < limits.framesPerSecondMax + 10; i += 1) socket.send("x");
  const { code, said } = await ended;
  assert.deepEqual(
    [code, said[0]?.reason, said[0]?.error?.code, said[0]?.error?.limit],
    [1008, "refused", "limit", limits.framesPerSecondMax],
  );
  assert.equal(door.met[0]!.received.length, limits.framesPerSecondMax * 3);
});

test("G7 sending to a reader that does not read never throws and shows as buffered bytes", async (context) => {
  const { door, dial } = await start(context);
  const { socket, opened } = dial();
  await opened;
  socket.pause();
  const { connection } = door.met[0]!;
  const reason = "x".repeat(1024 * 1024);
  for (let i = 0; i < 32; i += 1) connection.send({ type: "paused", reason });
  assert.ok(connection.bufferedBytes > limits.sendBufferBytesMax);
  socket.terminate();
  await door.expect(() => door.met[0]!.closed === 1);
  connection.send({ type: "paused", reason });
});

test("G8 a peer that answers no ping is unplugged", async (context) => {
  const { door, address, time } = await start(context);
  const socket = new WebSocket(`ws://${address}/ws`, { autoPong: false });
  socket.on("error", () => {});
  await once(socket, "open");
  time.pass(limits.pingMs);
  time.pass(limits.pingMs);
  await door.expect(() => door.met[0]!.closed === 1);
});

test("G2 a page of another origin is refused, also by an upgrade", async (context) => {
  const { door, dial, address } = await start(context, { allowedOrigins: ["https://friend.example"] });
  const refused = dial({ headers: { Origin: "https://evil.example" } });
  const [, response] = await once(refused.socket, "unexpected-response");
  assert.equal(response.statusCode, 403);
  await dial({ headers: { Origin: `http://${address}` } }).opened;
  await dial({ headers: { Origin: "https://friend.example" } }).opened;
  assert.equal(door.met.length, 2);
});

test("G3 other paths are answered with 404", async (context) => {
  const { door, dial } = await start(context);
  for (const path of ["/", "/ws/", "/wsx", "//"]) {
    const [, response] = await once(dial({ path }).socket, "unexpected-response");
    assert.equal(response.statusCode, 404);
  }
  await dial({ path: "/ws?from=console" }).opened;
  assert.equal(door.met.length, 1);
});

test("G10 beyond the sessions allowed one is told to come back later", async (context) => {
  const { door, dial } = await start(context, { sessionsMax: 1 });
  const first = dial();
  await first.opened;
  const { code, said } = await dial().ended;
  assert.deepEqual([code, said[0]?.reason, said[0]?.error?.code, said[0]?.error?.limit], [1013, "closing", "limit", 1]);
  assert.equal(door.met.length, 1);
  first.socket.close();
  await first.ended;
  await door.expect(() => door.met[0]!.closed === 1);
  await dial().opened;
  assert.equal(door.met.length, 2);
});

test("G9 a door that throws ends the connection it was shown, and no other", async (context) => {
  let calls = 0;
  const door = new FakeDoor();
  const connectLater = door.connect.bind(door);
  door.connect = (connection) => {
    calls += 1;
    if (calls === 1) throw new Error("door");
    return connectLater(connection);
  };
  const { dial, faults } = await start(context, { door });
  assert.equal((await dial().ended).code, 1011);
  assert.equal(faults.length, 1);
  await dial().opened;
});

test("G11 closing says goodbye to all, also to one that no longer answers, and leaves no timer", async (context) => {
  const { dial, gateway, time, server } = await start(context);
  const polite = dial();
  await polite.opened;
  const deaf = dial();
  await deaf.opened;
  deaf.socket.pause();
  await gateway.close();
  const { code, said } = await polite.ended;
  assert.deepEqual([code, said], [1001, [{ type: "bye", reason: "closing", error: null }]]);
  assert.deepEqual([gateway.connections, time.timersLeft], [0, 0]);
  assert.equal(server.listenerCount("upgrade"), 0);
  deaf.socket.terminate();
});
