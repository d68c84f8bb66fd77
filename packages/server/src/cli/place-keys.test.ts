import assert from "node:assert/strict";
import { test } from "node:test";
import { ElsewhereError } from "@elsewhere/protocol";
import { readPlaceKeys } from "./place-keys.ts";

async function read(text: string | null, shared = false): Promise<{ readonly keys: readonly string[]; readonly said: readonly string[] }> {
  const said: string[] = [];
  const keys = await readPlaceKeys("keys.txt", {
    absolute: (path) => `/home/ada/${path}`,
    readFile: async (path) => (path === "/home/ada/keys.txt" && text !== null ? new TextEncoder().encode(text) : null),
    isShared: async () => shared,
    say: (line) => said.push(line),
  });
  return { keys, said };
}

test("T16 a file of place keys holds coordinates, one a line, and comments", async () => {
  const { keys, said } = await read(
    "\uFEFF# of the harbour\r\nharbour/vault~under #3, the ~lamp\r\n\r\n  inn/the cellar~ivy  \n#inn/attic~old\n",
  );
  assert.deepEqual(keys, ["harbour/vault~under #3, the ~lamp", "inn/the cellar~ivy"]);
  assert.deepEqual(said, []);
  assert.deepEqual((await read("")).keys, []);
});

test("T16 a line that is none is told by file and number, and not repeated", async () => {
  for (const line of ["lantern", "harbour/vault", "vault~lantern", "harbour@1,2", "~lantern", `harbour/vault~${"lantern".repeat(40)}`]) {
    await assert.rejects(read(`harbour/vault~ivy\n\n${line}\nmore`), (error) => {
      assert.ok(error instanceof ElsewhereError);
      assert.deepEqual([error.code, error.detail.field], ["malformed", "--place-keys"]);
      assert.match(error.message, /^keys\.txt:3 is no coordinates of a hidden place: write MAP\/PLACE~SECRET/);
      assert.doesNotMatch(error.message, /lantern/);
      return true;
    });
  }
  await assert.rejects(read(null), { code: "unknown", message: /there is no file keys\.txt/ });
});

test("T16 a file that others may read is said", async () => {
  const { keys, said } = await read("harbour/vault~lantern\n", true);
  assert.deepEqual(keys, ["harbour/vault~lantern"]);
  assert.deepEqual(said, ["note: others may read keys.txt, which holds secrets: make it yours alone with chmod 600"]);
});
