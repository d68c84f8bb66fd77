import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProgramCommand, ProgramInfo } from "@elsewhere/protocol";
import { refusal } from "./allowed.ts";

const kinds = ["suspend", "resume", "upgrade", "rewind", "end"] as const satisfies readonly ProgramCommand["kind"][];
const image = { turn: 1, hash: "a".repeat(64), bytes: 300 };

const allowed = (status: ProgramInfo["status"], images = [image]): readonly string[] =>
  kinds.filter((kind) => refusal(kind, { info: { status } as ProgramInfo, images }) === null);

test("K119 only a program that has turns can be asked to cross, and one that crosses or has crossed is left alone", () => {
  const asked = (status: ProgramInfo["status"]) => refusal("cross", { info: { status } as ProgramInfo, images: [image] });
  assert.equal(asked("running"), null);
  for (const status of ["backing_off", "suspended", "ended", "crossing", "crossed"] as const) assert.match(asked(status)!, /^It .*\.$/);
  assert.deepEqual(allowed("crossing"), []);
  assert.deepEqual(allowed("crossed"), []);
});

test("K66 what a program's state does not allow cannot be asked for, and says why", () => {
  assert.deepEqual(allowed("running"), ["suspend", "upgrade", "rewind", "end"]);
  assert.deepEqual(allowed("running", []), ["suspend", "upgrade", "end"]);
  assert.deepEqual(allowed("backing_off"), ["suspend", "resume", "upgrade", "rewind", "end"]);
  assert.deepEqual(allowed("suspended"), ["resume", "upgrade", "rewind", "end"]);
  assert.deepEqual(allowed("ended"), []);
  for (const kind of kinds) assert.match(refusal(kind, { info: { status: "ended" } as ProgramInfo, images: [] }) ?? "", /^[A-Z].*\.$/);
});
