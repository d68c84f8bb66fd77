/** A pager in this very thread, so that what its programs do to their host, and leave in its memories, can be looked at. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { bundleLibrary, enginePath } from "../../../packages/server/src/programs/author/bundle.ts";
import type { Outcome } from "../../../packages/server/src/programs/contract.ts";
import { Pager, type PagerTurn } from "../../../packages/server/src/programs/pool/pager.ts";
import { buildBase } from "../../../packages/server/src/programs/sandbox/base.ts";
import { heard, inputOf } from "./cell.ts";

const base = buildBase(readFileSync(enginePath()), await bundleLibrary());

/** Every memory an engine got since this module was loaded. */
export const memories: WebAssembly.Memory[] = [];
const { Instance } = WebAssembly;
Object.defineProperty(WebAssembly, "Instance", {
  value: class extends Instance {
    constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
      super(module, imports);
      const { memory } = this.exports;
      if (memory instanceof WebAssembly.Memory) memories.push(memory);
    }
  },
});

export class Ward {
  readonly #pager: Pager;

  constructor(slotsMax: number) {
    this.#pager = new Pager({ slotsMax });
    this.#pager.addBase(base);
  }

  /** Runs a program from its start through as many turns in which it hears `go`; the last of them, or the first that failed. */
  run(name: string, text: string, times: number): PagerTurn {
    const load = { code: { hash: createHash("sha256").update(text).digest("hex"), text }, base: base.hash, image: null, turns: [] };
    let result = this.#pager.run(name, load, inputOf(1, []), times === 0);
    for (let time = 0; time < times && result.ok; time++) {
      result = this.#pager.run(name, null, inputOf(time + 2, [heard("go")]), time === times - 1);
    }
    return result;
  }

  drop(name: string): void {
    this.#pager.drop(name);
  }
}

export const saidOf = (turn: PagerTurn): string =>
  turn.ok ? (JSON.parse(turn.json) as Outcome).log.map(({ text }) => text).join("\n") : "";
