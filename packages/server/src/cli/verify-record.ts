import { tellOrigin } from "../fork/origin.ts";
import { type Verification, verifyRecord } from "../record/verify.ts";
import type { Authority } from "./authority.ts";
import { nowAndThen } from "./now-and-then.ts";

/** `elsewhere record verify DIR`: all hashes of a data directory. */
export async function verifyRecordCommand(options: { readonly dir: string; readonly json: boolean }, authority: Authority): Promise<void> {
  const say = nowAndThen(authority);
  const report = await verifyRecord(authority.absolute(options.dir), (batches) => say(() => `${batches} commits are right so far`));
  if (options.json) authority.print(JSON.stringify(report));
  else {
    for (const { map, ticks, keyframes, firstTick, lastTick, head } of report.maps) {
      authority.print(
        `${map}: ${ticks} ticks and ${keyframes} keyframes, tick ${firstTick} to ${lastTick}, chain ends in ${head.slice(0, 16)}`,
      );
    }
    if (report.sealed.length > 0) authority.print(`${sealedIn(report)}: ${report.ok ? "verified unopened" : "not opened"}`);
    if (report.origin !== null) authority.print(`The world was ${tellOrigin(report.origin, true)}.`);
    authority.print(`${report.turns} turns and ${report.images} images of programs, ${report.bytes} bytes in all`);
    if (report.ok) authority.print("Every hash is right.");
  }
  for (const { message } of report.problems) authority.fail(message);
}

/** The sealed streams of hidden rooms, as far as they are in blocks. */
function sealedIn({ sealed }: Verification): string {
  const [blocks, bytes] = [sealed.reduce((sum, each) => sum + each.blocks, 0), sealed.reduce((sum, each) => sum + each.bytes, 0)];
  return `${counted(sealed.length, "sealed stream")}, ${counted(blocks, "block")}, ${Math.ceil(bytes / 1_000)} KB`;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
