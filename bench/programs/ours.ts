/** Our side in one thread: the pager with its slots, as a worker has it. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { bundleLibrary, bundleProgram, enginePath } from "../../packages/server/src/programs/author/bundle.ts";
import type { Code, Image } from "../../packages/server/src/programs/contract.ts";
import { type Load, Pager } from "../../packages/server/src/programs/pool/pager.ts";
import { buildBase } from "../../packages/server/src/programs/sandbox/base.ts";
import { source } from "./script.ts";

const base = buildBase(readFileSync(enginePath()), await bundleLibrary());

export async function bundled(text: string): Promise<Code> {
  const { code } = await bundleProgram("program.ts", () => Promise.resolve(text));
  return { text: code, hash: createHash("sha256").update(code).digest("hex") };
}

const code = await bundled(source);

/** Programs by number, live in slots or parked beside them. */
export class OurPrograms {
  readonly #pager: Pager;
  readonly #parked = new Map<string, Image>();
  readonly #started = new Set<string>();

  constructor(slotsMax: number) {
    this.#pager = new Pager({ slotsMax });
    this.#pager.addBase(base);
  }

  run(program: number, input: string): string {
    const name = String(program);
    const result = this.#pager.run(name, this.#load(name), input, false);
    for (const { program: parked, image } of this.#pager.takeParked()) this.#parked.set(parked, image);
    if (result.ok) return result.json;
    throw new Error(`a turn failed: ${result.fault.reason}: ${result.fault.message}`);
  }

  drop(program: number): void {
    this.#pager.drop(String(program));
  }

  /** What a worker is given with a program that it does not have live. */
  #load(name: string): Load | null {
    const parked = this.#parked.get(name);
    this.#parked.delete(name);
    if (parked === undefined && this.#started.has(name)) return null;
    this.#started.add(name);
    return { code, base: base.hash, image: parked?.bytes ?? null, turns: [] };
  }
}
