import type { CrossingDecision, CrossingInfo } from "@elsewhere/protocol";

/** Something that an operator can decide of a crossing. */
export interface Choice {
  readonly decision: CrossingDecision;
  readonly title: string;
  /** What is said once it is done. */
  readonly done: string;
  /** Asked once more, where it cannot be undone; null where it does no harm. */
  readonly question: string | null;
}

/** What there is to decide of a crossing as it stands: nothing, if its end is a matter of the hosts' alone. */
export function choicesIn({ direction, state, name, host }: CrossingInfo): readonly Choice[] {
  const letGo: Choice = {
    decision: "let-go",
    title: "Let go",
    done: "Let go.",
    question: `Give ${name} up for good? It lives at ${host}, or nowhere; this host keeps no way back.`,
  };
  const takeBack = (question: string): Choice => ({ decision: "take-back", title: "Take back", done: "It is taken back.", question });
  switch (state) {
    case "asked":
      return [
        { decision: "admit", title: "Admit", done: "Admitted.", question: null },
        { decision: "refuse", title: "Refuse", done: "Refused.", question: null },
      ];
    case "offered":
    case "consented":
    case "frozen":
      return direction === "out" ? [{ decision: "take-back", title: "Call off", done: "Called off.", question: null }] : [];
    case "released":
      return [
        takeBack(`Take ${name} back without ${host}'s word? It goes on here as it left; should it come to life there, that life is void.`),
        letGo,
      ];
    case "unclear":
      return [takeBack(`Run ${name} as the backup has it? If it lives at ${host}, it then lives twice: ask there first.`), letGo];
    default:
      return [];
  }
}
