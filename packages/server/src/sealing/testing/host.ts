/** A host with one hidden room, as far as sealing goes, and rows of who lives there. For tests. */
import { randomBytes } from "node:crypto";
import { encodeTurn } from "../../programs/transcript.ts";
import { hexHash } from "../../record/chain.ts";
import type { CommitBatch, ImageRow, Storage, TurnRow } from "../../storage/contract.ts";
import { openMemory } from "../../storage/memory/memory.ts";
import { bytesOf, template } from "../../storage/testing/rows.ts";
import { Cover } from "../cover.ts";
import { placeKey, streamOf } from "../place-key.ts";
import { DataKey, DataKeys } from "../seal.ts";
import { uncovered } from "../uncover.ts";

export const secret = 'below "the" stairs';
export const cellar = await placeKey("inn", "cellar", secret);
const stream = streamOf(cellar.recipient);

const make = () => DataKey.make(cellar.recipient, randomBytes);

/** A store, and what a host with one open room commits to it through. */
export async function setUp(stored: Storage = openMemory()) {
  const keys = DataKeys.parse(await stored.setting("seals"));
  await keys.unlock(cellar);
  keys.add(await make());
  const inside = new Set<string>();
  const cover = new Cover({ keys, roomOf: (who) => (inside.has(who) ? stream : null), secrets: () => [{ stream, secret }] });
  await cover.restoreFrom(stored);
  await stored.commit({ settings: [{ key: "seals", value: keys.toSetting() }] });
  const commit = async (batch: CommitBatch): Promise<CommitBatch> => {
    const covered = cover.cover(batch);
    await stored.commit(covered);
    return covered;
  };
  return { stored, keys, cover, inside, commit, storage: uncovered(stored, keys) };
}

export const turn = (program: string, n: number, throughSeq = 0, input = "{}"): TurnRow => ({
  program,
  turn: n,
  tick: n,
  throughSeq,
  bytes: encodeTurn({ input, outcome: '{"ok":true}' }),
});
export const image = (program: string, n: number, what = `heap of ${program} after ${n}`, anew = false): ImageRow => {
  const bytes = bytesOf(`ELSI ${what}`);
  return { program, turn: n, hash: hexHash(bytes), bytes, template: template.hash, anew };
};
export const mail = (program: string, seq: number, text = "hello") => ({
  program,
  seq,
  tick: seq,
  json: JSON.stringify({ kind: "heard", text }),
});
export const state = (program: string, text: string) => ({ program, state: JSON.stringify({ version: 2, text }) });
export const log = (program: string, text: string, now = 1) => ({ program, now, level: "log" as const, text });
export const memory = (who: string, seq: number, text = "hello") => ({ who, seq, now: seq, json: JSON.stringify({ text }) });
