import { limits } from "@elsewhere/protocol";

export interface Backoff {
  /** Longest wait before the second attempt, ms; it doubles with every attempt after that. */
  readonly firstMs: number;
  /** Longest wait at all, ms. */
  readonly mostMs: number;
}

export const usualBackoff: Backoff = { firstMs: limits.retryMsFirst, mostMs: limits.retryMsMax };

/** How long to wait after the `attempt`th failure in a row (from 1): exponential, the upper half of it by chance. */
export function retryMs(attempt: number, { firstMs, mostMs }: Backoff, random: () => number): number {
  const longest = Math.min(mostMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(longest * (0.5 + random() / 2));
}
