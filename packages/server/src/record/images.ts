/** What images and the grounds they stand on must be like to be stored. */
import { ElsewhereError } from "@elsewhere/protocol/errors";
import type { GroundRow, ImageRow } from "../storage/contract.ts";
import { hexHash } from "./chain.ts";

/** Throws `corrupt` for an image that is not what its hash says. */
export function requireSoundImage({ program, turn, hash, bytes }: ImageRow): void {
  if (hexHash(bytes) === hash) return;
  throw new ElsewhereError("corrupt", `the image of program ${program} after turn ${turn} does not match its hash`, { field: "images" });
}

/** Throws `corrupt` for a ground that is not what its hash says. */
export function requireSoundGround({ kind, hash, bytes }: GroundRow): void {
  if (hexHash(bytes) === hash) return;
  throw new ElsewhereError("corrupt", `the ${kind} ${hash.slice(0, 12)} does not match its hash`, { field: "grounds" });
}

/** Throws `malformed` for a ground without what it needs. */
export function requireNeeds({ kind, hash, needs }: GroundRow, isStored: (hash: string) => boolean): void {
  const missing = needs.find((need) => !isStored(need));
  if (missing === undefined) return;
  const what = `the ${kind} ${hash.slice(0, 12)} needs ${missing.slice(0, 12)}, which is not stored; commit that with it`;
  throw new ElsewhereError("malformed", what, { field: "grounds" });
}

/** Throws `malformed` for an image that stands on nothing. */
export function requireTemplate({ program, turn, template }: ImageRow, isStored: (hash: string) => boolean): void {
  if (isStored(template)) return;
  const what = `the image of program ${program} after turn ${turn} stands on ${template.slice(0, 12)}, which is not stored; commit that with it`;
  throw new ElsewhereError("malformed", what, { field: "images" });
}

/** `roots` and everything they need, directly or through others. */
export function neededBy(roots: Iterable<string>, needsOf: (hash: string) => readonly string[]): ReadonlySet<string> {
  const needed = new Set(roots);
  // A set gives what is added to it while it is gone through.
  for (const hash of needed) for (const need of needsOf(hash)) needed.add(need);
  return needed;
}
