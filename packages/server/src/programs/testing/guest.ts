/** Programs for tests of the sandbox: each in a pager of its own unless told otherwise, over one base. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Percept } from "@elsewhere/protocol";
import { bundleLibrary, enginePath } from "../author/bundle.ts";
import type { Code, Fault, Image, Outcome, TurnInput } from "../contract.ts";
import { type Load, Pager, type PagerTurn } from "../pool/pager.ts";
import { type Base, buildBase } from "../sandbox/base.ts";
import { applyDelta } from "../sandbox/delta.ts";
import { openPayload, readEnvelope } from "../sandbox/envelope.ts";

export const engine = readFileSync(enginePath());
export const library = await bundleLibrary();
export const base: Base = buildBase(engine, library);

const sha256 = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** World time at which test programs begin. */
export const dawn = Date.UTC(2030, 0, 1, 6);
export const hourMs = 3_600_000;
export const heapBytesMax = 2 * 1024 * 1024;

/** A program's module, as it is without a bundler. */
export function codeOf(source: string): Code {
  const text = `import { ElsewhereError, me, memory, sleep } from "@elsewhere/program";\n${source}`;
  return { hash: sha256(text), text };
}

export const startInput = (seed = 1, now = dawn): TurnInput => ({
  turn: 1,
  now,
  start: { id: 7, name: "Ada", seed, memory: {}, lastN: 0 },
  rewound: null,
  heapBytesMax,
  percepts: [],
});
export const turnInput = (turn: number, now: number, percepts: readonly Percept[] = []): TurnInput => ({
  turn,
  now,
  start: null,
  rewound: null,
  heapBytesMax,
  percepts,
});

export function openPager(slotsMax = 1, bases: readonly Base[] = [base]): Pager {
  const pager = new Pager({ slotsMax });
  for (const each of bases) pager.addBase(each);
  return pager;
}

export const loadOf = (code: Code, image: Uint8Array | null = null, turns: Load["turns"] = [], of: Base = base): Load => ({
  code,
  base: of.hash,
  image,
  turns,
});

/** Templates that any pager of this process made, as a storage would have them. */
const stored = new Map<string, Uint8Array>();
export function templatesOf(pager: Pager): Map<string, Uint8Array> {
  for (const { hash, bytes } of pager.takeTemplates()) stored.set(hash, bytes);
  return stored;
}

/** The heap an image stands for, spelled out. */
export function heapOf({ bytes, template }: Pick<Image, "bytes" | "template">): Buffer {
  const { memoryBytes, stackPointer } = readEnvelope(bytes);
  const ground = stored.get(template)!;
  const spelled = Buffer.alloc(readEnvelope(ground).memoryBytes - stackPointer);
  Buffer.from(base.heap).copy(spelled);
  applyDelta(openPayload(ground), spelled);
  const heap = Buffer.alloc(memoryBytes - stackPointer);
  spelled.copy(heap);
  applyDelta(openPayload(bytes), heap);
  return heap;
}

export type GuestTurn = (Extract<PagerTurn, { ok: true }> & { outcome: Outcome }) | { readonly ok: false; readonly fault: Fault };

/** One program that stays live. */
export class Guest {
  readonly pager: Pager;
  readonly #load: Load;

  constructor(code: Code, image: Uint8Array | null = null, pager: Pager = openPager()) {
    this.pager = pager;
    this.#load = loadOf(code, image);
  }

  run(input: TurnInput): GuestTurn {
    const turn = this.pager.run("guest", this.#needed(), JSON.stringify(input), false);
    return turn.ok ? { ...turn, outcome: JSON.parse(turn.json) as Outcome } : turn;
  }

  image(): Image {
    const image = this.pager.image("guest", this.#needed());
    templatesOf(this.pager);
    if ("fault" in image) throw new Error(`no image: ${image.fault.message}`);
    return image;
  }

  #needed(): Load | null {
    return this.pager.has("guest") ? null : this.#load;
  }
}

export const fresh = (source: string): Guest => new Guest(codeOf(source));
export function restored(source: string, { bytes, template }: Pick<Image, "bytes" | "template">): Guest {
  const pager = openPager();
  const ground = stored.get(template);
  if (ground !== undefined) pager.addTemplate(ground);
  return new Guest(codeOf(source), bytes, pager);
}

/** The turn's result, which has to be a good one. */
export function good<T extends { readonly ok: boolean }>(turn: T): Extract<T, { readonly ok: true }> {
  if (turn.ok) return turn as Extract<T, { readonly ok: true }>;
  const { fault } = turn as unknown as { readonly fault: Fault };
  throw new Error(`the turn failed: ${fault.reason}: ${fault.message}`);
}
export const texts = (outcome: Outcome): string[] => outcome.log.map(({ text }) => text);
