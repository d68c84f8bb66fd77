/** Closed places from the command line, before a real host. */
import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { closedHarbour, signalRoom } from "./support/closed-room.ts";
import { runElsewhere, startServer } from "./support/server.ts";

const folder = await mkdtemp(join(tmpdir(), "elsewhere-places-"));
const world = await closedHarbour();
after(() => Promise.all([folder, world].map((path) => rm(path, { recursive: true, force: true }))));

const secret = signalRoom.slice(signalRoom.indexOf("~") + 1);
const flags = ["--world", world, "--port", "0", "--data", join(folder, "data")];

test("T17 a host says that a room is closed, and the command opens it, once", { timeout: 60_000 }, async () => {
  const server = await startServer(flags);
  try {
    await server.says(/Hidden rooms of lighthouse are closed/);
    const { url, token } = server;
    const wrong = await runElsewhere(["place", "open", `${signalRoom}!`, "--url", url]);
    assert.deepEqual([wrong.code, wrong.out], [1, ""]);
    assert.match(wrong.errors, /^elsewhere: http:\/\/127\.0\.0\.1:\d+ opened nothing: there is no such place: [^\n]*\n$/);
    // On standard input, as from a file: the last argument is nothing a shell would remember.
    const opened = await runElsewhere(["place", "open", "--url", url, "--json"], `${signalRoom}\n`);
    assert.deepEqual([opened.code, JSON.parse(opened.out)], [0, { map: "lighthouse", place: "signal room", opened: true }]);
    const again = await runElsewhere(["place", "open", signalRoom, "--url", `${url}/#operator=${token}`]);
    assert.deepEqual([again.code, again.out], [0, "lighthouse/signal room was open already.\n"]);
    const nobody = await runElsewhere(["place", "open", "--url", url], "");
    assert.deepEqual([nobody.code, nobody.out], [1, ""]);
    assert.ok(![wrong, opened, again, nobody].some(({ out, errors }) => `${out}${errors}`.includes(secret)));
    assert.ok(!server.errors().includes(secret), server.errors());
  } finally {
    await server.stop();
  }
});

test("T16 a file of place keys opens rooms at the start, and one that others may read is said", { timeout: 60_000 }, async () => {
  const keys = join(folder, "keys.txt");
  await writeFile(keys, `# The lighthouse\n${signalRoom}\n`, { mode: 0o600 });
  const server = await startServer([...flags, "--place-keys", keys]);
  try {
    const again = await runElsewhere(["place", "open", signalRoom, "--url", server.url]);
    assert.equal(again.out, "lighthouse/signal room was open already.\n");
    assert.doesNotMatch(server.errors(), /closed|others may read/);
  } finally {
    await server.stop();
  }
  await writeFile(keys, `${signalRoom}\nthe ${secret}\n`);
  await chmod(keys, 0o644);
  const refused = await runElsewhere(["up", ...flags, "--place-keys", keys]);
  assert.equal(refused.code, 1);
  assert.match(refused.errors, /note: others may read .*keys\.txt, which holds secrets/);
  assert.match(refused.errors, /elsewhere: .*keys\.txt:2 is no coordinates of a hidden place: write MAP\/PLACE~SECRET/);
  assert.ok(!refused.errors.includes(secret), refused.errors);
});
