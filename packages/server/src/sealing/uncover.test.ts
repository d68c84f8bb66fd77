import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { hexHash, sameHash, sumOf, turnHash } from "../record/chain.ts";
import type { RecordReader } from "../record/reader.ts";
import type { CommitBatch, Storage } from "../storage/contract.ts";
import { openMemory } from "../storage/memory/memory.ts";
import { openRecordReader } from "../storage/sqlite/record-reader.ts";
import { openSqlite } from "../storage/sqlite/sqlite.ts";
import { grounds } from "../storage/testing/rows.ts";
import { Cover } from "./cover.ts";
import { type PlaceKey, placeKey, streamOf } from "./place-key.ts";
import { DataKey, DataKeys, keyIdOf } from "./seal.ts";
import { image, log, mail, memory, secret, setUp, state, turn } from "./testing/host.ts";
import { isSealedText, uncovered, uncoveredReader } from "./uncover.ts";

const root = mkdtempSync(join(tmpdir(), "elsewhere-sealing-"));
after(() => rmSync(root, { recursive: true, force: true }));

const programs = ["baker", "smith"] as const;
type Act =
  | { readonly kind: "go"; readonly inside: boolean }
  | { readonly kind: "mail" | "log"; readonly tells: boolean }
  /** Takes some of the mail that waits; an image may follow at once or later. */
  | { readonly kind: "turn"; readonly leaves: number; readonly image: boolean }
  | { readonly kind: "image" | "rewind" | "restart" };
type Step = readonly { readonly program: (typeof programs)[number]; readonly act: Act }[];

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constant("go" as const), inside: fc.boolean() }),
  fc.record({ kind: fc.constantFrom("mail" as const, "log" as const), tells: fc.constant(false) }),
  fc.record({ kind: fc.constantFrom("mail" as const, "log" as const), tells: fc.boolean() }),
  fc.record({ kind: fc.constant("turn" as const), leaves: fc.nat(2), image: fc.boolean() }),
  fc.record({ kind: fc.constant("turn" as const), leaves: fc.constant(0), image: fc.boolean() }),
  fc.record({ kind: fc.constantFrom("image" as const, "image" as const, "rewind" as const, "restart" as const) }),
);
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.array(fc.record({ program: fc.constantFrom(...programs), act }), { minLength: 1, maxLength: 3 }),
  { minLength: 10, maxLength: 40, size: "max" },
);

interface Stand {
  turn: number;
  imageTurn: number;
  seq: number;
  throughSeq: number;
}

/** Two stores that are told the same, one of them through a cover. */
class Twin {
  readonly plain = openMemory();
  readonly sealed = openMemory();
  /** What was told inside, as it was written. */
  readonly told: string[] = [];
  /** Bytes and texts of rows as they went to the store, but for images and states: those tell what was inside before. */
  readonly stored: Buffer[] = [];
  host!: Awaited<ReturnType<typeof setUp>>;
  readonly #stands = new Map<string, Stand>(programs.map((program) => [program, { turn: 0, imageTurn: 0, seq: 0, throughSeq: 0 }]));
  #n = 0;

  async begin(): Promise<void> {
    const inside = this.host?.inside ?? new Set();
    this.host = await setUp(this.sealed);
    for (const who of inside) this.host.inside.add(who);
  }

  /** Does a step in one batch, and gives what was stored of it. */
  async step(step: Step): Promise<CommitBatch> {
    const batch = { grounds, deliveries: [], turns: [], images: [], programs: [], logs: [], memories: [] } as Required<
      Pick<CommitBatch, "grounds">
    > & { [key in "deliveries" | "turns" | "images" | "programs" | "logs" | "memories"]: NonNullable<CommitBatch[key]>[number][] };
    const other = { ...batch, images: [] as NonNullable<CommitBatch["images"]>[number][] };
    for (const { program, act } of step) {
      const stand = this.#stands.get(program)!;
      const n = ++this.#n;
      const words = (tells = false): string => {
        const text = `<word ${n}>${tells ? secret : ""}`;
        if (tells || this.host.inside.has(`program:${program}`)) this.told.push(`<word ${n}>`);
        return text;
      };
      const isNew = (rows: readonly { readonly program: string }[]): boolean => !rows.some((row) => row.program === program);
      if (act.kind === "go") {
        // Where it was before the batch counts as well, as on a host.
        const moves = [batch.deliveries, batch.turns, batch.images, batch.logs].every(isNew) && batch.memories.length === 0;
        if (moves) this.#go(program, act.inside);
      } else if (act.kind === "mail") batch.deliveries.push(mail(program, ++stand.seq, words(act.tells)));
      else if (act.kind === "log") {
        batch.logs.push(log(program, words(act.tells), n));
        if (this.host.inside.has("person:ann")) batch.memories.push(memory("person:ann", n, words()));
      } else if (act.kind === "turn" && isNew(batch.turns) && isNew(batch.images)) {
        const through = Math.max(stand.throughSeq, stand.seq - act.leaves);
        Object.assign(stand, { turn: stand.turn + 1, throughSeq: through });
        batch.turns.push(turn(program, stand.turn, through, JSON.stringify({ percepts: [words()] })));
        batch.programs.push(state(program, `state ${n}`));
        if (act.image) this.#image(program, stand, batch.images, other.images);
      } else if (act.kind === "image" && isNew(batch.images)) this.#image(program, stand, batch.images, other.images);
      else if (act.kind === "rewind" && isNew(batch.images) && isNew(batch.turns)) await this.#rewind(program, stand, batch, other);
    }
    const covered = await this.host.commit(batch);
    await this.plain.commit(other);
    for (const row of covered.turns!) this.stored.push(Buffer.from(row.bytes));
    this.stored.push(Buffer.from(JSON.stringify([covered.deliveries, covered.logs, covered.memories])));
    if (step.some(({ act }) => act.kind === "restart")) await this.begin();
    return covered;
  }

  /** Everybody leaves, takes all mail and has an image stored. */
  async leave(): Promise<void> {
    for (const program of programs) this.#go(program, false);
    await this.step(programs.map((program) => ({ program, act: { kind: "turn", leaves: 0, image: false } })));
    await this.step(programs.map((program) => ({ program, act: { kind: "image" } })));
  }

  #go(program: string, inside: boolean): void {
    for (const who of [`program:${program}`, ...(program === "baker" ? ["person:ann"] : [])]) {
      if (inside) this.host.inside.add(who);
      else this.host.inside.delete(who);
    }
  }

  #image(program: string, stand: Stand, ...into: NonNullable<CommitBatch["images"]>[number][][]): void {
    if (stand.turn <= stand.imageTurn) return;
    stand.imageTurn = stand.turn;
    const row = image(program, stand.turn, `${program} ${this.#n}`);
    for (const rows of into) rows.push(row);
  }

  async #rewind(program: string, stand: Stand, batch: CommitBatch, other: CommitBatch): Promise<void> {
    const read = async (storage: Storage) => {
      const last = (await storage.images(program)).at(-1);
      return last === undefined ? null : await storage.image(program, last.hash);
    };
    const [sealed, plain] = [await read(this.host.storage), await read(this.plain)];
    assert.deepEqual(sealed && { ...sealed, anew: false }, plain && { ...plain, anew: false });
    if (sealed === null || plain === null) return;
    Object.assign(stand, { turn: sealed.turn, imageTurn: sealed.turn });
    (batch.images as unknown[]).push({ ...sealed, anew: true });
    (other.images as unknown[]).push({ ...plain, anew: true });
  }
}

async function everythingOf(storage: Storage): Promise<unknown> {
  return {
    programs: await storage.programs(),
    mail: await storage.mailboxes(),
    heaps: await Promise.all(programs.map((program) => storage.heap(program))),
    logs: await Promise.all(programs.map((program) => storage.log(program, 1_000))),
    memory: await storage.memory("person:ann", 0, 1_000),
  };
}

test("Z35 whatever is sealed and when, reading gives back what was told, and what was told inside is nowhere in the clear", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const twin = new Twin();
      await twin.begin();
      for (const step of all) await twin.step(step);
      assert.deepEqual(await everythingOf(twin.host.storage), await everythingOf(twin.plain));
      const stored = Buffer.concat(twin.stored);
      for (const words of [...twin.told, JSON.stringify(secret).slice(1, -1)]) assert.ok(!stored.includes(words), words);
    }),
    { numRuns: 80 },
  );
});

test("Z35 a program can be read without a key exactly from an image on that is stored open", async () => {
  const seen = { open: 0, sealed: 0, freed: 0 };
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const twin = new Twin();
      await twin.begin();
      const closed = uncovered(twin.sealed, DataKeys.parse(null));
      /** Programs of which something is sealed that no open image stands for. */
      const sealed = new Set<string>();
      for (const step of all) {
        const covered = await twin.step(step);
        const freed = new Set<string>();
        for (const { program, bytes } of [...covered.turns!, ...covered.images!]) if (keyIdOf(bytes) !== null) sealed.add(program);
        for (const { program, bytes } of covered.images!) if (keyIdOf(bytes) === null && sealed.delete(program)) freed.add(program);
        for (const program of programs) {
          const heap = await closed.heap(program).catch(() => null);
          assert.equal(heap === null, sealed.has(program), program);
          seen[heap === null ? "sealed" : "open"]++;
        }
        for (const program of freed) {
          seen.freed++;
          const rest = [
            ...(await closed.programs()).map((row) => ({ ...row, text: row.state })),
            ...(await closed.mailboxes()).map((row) => ({ ...row, text: row.json })),
          ];
          assert.ok(
            rest.every((row) => row.program !== program || !isSealedText(row.text)),
            program,
          );
        }
      }
      await twin.leave();
      for (const program of programs) await closed.heap(program);
      assert.ok((await closed.programs()).every((row) => !isSealedText(row.state)));
    }),
    { numRuns: 80 },
  );
  assert.ok(Math.min(seen.open, seen.sealed, seen.freed) > 30, JSON.stringify(seen));
});

/** A record on disk of somebody inside and somebody outside. */
async function recorded(dir: string) {
  const { inside, commit, keys, stored } = await setUp(await openSqlite(dir));
  inside.add("program:baker");
  const batch: CommitBatch = {
    grounds,
    turns: [...programs.map((program) => turn(program, 1)), ...programs.map((program) => turn(program, 2))],
    images: programs.map((program) => image(program, 1)),
    programs: programs.map((program) => state(program, "awake")),
    deliveries: programs.map((program) => mail(program, 1)),
    settings: [{ key: "code:1", value: `goTo(${JSON.stringify(secret)})` }],
  };
  await commit(batch);
  await stored.close();
  return { batch, keys };
}

const told = ({ bytes }: { readonly bytes: Uint8Array | null }) => Buffer.from(bytes ?? []).toString("hex");
/** What whoever goes through a record checks of each turn and image. */
const isSound = (reader: RecordReader): boolean =>
  [...reader.turns()].every((row) => sameHash(sumOf(turnHash(row)), row.sum)) &&
  [...reader.images()].every(({ bytes, hash }) => bytes !== null && hexHash(bytes) === hash);

test("Z36 a record on the disk is read opened, each row with the hashes it now has, or as it is stored without a key", async () => {
  const dir = join(root, "read");
  const { batch, keys } = await recorded(dir);
  const reader = openRecordReader(dir);
  const open = uncoveredReader(reader, keys);
  assert.deepEqual([...open.turns()].map(told), batch.turns!.map(told));
  assert.deepEqual([...open.images()].map(told), batch.images!.map(told));
  assert.deepEqual([...open.states()], batch.programs);
  assert.deepEqual([...open.deliveries()], batch.deliveries);
  assert.deepEqual([open.setting("code:1"), open.setting("seals")], [batch.settings![0]!.value, keys.toSetting()]);
  assert.ok(isSound(open));
  assert.deepEqual(open.bytes, reader.bytes);

  const closed = uncoveredReader(reader, DataKeys.parse(open.setting("seals")));
  assert.deepEqual([...closed.turns()], [...reader.turns()]);
  assert.deepEqual([...closed.images()], [...reader.images()]);
  assert.deepEqual(
    [...closed.turns()].map((row) => keyIdOf(row.bytes) !== null),
    [true, false, true, false],
  );
  assert.deepEqual(
    [...closed.states()].map((row) => isSealedText(row.state)),
    [true, false],
  );
  assert.ok(isSound(closed));
  open.close();
});

test("Z36 damage to what is stored is still found by whoever checks what was opened", async () => {
  const dir = join(root, "damaged");
  const { keys } = await recorded(dir);
  const reader = openRecordReader(dir);
  const damaged: RecordReader = {
    ...reader,
    turns: () => [...reader.turns()].map((row) => ({ ...row, tick: row.tick + 1 })),
    images: () => [...reader.images()].map((row) => ({ ...row, hash: row.hash.replace(/^./, (digit) => (digit === "0" ? "1" : "0")) })),
  };
  const open = uncoveredReader(damaged, keys);
  for (const row of open.turns()) assert.ok(!sameHash(sumOf(turnHash(row)), row.sum));
  for (const { bytes, hash } of open.images()) assert.notEqual(hexHash(bytes!), hash);
  reader.close();
});

test("Z34 who came out of one room into another can be read with the keys of both, and with that of the last alone nothing of theirs is given", async () => {
  const [first, second] = [await placeKey("inn", "cellar", "below"), await placeKey("inn", "attic", "above")];
  const keys = DataKeys.parse(null);
  for (const { recipient } of [first, second]) keys.add(await DataKey.make(recipient, randomBytes));
  let room = streamOf(first.recipient);
  const cover = new Cover({ keys, roomOf: () => room, secrets: () => [] });
  const stored = openMemory();
  await stored.commit({ grounds });
  await stored.commit(cover.cover({ turns: [turn("baker", 1)], programs: [state("baker", "below")] }));
  room = streamOf(second.recipient);
  await stored.commit(cover.cover({ turns: [turn("baker", 2)], programs: [state("baker", "above")] }));
  const read = async (...places: readonly PlaceKey[]): Promise<string> => {
    const some = DataKeys.parse(keys.toSetting());
    for (const place of places) await some.unlock(place);
    return (await uncovered(stored, some).programs())[0]!.state;
  };
  assert.ok(isSealedText(await read(second)));
  assert.equal(await read(first, second), state("baker", "above").state);
});
