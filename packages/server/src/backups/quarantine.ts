/**
 * A world restored from a backup may still be alive where it was copied. Until a person confirms that the other one is
 * gone, the restored one is quarantined: nobody runs it, so that nobody is in the world twice.
 */
import { ElsewhereError } from "@elsewhere/protocol";
import type { CommitBatch, Storage } from "../storage/contract.ts";
import { hostKeyIn, newHostKeySetting } from "../tokens/host-key.ts";
import { newTokenSecretSetting } from "../tokens/secret.ts";

export const restoredKey = "restored";

/** What a directory made from a backup says of that, as its setting `restored`. */
export interface Restored {
  /** Where the world stood; its time in milliseconds since 1970, null if it had not begun. */
  readonly tick: number;
  readonly now: number | null;
  /** Fingerprint of the host whose world this was, null if it never had a key. */
  readonly from: string | null;
  /** Real time, seconds since 1970. */
  readonly restoredSeconds: number;
  /** The same of when somebody said that the other host is gone; null until then. */
  readonly confirmedSeconds: number | null;
}

export interface Means {
  randomBytes(count: number): Uint8Array;
  /** Real time, seconds since 1970. */
  nowSeconds(): number;
}

/** What turns the copy of a world that stands at a tick into a quarantined one of another host: one batch, so that it is never half of that. */
export async function quarantining(
  storage: Pick<Storage, "setting">,
  { tick, now }: Pick<Restored, "tick" | "now">,
  { randomBytes, nowSeconds }: Means,
): Promise<CommitBatch> {
  const restored: Restored = {
    tick,
    now,
    from: (await hostKeyIn(storage))?.fingerprint ?? null,
    restoredSeconds: Math.floor(nowSeconds()),
    confirmedSeconds: null,
  };
  return {
    settings: [newHostKeySetting(randomBytes), newTokenSecretSetting(randomBytes), { key: restoredKey, value: JSON.stringify(restored) }],
  };
}

export async function restoredIn(storage: Pick<Storage, "setting">): Promise<Restored | null> {
  return JSON.parse((await storage.setting(restoredKey)) ?? "null") as Restored | null;
}

/** Throws `forbidden` for a quarantined world. */
export async function requireConfirmed(storage: Pick<Storage, "setting">): Promise<void> {
  const restored = await restoredIn(storage);
  if (restored === null || restored.confirmedSeconds !== null) return;
  const what =
    "this data directory was restored from a backup and is quarantined: nothing runs in it. Make sure that the host it was copied from is gone for good, then say so by `elsewhere record confirm DIR`";
  throw new ElsewhereError("forbidden", what, { field: "--data" });
}

/** Ends the quarantine for good. Throws `forbidden` for a world that is not, or no longer, quarantined. */
export async function confirm(storage: Pick<Storage, "setting" | "commit">, nowSeconds: () => number): Promise<Restored> {
  const restored = await restoredIn(storage);
  if (restored === null || restored.confirmedSeconds !== null) {
    const why = restored === null ? "was not restored from a backup" : "was confirmed already";
    throw new ElsewhereError("forbidden", `this data directory ${why}: there is nothing to confirm`, { field: "dir" });
  }
  const confirmed: Restored = { ...restored, confirmedSeconds: Math.floor(nowSeconds()) };
  await storage.commit({ settings: [{ key: restoredKey, value: JSON.stringify(confirmed) }] });
  return confirmed;
}
