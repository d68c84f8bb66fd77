import type { Kept } from "../programs/kept.ts";

/** Nobody answers the fork of a host: who waited there to leave goes on, its await rejected, and who had left has. */
export function withoutCrossing(kept: Kept): Kept {
  const { crossing } = kept;
  if (crossing?.kind !== "held") return kept;
  if (crossing.body !== null) return { ...kept, crossing: { kind: "left", attempt: crossing.attempt, host: null } };
  return { ...kept, crossing: null, rewound: true };
}
