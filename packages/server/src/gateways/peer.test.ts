import assert from "node:assert/strict";
import { test } from "node:test";
import { isLoopbackRequest, isOriginAllowed } from "./peer.ts";

test("G1 a peer is loopback by its address and by the host it asked for", () => {
  const host = "localhost:7070";
  for (const address of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]) assert.ok(isLoopbackRequest(address, { host }), address);
  for (const address of ["10.0.0.1", "::ffff:10.0.0.1", "1127.0.0.1", "fe80::1", undefined])
    assert.ok(!isLoopbackRequest(address, { host }));
  for (const name of ["127.0.0.1:7070", "[::1]:7070", "console.localhost", "LOCALHOST"]) {
    assert.ok(isLoopbackRequest("127.0.0.1", { host: name }), name);
  }
  for (const name of ["evil.example:7070", "localhost.evil.example", "127.0.0.1.evil.example", "", undefined]) {
    assert.ok(!isLoopbackRequest("127.0.0.1", { host: name }), name);
  }
});

test("G1 any trace of forwarding makes a peer a stranger", () => {
  for (const name of ["x-forwarded-for", "x-forwarded-host", "x-forwarded-anything", "forwarded", "x-real-ip", "via"]) {
    assert.ok(!isLoopbackRequest("127.0.0.1", { host: "localhost", [name]: "127.0.0.1" }), name);
  }
});

test("G2 pages of the host itself and of listed origins may connect, no others", () => {
  assert.ok(isOriginAllowed(undefined, "localhost:7070", []));
  assert.ok(isOriginAllowed("http://localhost:7070", "localhost:7070", []));
  assert.ok(isOriginAllowed("https://world.example", "World.example", []));
  assert.ok(isOriginAllowed("https://friend.example", "world.example", ["https://friend.example"]));
  assert.ok(isOriginAllowed("https://any.example", "world.example", ["*"]));
  for (const origin of ["null", "", "http://localhost:7071", "http://localhost", "https://friend.example.evil", "file://"]) {
    assert.ok(!isOriginAllowed(origin, "localhost:7070", ["https://friend.example"]), origin);
  }
  assert.ok(!isOriginAllowed("http://localhost:7070", undefined, []));
});
