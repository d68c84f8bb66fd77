/** Rows as a small world might commit them, for tests of stores. */
import { ElsewhereError, type ErrorCode } from "@elsewhere/protocol";
import { hexHash } from "../../record/chain.ts";
import type { GroundRow, ImageRow, TurnRow } from "../contract.ts";

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
export const code = (expected: ErrorCode) => (error: unknown) => error instanceof ElsewhereError && error.code === expected;

export const record = (map: string, tick: number, text = `${map} ${tick}`) => ({ map, tick, bytes: bytesOf(text) });
export const turn = (program: string, n: number, throughSeq = 0): TurnRow => ({
  program,
  turn: n,
  tick: n,
  throughSeq,
  bytes: bytesOf(`turn ${n}`),
});
export function ground(kind: GroundRow["kind"], text: string, needs: readonly GroundRow[] = []): GroundRow {
  const bytes = bytesOf(`${kind} ${text}`);
  return { hash: hexHash(bytes), kind, bytes, needs: needs.map(({ hash }) => hash) };
}
const engine = ground("engine", "one");
export const base = ground("base", "one", [engine]);
/** What `image` makes images of, and all that it needs. */
export const template = ground("template", "one", [base]);
export const grounds: readonly GroundRow[] = [engine, base, template];
export function image(program: string, n: number, anew = false, on = template): ImageRow {
  const bytes = bytesOf(`image of ${program} after ${n}`);
  return { program, turn: n, hash: hexHash(bytes), bytes, template: on.hash, anew };
}
export const delivery = (program: string, seq: number) => ({ program, seq, tick: seq, json: `{"seq":${seq}}` });
