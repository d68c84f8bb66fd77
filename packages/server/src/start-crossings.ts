/** The crossings of a host: with whom it is paired, how it reaches them, and how what is written of them goes to its disk. */
import { ElsewhereError } from "@elsewhere/protocol";
import { createCipher } from "./crossings/cipher.ts";
import type { Journal, Network, Travellers } from "./crossings/contract.ts";
import { Crossings } from "./crossings/crossings.ts";
import type { CrossingRows } from "./crossings/journal.ts";
import { packing } from "./crossings/packing.ts";
import { Pairings } from "./crossings/pairings.ts";
import type { CommitBatch, Storage } from "./storage/contract.ts";
import type { RealTime } from "./ticks/clock.ts";
import type { Committer } from "./ticks/committer.ts";
import type { Participant } from "./ticks/ticker.ts";

/** What a host needs for its programs to leave, and others to come. */
export interface CrossingMeans {
  /** Fingerprint of the host's key. */
  readonly self: string;
  /** Where others reach it, `elsewhere://HOST:PORT`. */
  readonly address: string;
  /** Of what carries payloads; null hands them over directly. */
  readonly carrier: string | null;
  /** What the paired host is called that keeps the witness's rows; null is this host itself. */
  readonly witness: string | null;
  /** `addressOf` says where a host is; null if this one is not paired with it. */
  network(addressOf: (host: string) => string | null): Network;
  /** Real time, seconds since 1970. */
  nowSeconds(): number;
}

export interface CrossingsParts {
  /** Left out where nobody crosses. */
  readonly crossing?: CrossingMeans;
  readonly storage: Pick<Storage, "setting" | "settingsUnder">;
  readonly rows: CrossingRows;
  readonly travellers: Travellers;
  readonly committer: Pick<Committer, "append">;
  /** Seals what of a batch must not lie open. */
  readonly cover: (batch: CommitBatch) => CommitBatch;
  readonly time: RealTime;
  /** See `CrossingsOptions`. */
  readonly hasten: () => void;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly say: (line: string) => void;
}

/** Goes on with what was under way; null where nobody crosses. Rejects with `unknown` where the witness is nobody this host is paired with. */
export async function startCrossings({ crossing: means, ...parts }: CrossingsParts) {
  if (means === undefined) return null;
  const { storage, travellers, committer, cover, time, hasten, randomBytes, say } = parts;
  const { self, address, carrier, witness, nowSeconds } = means;
  const journal: Journal = {
    write: (batch, durable) => committer.append(batch === null ? null : cover(batch), durable),
    setting: (key) => storage.setting(key),
    settingsUnder: (prefix) => storage.settingsUnder(prefix),
  };
  const commit = (batch: CommitBatch): Promise<void> => new Promise((durable) => journal.write(batch, durable));
  const pairings = await Pairings.load({ storage: { setting: journal.setting, commit }, self, address });
  const crossings = new Crossings(
    {
      self,
      travellers,
      peers: pairings,
      network: means.network((host) => pairings.addressOf(host)),
      cipher: createCipher(randomBytes),
      packing,
      journal,
      clock: { nowMs: () => time.monotonicMs(), wallSeconds: nowSeconds },
      hasten,
      witness: witness === null ? null : witnessBy(witness, pairings),
      carrier,
      say,
    },
    parts.rows,
  );
  if (crossings.isQuarantined) say(`This world was restored from a backup: nothing runs until its witness, ${witness}, has answered.`);
  return { pairings, crossings };
}

/** How crossings take part in ticks: after the programs, whose words they take. */
export const crossingsTakingPart = (crossings: Crossings): Participant => ({
  before: (tick, now) => crossings.before(tick, now),
  after: () => ({ batch: {}, publish: crossings.after() }),
  settled: async () => {},
});

function witnessBy(name: string, pairings: Pairings): string {
  const found = pairings.find(name);
  if (found !== null) return found.host;
  throw new ElsewhereError("unknown", `no host called ${name} is paired with this one: start without --witness, pair it, and start again`, {
    field: "--witness",
  });
}
