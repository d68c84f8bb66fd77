import assert from "node:assert/strict";
import { limits } from "@elsewhere/protocol";
import type { Hostile } from "../corpus/hostile.ts";
import type { Ended } from "./cell.ts";

/** That a hostile program ended as it may, within its memory, and is where it was before a turn that failed. */
export function assertContained({ ends, says }: Hostile, { end, fault, said, memoryBytes, afterwards }: Ended): void {
  assert.ok(ends.includes(end), `ended in ${end}: ${fault?.message ?? said}`);
  assert.ok(memoryBytes <= limits.heapBytesMax, `its memory has ${memoryBytes} bytes`);
  if (end === "well" && says !== undefined) assert.match(said, says);
  if (afterwards !== null) assert.equal(afterwards, "well", "it is back before the turn that failed");
}
