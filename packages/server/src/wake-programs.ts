/** Brings the programs of a world back, those of `world.json` and those that others started, each with its body, heap and mail. */
import { ElsewhereError } from "@elsewhere/protocol";
import { embodyPrograms, seedOf, type ToEmbody } from "./populate.ts";
import { AuthorTexts } from "./programs/author/texts.ts";
import type { Bundle } from "./programs/author/bundle.ts";
import type { Code, ProgramPool } from "./programs/contract.ts";
import { originOf } from "./fork/origin.ts";
import { noted } from "./programs/history.ts";
import { type Kept, parseKept } from "./programs/kept.ts";
import { codeChooser } from "./programs/pins.ts";
import { codeSetting, Programs } from "./programs/programs.ts";
import type { ProgramSpec } from "./programs/spec.ts";
import type { RecoveredWorld } from "./recover.ts";
import type { DeliveryRow, Storage } from "./storage/contract.ts";
import { ClockHistory } from "./ticks/clock.ts";
import type { LoadedWorld } from "./worlds/load.ts";

export interface WakeOptions {
  readonly loaded: LoadedWorld;
  readonly storage: Storage;
  readonly pool: ProgramPool;
  readonly nowMs: () => number;
  readonly tickMs: number;
  readonly lockstep: boolean;
  /** Of a body that walks, 1/16 tile a tick. */
  readonly walkingSpeed: number;
}

export interface Woken {
  readonly programs: Programs;
  /** The program of each body that is one. */
  readonly programOf: Map<number, string>;
  upgrade(program: string, bundle: Bundle): Promise<void>;
  renew(file: string, bundle: Bundle): void;
}

/** What is known of a program before it has a body. */
interface Planned extends ToEmbody {
  readonly lasting: Omit<ProgramSpec, "program" | "name" | "walks" | "body" | "lastN" | "newBody" | "seed">;
  readonly kept: Kept | null;
}

export async function wakePrograms({ world, seed, tick, clocks }: RecoveredWorld, options: WakeOptions): Promise<Woken> {
  const { loaded, storage, pool, nowMs, tickMs, lockstep, walkingSpeed } = options;
  const codes = new Codes(loaded);
  const kept = new Map((await storage.programs()).map((row) => [row.program, parseKept(row)]));
  const codeOf = await codeChooser(storage);
  const planned: Planned[] = [];
  for (const plan of [...plansOfWorld(loaded, kept, codes), ...plansOfSpawned(loaded, kept, codes, tick)]) {
    planned.push({ ...plan, lasting: { ...plan.lasting, code: await codeOf(plan.id, plan.lasting.code, plan.kept) } });
  }
  const living = planned.filter((plan) => plan.kept?.ended !== true);
  const embodied = embodyPrograms(world, living, walkingSpeed);
  const mail = byProgram(await storage.mailboxes());
  const storedCodes = await codesIn(storage, planned);
  const programs = new Programs({
    pool,
    storage,
    grounds: await storage.grounds(),
    owners: loaded.owners,
    tick,
    storedCodes,
    nowMs,
    tickMs,
    lockstep,
    codeOf: (file) => codes.of(file),
    readCode: async (file) => codes.add(file, await loaded.bundle(file)),
    authorText: (codeHash, text) => codes.texts.of(codeHash, text),
  });
  for (const { id, name, walks, lasting, kept: before } of planned) {
    const own = embodied.get(id) ?? { body: -1, lastN: 0, newBody: false };
    programs.add({ program: id, name, walks, ...lasting, ...own, seed: seedOf(seed, id) }, before, mail.get(id) ?? []);
  }
  if ((await originOf(storage))?.tick === tick) programs.goOn(new ClockHistory(clocks).at(tick));
  const programOf = new Map([...embodied].map(([program, { body }]) => [body, program]));
  for (const live of world.maps.values()) {
    for (const { id, kind } of live.state.bodies()) if (kind === "program") live.watch(id, programs.wants(programOf.get(id) ?? ""));
  }
  return {
    programs,
    programOf,
    renew: (file, bundle) => void codes.add(file, bundle),
    upgrade: (program, bundle) => programs.upgrade(program, codes.add(programs.resident(program)?.spec.codeFile ?? "", bundle)),
  };
}

async function codesIn(storage: Storage, planned: readonly Planned[]): Promise<ReadonlySet<string>> {
  const stored = new Set<string>();
  for (const hash of new Set(planned.map(({ lasting }) => lasting.code.hash))) {
    if ((await storage.setting(codeSetting(hash))) !== null) stored.add(hash);
  }
  return stored;
}

function plansOfWorld(loaded: LoadedWorld, kept: ReadonlyMap<string, Kept>, codes: Codes): readonly Planned[] {
  return loaded.programs.map((program) => {
    const { id, name, walks, at, traits, description, layers, code: codeFile, memory, owner, quota, spawns } = program;
    const lasting = { codeFile, code: codes.of(codeFile)!, memory, owner, parent: null, quota, spawns };
    return { id, name, walks, at, traits, description, ...(layers && { layers }), lasting, kept: kept.get(id) ?? null };
  });
}

/** Ids of children begin with their parent's, so that sorted by length every parent comes before its children. */
function plansOfSpawned(loaded: LoadedWorld, kept: ReadonlyMap<string, Kept>, codes: Codes, tick: number): readonly Planned[] {
  const { map, entry } = loaded.start;
  const planned: Planned[] = [];
  for (const [id, each] of kept) {
    if (each.spawned === null) continue;
    const code = codes.of(each.spawned.codeFile);
    const gone = new ElsewhereError("unknown", `this world has no ${each.spawned.codeFile} any more`, { field: "code" }).toJSON();
    const { name, walks, codeFile, owner, parent, quota, spawns } = each.spawned;
    planned.push({
      id,
      name,
      walks,
      at: `${map}/${entry}`,
      traits: {},
      description: "",
      lasting: { codeFile, code: code ?? { hash: each.codeHash, text: "" }, memory: {}, owner, parent, quota, spawns },
      kept: code === null ? noted(each, { ...each, suspended: gone }, tick + 1) : each,
    });
  }
  return planned.sort((a, b) => a.id.length - b.id.length);
}

function byProgram(rows: readonly DeliveryRow[]): ReadonlyMap<string, DeliveryRow[]> {
  const mail = new Map<string, DeliveryRow[]>();
  for (const row of rows) {
    const own = mail.get(row.program);
    if (own) own.push(row);
    else mail.set(row.program, [row]);
  }
  return mail;
}

/** The modules of a world by their path, as they were last bundled. */
class Codes {
  readonly texts = new AuthorTexts();
  readonly #byFile = new Map<string, Code>();

  constructor({ bundles }: LoadedWorld) {
    for (const [file, bundle] of bundles) this.add(file, bundle);
  }

  of(file: string): Code | null {
    return this.#byFile.get(file) ?? null;
  }

  add(file: string, { code: text, codeHash: hash, map }: Bundle): Code {
    const code: Code = { hash, text };
    this.#byFile.set(file, code);
    this.texts.add(hash, map);
    return code;
  }
}
