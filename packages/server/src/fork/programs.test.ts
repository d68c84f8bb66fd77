import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import type { Percept } from "@elsewhere/protocol";
import type { Kept } from "../programs/kept.ts";
import { parseKept } from "../programs/kept.ts";
import { defaultQuota } from "../programs/quotas.ts";
import { Hosted, specOf } from "../programs/testing/hosting.ts";
import { heard } from "../programs/testing/percepts.ts";
import { openPool } from "../programs/testing/pools.ts";
import { sumOf, turnHash } from "../record/chain.ts";
import { sealedText } from "../sealing/rows.ts";
import { DataKey } from "../sealing/seal.ts";
import { cellar } from "../sealing/testing/host.ts";
import type { CommitBatch } from "../storage/contract.ts";
import { pastPrograms } from "./programs.ts";
import { comparable, recordOf } from "./testing/recorded.ts";

/** What was true of a program after a tick. */
interface Truth {
  readonly tick: number;
  readonly program: string;
  /** Null before anything was kept of it. */
  readonly kept: Kept | null;
  readonly mail: readonly (readonly [tick: number, json: string])[];
}

function truthsOf(host: Hosted, rows: ReadonlyMap<string, string>): Truth[] {
  return [...host.programs.residents].map(([program, { mailbox }]) => {
    const state = rows.get(program);
    return { tick: host.tick, program, kept: state === undefined ? null : parseKept({ program, state }), mail: mailbox.all };
  });
}

const busy = `
memory.starts = (memory.starts ?? 0) + 1;
let count = 0;
me.on("heard", async ({ text }) => {
  memory.heard = (memory.heard ?? 0) + 1;
  if (text === "poison") for (;;);
  if (text === "child") await spawn({ code: "programs/child.ts", name: "child", memory: { count } }).catch(() => {});
  await me.say("I heard " + ++count);
});
me.on("emoted", async () => { await sleep({ minutes: 3 }); await me.say("later"); });
`;

const acts = [
  "heard",
  "child",
  "poison",
  "emote",
  "suspend",
  "resume",
  "upgrade",
  "rewind",
  "end",
  "restart",
  "nothing",
  "nothing",
  "flood",
] as const;

async function act(host: Hosted, what: (typeof acts)[number], program: string): Promise<Hosted> {
  const command = (kind: "suspend" | "resume" | "upgrade" | "end"): void => void host.programs.command(program, { kind }).catch(() => {});
  const emoted: Percept = { kind: "emoted", from: { id: 1, name: "Bob" }, text: "waves" };
  const said: Partial<Record<typeof what, readonly Percept[]>> = {
    heard: [heard("bread"), heard("again")],
    child: [heard("child")],
    poison: [heard("poison")],
    emote: [emoted],
    flood: Array.from({ length: 12 }, (_, i) => heard(`flood ${i}`)),
  };
  if (what === "suspend" || what === "resume" || what === "upgrade" || what === "end") command(what);
  if (what === "rewind") {
    const [image] = await host.storage.images(program);
    if (image !== undefined) void host.programs.command(program, { kind: "rewind", hash: image.hash }).catch(() => {});
  }
  await host.step(said[what] ?? []);
  return host;
}

interface Lived {
  readonly committed: readonly CommitBatch[];
  readonly truths: readonly Truth[];
  /** Whether a mailbox was ever full. */
  readonly overflowed: boolean;
}

type Step = readonly [what: (typeof acts)[number], first: boolean];

/** Two programs live through all that, and what they start. */
async function live(steps: readonly Step[]): Promise<Lived> {
  const quota = { ...defaultQuota(true), mailboxItems: 40 };
  const specs = ["a", "b"].map((id) => specOf(id, busy, { quota, spawns: ["programs/child.ts"] }));
  const prepared = (host: Hosted): Hosted => {
    host.codes.set("programs/child.ts", specOf("child", `me.on("heard", () => me.say("I am small"));`).code);
    for (const { code, codeFile } of specs) host.codes.set(codeFile!, code);
    return host;
  };
  let host = prepared(
    await Hosted.open(specs, (storage) =>
      openPool({ turnMsMax: 5_000, startMsMax: 10_000, ground: async (hash) => (await storage.ground(hash))?.bytes ?? null }),
    ),
  );
  const rows = new Map<string, string>();
  const truths: Truth[] = [];
  let seen = 0;
  let overflowed = false;
  for (const [what, first] of [["nothing", true] as const, ["nothing", true] as const, ...steps]) {
    if (what === "restart") {
      host = prepared(await host.kill());
      await host.step();
    } else await act(host, what, first ? "a" : "b");
    for (const { programs = [] } of host.committed.slice(seen)) for (const { program, state } of programs) rows.set(program, state);
    seen = host.committed.length;
    overflowed ||= [...host.programs.residents.values()].some(({ mailbox }) => mailbox.size >= quota.mailboxItems);
    truths.push(...truthsOf(host, rows));
  }
  await host.programs.close();
  return { committed: host.committed, truths, overflowed };
}

const step = fc.tuple(fc.constantFrom(...acts), fc.boolean());
const flooded: Step[] = (["poison", "flood", "heard", "heard", "flood", "heard", "flood"] as const).map((what) => [what, false]);

test("R106 R107 how every program stood, and its mail, follows for any tick from the record alone", { timeout: 180_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const { committed, truths, overflowed } = await live(steps);
      const record = recordOf(committed);
      for (const { tick, program, kept, mail } of truths) {
        if (kept === null) continue;
        const at = `${program} at tick ${tick}`;
        const found = pastPrograms(record, tick).programs.find((each) => each.program === program);
        assert.ok(found, at);
        assert.deepEqual(comparable(found.kept), comparable(kept), at);
        const told = found.mail.map((each) => `${each.tick} ${each.json}`);
        const wanted = mail.map(([of, json]) => `${of} ${json}`);
        if (!overflowed) assert.deepEqual(told, wanted, at);
        // What is dropped later is missing; what was dropped before lies in storage until a turn has taken what came after it.
        const missing = wanted.filter((each) => !told.includes(each)).length;
        assert.ok(missing <= found.droppedLater, `${at}: ${missing} missing, ${found.droppedLater} told`);
      }
    }),
    { numRuns: 10, examples: [[flooded]] },
  );
});

test("Z82 a program is left out from its first turn on that has to be known and cannot be opened, and not before", async () => {
  const host = await Hosted.open([specOf("a", busy)], () => openPool({ turnMsMax: 5_000, startMsMax: 10_000 }));
  for (let i = 0; i < 12; i++) await host.step(i % 3 === 0 ? [heard("bread")] : []);
  await host.programs.close();
  const open = recordOf(host.committed);
  const turns = open.turns();
  const key = await DataKey.make(cellar.recipient, randomBytes);
  const sealFrom = (turn: number): ReturnType<typeof recordOf> => ({
    ...open,
    turns: () =>
      turns.map((row) => {
        const bytes = row.turn < turn ? row.bytes : key.seal(row.bytes, `turn:a:${row.turn}`);
        return { ...row, bytes, sum: sumOf(turnHash({ ...row, bytes })) };
      }),
    states: () => open.states().map(({ program, state }) => ({ program, state: sealedText(key.seal(Buffer.from(state), "state:a")) })),
  });
  assert.ok(turns.length > 4);
  for (const { turn, tick } of turns.slice(2)) {
    const sealed = sealFrom(turn);
    const before = turns.find((row) => row.turn === turn - 1)!;
    assert.deepEqual(pastPrograms(sealed, tick), { programs: [], shut: ["a"] }, `turn ${turn} at tick ${tick}`);
    // What the turn before was given came to it with the tick before.
    const had = pastPrograms(sealed, before.tick - 2);
    assert.deepEqual([had.shut, had.programs], [[], pastPrograms(open, before.tick - 2).programs], `before turn ${turn - 1}`);
  }
});
