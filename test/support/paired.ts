/** Whole hosts that are paired with each other, in one process: what they say to each other takes a moment, and no network. */
import { hash } from "node:crypto";
import type { CrossingInfo, LogLine, ProgramInfo } from "@elsewhere/protocol";
import type { Network } from "../../packages/server/src/crossings/contract.ts";
import type { Message } from "../../packages/server/src/crossings/messages.ts";
import { codeOf, openPool } from "../../packages/server/src/programs/testing/pools.ts";
import type { CommitBatch, Storage } from "../../packages/server/src/storage/contract.ts";
import { openMemory } from "../../packages/server/src/storage/memory/memory.ts";
import { twoFields } from "./fields.ts";
import { TestHost } from "./host.ts";
import { scriptedProgram } from "./scripted-pool.ts";

/** A host and its programs' sources, by their ids. */
export interface Opening {
  readonly programs?: Readonly<Record<string, string>>;
  /** What its world is called; as the host, unless it says otherwise. */
  readonly world?: string;
  readonly witness?: string | null;
}

export interface Paired {
  readonly opening: Opening;
  readonly store: Store;
  readonly host: TestHost;
}

export const fingerprintOf = (name: string): string => hash("sha256", name, "base64url");

/** A store, and all that was ever committed to it. */
export class Store {
  readonly #batches: CommitBatch[] = [];
  readonly storage: Storage = openMemory({
    refuse: (batch) => {
      this.#batches.push(batch);
      return null;
    },
  });

  /** As it is now, with these settings besides. */
  async copy(settings: Readonly<Record<string, string>>): Promise<Store> {
    const copy = new Store();
    for (const batch of this.#batches) await copy.storage.commit(batch);
    await copy.storage.commit({ settings: Object.entries(settings).map(([key, value]) => ({ key, value })) });
    return copy;
  }
}

export class Neighbours {
  readonly #hosts = new Map<string, Paired>();
  /** Whether a message is let through; all are, unless a test says otherwise. */
  passes: (from: string, to: string, message: Message) => boolean = () => true;

  async open(name: string, opening: Opening = {}, store = new Store()): Promise<Paired> {
    const self = fingerprintOf(name);
    const { programs = {}, witness = null, world = name } = opening;
    const bundles = Object.entries(programs).map(([id, source]) => {
      const { text: code, hash: codeHash } = codeOf(source);
      return [`${id}.ts`, { code, codeHash, codeBytes: code.length, map: "", files: [] }] as const;
    });
    const all = Object.keys(programs).map((id) => ({ ...scriptedProgram(id, `The ${id}`, "east/start"), code: `${id}.ts` }));
    const { storage } = store;
    const host = await TestHost.open(storage, {
      loaded: twoFields({ programs: all, name: world, bundles: new Map(bundles) }),
      pool: openPool({ turnMsMax: 5_000, startMsMax: 10_000, ground: async (ground) => (await storage.ground(ground))?.bytes ?? null }),
      crossing: {
        self,
        address: `elsewhere://${name}`,
        carrier: null,
        witness,
        network: () => this.#network(self),
        nowSeconds: () => (this.#hosts.get(name)?.host.time.monotonicMs() ?? 0) / 1_000,
      },
    });
    const paired = { opening, store, host };
    this.#hosts.set(name, paired);
    return paired;
  }

  /** The same host again, as its store has it. */
  async restart(name: string, changes: Opening = {}): Promise<Paired> {
    const { opening, store } = this.#hosts.get(name)!;
    return await this.open(name, { ...opening, ...changes }, store);
  }

  /** It is gone for ever. */
  lose(name: string): void {
    this.#hosts.delete(name);
  }

  /** `left` lets those of `right` in, on these terms. */
  async pair(left: Paired, right: string, admits = "always", changes: { readonly inPlaceOf?: string } = {}): Promise<void> {
    const line = `elsewhere://${right}#${fingerprintOf(right)}`;
    const done = crossingsOf(left).pairings.pair({ line, name: right, admits, ...changes });
    await this.tick();
    await done;
  }

  async tick(times = 1): Promise<void> {
    for (let i = 0; i < times; i++) {
      for (const { host } of this.#hosts.values()) await host.tick();
      // Programs run in threads of their own.
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** Ticks until it is so. */
  async until(what: string, done: () => boolean | Promise<boolean>): Promise<void> {
    const endMs = performance.now() + 20_000;
    while (!(await done())) {
      if (performance.now() > endMs) throw new Error(`it did not come to that ${what}: ${this.#told()}`);
      await this.tick();
    }
  }

  async begun({ host }: Paired, program: string): Promise<void> {
    await this.until(`${program} has begun`, async () => ((await host.host.view.program(program))?.info.turns ?? 0) > 0);
  }

  /** Waits until it is so while no host's time passes. */
  async still(what: string, done: () => boolean): Promise<void> {
    const endMs = performance.now() + 20_000;
    while (!done()) {
      if (performance.now() > endMs) throw new Error(`it did not come to that ${what}: ${this.#told()}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** Asks a program to leave, for so many ticks at most. */
  async ask(host: Paired, program: string, to: string): Promise<CrossingInfo> {
    let over = false;
    const offered = crossingsOf(host).crossings.offer(program, to, 60_000);
    const settle = (): void => void (over = true);
    offered.then(settle, settle);
    await this.until("it is offered", () => over);
    return offered;
  }

  async programs({ host }: Paired): Promise<readonly (readonly [program: string, status: ProgramInfo["status"]])[]> {
    const page = host.host.view.programs({ order: "name", offset: 0, itemsMax: 20, search: "" });
    await this.tick();
    return (await page).programs.map(({ program, status }) => [program, status] as const).toSorted(([a], [b]) => (a < b ? -1 : 1));
  }

  async log({ host }: Paired, program: string): Promise<readonly string[]> {
    const detail = host.host.view.program(program);
    await this.tick();
    return ((await detail)?.log ?? []).flatMap(({ level, text }: LogLine) => (level === "log" ? [text] : []));
  }

  #told(): string {
    return JSON.stringify([...this.#hosts].map(([name, paired]) => [name, crossingsOf(paired).crossings.list(), paired.host.said]));
  }

  #network(self: string): Network {
    const at = (host: string): Paired | undefined => [...this.#hosts].find(([name]) => fingerprintOf(name) === host)?.[1];
    return {
      send: (to, message) => {
        if (!this.passes(self, to, message)) return;
        setImmediate(() => {
          const paired = at(to);
          if (paired !== undefined) crossingsOf(paired).crossings.receive(self, structuredClone(message));
        });
      },
      deposit: () => {},
      fetch: async (host, _carrier, attempt) => {
        const paired = at(host);
        const bytes = paired === undefined ? null : await crossingsOf(paired).crossings.payload(attempt);
        if (bytes === null) throw new Error("there is none");
        return bytes;
      },
    };
  }
}

export const crossingsOf = ({ host }: Paired): NonNullable<TestHost["host"]["crossing"]> => host.host.crossing!;
export const statesOf = (host: Paired): readonly string[] =>
  crossingsOf(host)
    .crossings.list()
    .map(({ state }) => state);
