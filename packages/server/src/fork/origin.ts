/** Where a forked world comes from, as its settings keep it. */
import type { Storage } from "../storage/contract.ts";

export interface Origin {
  readonly world: string;
  /** The tick it was taken at: its own first is the next. */
  readonly tick: number;
  /** World time of that tick, ms since 1970. */
  readonly now: number;
  /** Of each map, where its chain stood then, hex: a record has the same past if its chain stands there too. */
  readonly heads: Readonly<Record<string, string>>;
  /** What the other world itself was taken from. */
  readonly from: Origin | null;
}

/** The setting it is kept in, JSON of an `Origin`. */
export const originSetting = "forked";

export function parseOrigin(setting: string | null): Origin | null {
  return setting === null ? null : (JSON.parse(setting) as Origin);
}

/** Null for a world that began by itself. */
export async function originOf(storage: Pick<Storage, "setting">): Promise<Origin | null> {
  return parseOrigin(await storage.setting(originSetting));
}

/** In one line; `withChains` tells where the chains of its maps stood, too. */
export function tellOrigin({ world, tick, now, heads, from }: Origin, withChains: boolean): string {
  const chains = withChains
    ? `; chains: ${Object.entries(heads)
        .map(([map, head]) => `${map} ${head.slice(0, 16)}`)
        .join(", ")}`
    : "";
  const before = from === null ? "" : `, itself forked at tick ${from.tick}`;
  return `forked from ${world} at tick ${tick} (${new Date(now).toISOString()}${chains})${before}`;
}
