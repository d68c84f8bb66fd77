import type { PerceptOf } from "@elsewhere/protocol";

/** Where a program goes on after it has crossed. */
export interface Arrival {
  /** What the host it came to calls the one it came from: `ask({ cross: from })` asks to go back there. */
  readonly from: string;
  /** The world it is now in. */
  readonly to: string;
  /** Its id there. */
  readonly program: string;
  /** The id of its body there, as `me.id`. */
  readonly body: number;
}

/** What is accepted or declined, or its name. */
export type Offer = PerceptOf<"offered"> | PerceptOf<"knocked"> | string;

export const nameOf = (offer: Offer): string => (typeof offer === "string" ? offer : offer.offer);
