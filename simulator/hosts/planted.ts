import type { CrossingsOptions } from "../../packages/server/src/crossings/contract.ts";
import { fencedKey, drop } from "../../packages/server/src/crossings/journal.ts";
import type { CommitBatch } from "../../packages/server/src/storage/contract.ts";
import type { Failure } from "./census.ts";
import type { Engine } from "./engine.ts";

/** Something that is wrong on purpose with what a host is given, so that it is seen what the checks are worth. */
export interface Plant {
  readonly name: string;
  /** What it can be found by. */
  readonly breaks: readonly Failure["what"][];
  readonly into?: (options: CrossingsOptions) => CrossingsOptions;
  /** What is wrong with what it gives to ticks. */
  readonly around?: (engine: Engine) => Engine;
}

/** Another object of the same methods, some of them replaced. */
function altered<T extends object>(whole: T, change: Partial<T>): T {
  return new Proxy(whole, {
    get: (target, key) => {
      const part: unknown = Reflect.get(Object.hasOwn(change, key) ? change : target, key);
      return typeof part === "function" ? (part.bind(target) as unknown) : part;
    },
  });
}

const without = (batch: CommitBatch, prefix: string): CommitBatch =>
  batch.settings === undefined ? batch : { ...batch, settings: batch.settings.filter(({ key }) => !key.startsWith(prefix)) };

/** Some rows are never written, in ticks or beside them. */
const losing = (prefix: string): Pick<Plant, "into" | "around"> => ({
  into: (options) => ({
    ...options,
    journal: altered(options.journal, {
      write: (batch, durable) => options.journal.write(batch === null ? null : without(batch, prefix), durable),
    }),
  }),
  around: (engine) => altered(engine, { before: (tick, now) => without(engine.before(tick, now), prefix) }),
});

export const plants: readonly Plant[] = [
  {
    name: "what is written is told of before it is durable",
    breaks: ["life", "count", "mail"],
    into: (options) => ({
      ...options,
      journal: altered(options.journal, {
        write: (batch, durable) => {
          options.journal.write(batch, () => {});
          durable();
        },
      }),
    }),
  },
  {
    name: "GONE is not written down",
    breaks: ["life", "count"],
    ...losing(drop("gone", "").key),
  },
  {
    name: "the witness does not write its rows down",
    breaks: ["life", "count", "liveness"],
    ...losing(drop("rows", "").key),
  },
  {
    name: "who is on the way here is not written down",
    breaks: ["life", "count"],
    ...losing(drop("in", "").key),
  },
  {
    name: "who is on the way from here is not written down",
    breaks: ["liveness", "fault"],
    ...losing(drop("out", "").key),
  },
  {
    name: "epochs are not written down",
    breaks: ["life", "count", "liveness"],
    ...losing(drop("life", "").key),
  },
  {
    name: "a program that is held has turns",
    breaks: ["life", "count", "fault"],
    into: (options) => ({ ...options, travellers: altered(options.travellers, { hold: () => ({}) }) }),
  },
  {
    name: "a restored host asks no witness",
    breaks: ["life", "count"],
    into: (options) => ({
      ...options,
      journal: altered(options.journal, {
        settingsUnder: async (prefix) => {
          const rows = (await options.journal.settingsUnder(prefix)).filter(({ key }) => key !== fencedKey);
          return [...rows, { key: fencedKey, value: options.self }];
        },
      }),
    }),
  },
  {
    name: "the key is not sealed",
    breaks: ["key"],
    into: (options) => ({
      ...options,
      cipher: altered(options.cipher, { sealKey: (key) => Promise.resolve(key), openKey: (sealed) => Promise.resolve(sealed) }),
    }),
  },
  {
    name: "the carrier keeps what it has",
    breaks: ["liveness"],
    into: (options) => ({
      ...options,
      network: altered(options.network, {
        deposit: (carrier, attempt, bytes) => options.network.deposit(carrier, attempt, bytes, Number.POSITIVE_INFINITY),
      }),
    }),
  },
  {
    name: "everybody is let in",
    breaks: ["admission"],
    into: (options) => ({ ...options, peers: altered(options.peers, { admission: () => ({ kind: "taken" }) }) }),
  },
  {
    name: "mail that has come along is forwarded as well",
    breaks: ["mail"],
    into: (options) => ({
      ...options,
      travellers: altered(options.travellers, {
        pack: async (program, n) => {
          const { parcel, stands } = await options.travellers.pack(program, n);
          return { parcel: { ...parcel, mailThrough: 0 }, stands };
        },
      }),
    }),
  },
  {
    name: "mail is not forwarded",
    breaks: ["liveness"],
    into: (options) => ({ ...options, travellers: altered(options.travellers, { mailAfter: () => [] }) }),
  },
  {
    name: "somebody else's quota comes along",
    breaks: ["quota"],
    into: (options) => ({
      ...options,
      travellers: altered(options.travellers, {
        pack: async (program, n) => {
          const { parcel, stands } = await options.travellers.pack(program, n);
          return { parcel: { ...parcel, quota: { ...parcel.quota, turnsPerSecond: 1 } }, stands };
        },
      }),
    }),
  },
  {
    name: "who is offered a crossing is held without being asked",
    breaks: ["consent"],
    into: (options) => ({
      ...options,
      travellers: altered(options.travellers, {
        tell: (program, percept, tick) =>
          percept.kind === "offered"
            ? options.travellers.hold(program, percept.offer, tick)
            : options.travellers.tell(program, percept, tick),
      }),
    }),
  },
  {
    name: "a body that is to go stays",
    breaks: ["liveness", "mail"],
    into: (options) => ({ ...options, travellers: altered(options.travellers, { depart: () => {}, hasDeparted: () => true }) }),
  },
];
