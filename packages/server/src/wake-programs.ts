/** Brings the programs of a world back, those of `world.json` and those that others started, each with its body, heap and mail. */
import { ElsewhereError } from "@elsewhere/protocol";
import { type Embodied, Embodiment, removeStrangers, seedOf, type ToEmbody } from "./populate.ts";
import { AuthorTexts } from "./programs/author/texts.ts";
import type { Bundle } from "./programs/author/bundle.ts";
import type { Code, ProgramPool } from "./programs/contract.ts";
import { originOf } from "./fork/origin.ts";
import { noted } from "./programs/history.ts";
import { codeSetting, mapSetting } from "./programs/code-settings.ts";
import { hasBody, type Kept, parseKept } from "./programs/kept.ts";
import { codeChooser, soundCode } from "./programs/pins.ts";
import { Programs } from "./programs/programs.ts";
import type { ProgramSpec } from "./programs/spec.ts";
import { Travelling } from "./programs/travelling.ts";
import type { RecoveredWorld } from "./recover.ts";
import { isSealedText } from "./sealing/uncover.ts";
import type { DeliveryRow, Storage } from "./storage/contract.ts";
import { ClockHistory } from "./ticks/clock.ts";
import type { World } from "./ticks/world.ts";
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
  /** See `ProgramsOptions`. */
  readonly isApart: (program: string, input: string | null) => boolean;
  /** See `ProgramsOptions`. */
  readonly hasten?: () => void;
  /** Left out where nobody ever leaves or arrives. */
  readonly crossings?: {
    /** Fingerprint of the host that programs born here are named after. */
    readonly home: string;
    /** Whether a program that is held for a crossing is no longer this host's to run: if its body is still here it goes. */
    hasLeft(program: string): boolean;
  };
}

export interface Woken {
  readonly programs: Programs;
  /** The program of each body that is one. */
  readonly programOf: Map<number, string>;
  readonly travelling: Travelling;
  upgrade(program: string, bundle: Bundle): Promise<void>;
  renew(file: string, bundle: Bundle): void;
  /**
   * Reads what is kept of those that rest, once a key more is at hand. What it gives is to be called when their bodies are
   * back: whoever can go on then does.
   */
  rouse(): Promise<() => void>;
}

/** What is known of a program before it has a body. */
interface Planned extends ToEmbody {
  readonly lasting: Omit<ProgramSpec, "program" | "name" | "walks" | "body" | "lastN" | "newBody" | "seed">;
  readonly kept: Kept | null;
}

export async function wakePrograms({ world, seed, tick, clocks }: RecoveredWorld, options: WakeOptions): Promise<Woken> {
  const { loaded, storage, pool, nowMs, tickMs, lockstep, walkingSpeed } = options;
  const codes = new Codes(loaded);
  const embodiment = new Embodiment(world, walkingSpeed);
  const bedside = await readBedside(options, codes, tick);
  const awake = bedside.planned.filter((plan) => !bedside.rests(plan, world, embodiment));
  const embodied = new Map(awake.flatMap((plan, i) => (needsBody(plan, world) ? [[plan.id, embodiment.embody(plan, i)] as const] : [])));
  removeStrangers(world, (program) => embodied.has(program) || bedside.sealed.has(program));
  const programs = new Programs({
    pool,
    storage,
    grounds: await storage.grounds(),
    owners: loaded.owners,
    tick,
    storedCodes: await codesIn(storage, bedside.planned),
    nowMs,
    tickMs,
    lockstep,
    isApart: options.isApart,
    ...(options.hasten && { hasten: options.hasten }),
    codeOf: (file) => codes.of(file),
    readCode: async (file) => codes.add(file, await loaded.bundle(file)),
    authorText: (codeHash, text) => codes.texts.of(codeHash, text),
  });
  const add = ({ id, name, walks, lasting, kept }: Planned, own: Embodied, mail: readonly DeliveryRow[]): void =>
    programs.add({ program: id, name, walks, ...lasting, ...own, seed: seedOf(seed, id) }, kept, mail);
  for (const plan of awake) add(plan, embodied.get(plan.id) ?? bodiless, bedside.mailOf(plan.id));
  if ((await originOf(storage))?.tick === tick) programs.goOn(new ClockHistory(clocks).at(tick));
  const programOf = new Map([...embodied].map(([program, { body }]) => [body, program]));
  for (const live of world.maps.values()) {
    for (const { id, kind } of live.state.bodies()) if (kind === "program") live.watch(id, programs.wants(programOf.get(id) ?? ""));
  }
  const { start, name: worldName } = loaded;
  const travelling = new Travelling({
    programs,
    pool,
    world,
    programOf,
    embodiment,
    start,
    walkingSpeed,
    worldName,
    seed,
    home: options.crossings?.home ?? "",
    isSealed: (program) => options.isApart(program, null),
    texts: codes.texts,
  });
  for (const { id, kept } of awake) if (kept?.crossing?.kind === "held" && options.crossings?.hasLeft(id) === true) travelling.depart(id);
  const rouse = async (): Promise<() => void> => {
    const found = await readBedside(options, codes, tick);
    return () => {
      for (const [i, plan] of found.planned.entries()) {
        if (programs.resident(plan.id) !== null || found.rests(plan, world, embodiment)) continue;
        const own = needsBody(plan, world) ? embodiment.embody(plan, i) : bodiless;
        add(plan, own, found.mailOf(plan.id));
        programs.adopt(plan.id);
        programOf.set(own.body, plan.id);
        const where = world.locate(`program:${plan.id}`);
        if (where?.kind === "present") where.live.watch(own.body, programs.wants(plan.id));
      }
      removeStrangers(world, (program) => programs.resident(program) !== null || found.sealed.has(program));
    };
  };
  return {
    programs,
    programOf,
    travelling,
    rouse,
    renew: (file, bundle) => void codes.add(file, bundle),
    upgrade: (program, bundle) => programs.upgrade(program, codes.add(programs.resident(program)?.spec.codeFile ?? "", bundle)),
  };
}

const bodiless: Embodied = { body: -1, lastN: 0, newBody: false };

/** Whether it is to have a body: none is made for whoever waits to leave. */
const needsBody = ({ id, kept }: Planned, world: World): boolean =>
  kept === null || (hasBody(kept) && (kept.crossing === null || world.locate(`program:${id}`) !== null));

/** What is kept of all programs, and of which of them the key is not at hand. */
interface Bedside {
  readonly planned: readonly Planned[];
  /** Of whom something is sealed that cannot be opened. */
  readonly sealed: ReadonlySet<string>;
  mailOf(program: string): readonly DeliveryRow[];
  rests(plan: Planned, world: World, embodiment: Embodiment): boolean;
}

async function readBedside({ loaded, storage }: WakeOptions, codes: Codes, tick: number): Promise<Bedside> {
  const rows = await storage.programs();
  const mailboxes = await storage.mailboxes();
  const sealed = new Set(
    [...rows.map(({ program, state: text }) => ({ program, text })), ...mailboxes.map(({ program, json: text }) => ({ program, text }))]
      .filter(({ text }) => isSealedText(text))
      .map(({ program }) => program),
  );
  const kept = new Map(rows.flatMap((row) => (sealed.has(row.program) ? [] : [[row.program, parseKept(row)] as const])));
  const chooser = await codeChooser(storage);
  const planned: Planned[] = [];
  for (const plan of [...plansOfWorld(loaded, kept, codes), ...plansOfSpawned(loaded, kept, codes)]) {
    const chosen = plan.code === null ? null : await chooser(plan.id, plan.code, plan.kept);
    const code = keepsItsCode(plan) ? await keptCode(plan.kept!.codeHash, storage, codes) : chosen;
    planned.push(code === null ? withoutCode(plan, tick) : { ...plan, lasting: { ...plan.lasting, code } });
  }
  const mail = byProgram(mailboxes);
  return {
    planned,
    sealed,
    mailOf: (program) => mail.get(program) ?? [],
    rests: (plan, world, embodiment) =>
      sealed.has(plan.id) ||
      world.isResting(`program:${plan.id}`) ||
      (world.locate(`program:${plan.id}`) === null && needsBody(plan, world) && embodiment.beginsShut(plan)),
  };
}

async function codesIn(storage: Storage, planned: readonly Planned[]): Promise<ReadonlySet<string>> {
  const stored = new Set<string>();
  for (const hash of new Set(planned.map(({ lasting }) => lasting.code.hash))) {
    if ((await storage.setting(codeSetting(hash))) !== null) stored.add(hash);
  }
  return stored;
}

/** A program before it is known which code it has; `code` is that of its file, null if that is gone, or it has none. */
type PlannedCode = Omit<Planned, "lasting"> & { readonly lasting: Omit<Planned["lasting"], "code">; readonly code: Code | null };

/** Of a program that has crossed before all that has to be known of it is kept. */
function plansOfWorld(loaded: LoadedWorld, kept: ReadonlyMap<string, Kept>, codes: Codes): readonly PlannedCode[] {
  const own = loaded.programs.filter(({ id }) => (kept.get(id)?.spawned ?? null) === null);
  return own.map((program) => {
    const { id, name, walks, at, traits, description, layers, code: codeFile, memory, owner, quota, spawns } = program;
    const lasting = { codeFile, memory, owner, parent: null, quota, spawns };
    const code = codes.of(codeFile);
    return { id, name, walks, at, traits, description, ...(layers && { layers }), lasting, code, kept: kept.get(id) ?? null };
  });
}

/** Ids of children begin with their parent's, so that sorted by length every parent comes before its children. */
function plansOfSpawned(loaded: LoadedWorld, kept: ReadonlyMap<string, Kept>, codes: Codes): readonly PlannedCode[] {
  const at = `${loaded.start.map}/${loaded.start.entry}`;
  const planned: PlannedCode[] = [];
  for (const [id, each] of kept) {
    if (each.spawned === null) continue;
    const { name, walks, codeFile, owner, parent, quota, spawns } = each.spawned;
    const lasting = { codeFile, memory: {}, owner, parent, quota, spawns };
    const code = codeFile === null ? null : codes.of(codeFile);
    planned.push({ id, name, walks, at, traits: {}, description: "", lasting, code, kept: each });
  }
  return planned.sort((a, b) => a.id.length - b.id.length);
}

/** Whether it goes on with the code that it has, whatever any file says. */
const keepsItsCode = ({ lasting, kept }: PlannedCode): boolean => kept !== null && (lasting.codeFile === null || kept.crossing !== null);

async function keptCode(hash: string, storage: WakeOptions["storage"], codes: Codes): Promise<Code | null> {
  const map = codes.texts.mapOf(hash) === "" ? await storage.setting(mapSetting(hash)) : null;
  if (map !== null && !isSealedText(map)) codes.texts.add(hash, map);
  return soundCode(hash, await storage.setting(codeSetting(hash)));
}

/** What runs of it goes no further until somebody looks; who has ended or left needs none. */
function withoutCode(plan: PlannedCode, tick: number): Planned {
  const kept = plan.kept!;
  const told =
    plan.lasting.codeFile === null ? "the code that it came with is not at hand" : `this world has no ${plan.lasting.codeFile} any more`;
  const suspended = new ElsewhereError("unknown", told, { field: "code" }).toJSON();
  const lasting = { ...plan.lasting, code: { hash: kept.codeHash, text: "" } };
  return { ...plan, lasting, kept: kept.ended || kept.crossing !== null ? kept : noted(kept, { ...kept, suspended }, tick + 1) };
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
