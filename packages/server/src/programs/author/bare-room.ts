/** A room with nobody in it, in which whatever a program asks for succeeds: what a program is tried in. */
import type { Intent, Json, Look, Percept, Seen } from "@elsewhere/protocol";
import type { Outcome } from "../contract.ts";

const look: Look = {
  map: "room",
  x: 8,
  y: 8,
  place: "room",
  description: "A bare room.",
  bodies: [],
  doors: [],
  places: ["room"],
  carried: [],
};

/** Bodies of the children it makes up; its own is 1. */
const firstChild = 101;

export class BareRoom {
  #children = 0;
  readonly #spawns = new Set<string>();

  /** Files whose code has been asked to live here. */
  get spawns(): readonly string[] {
    return [...this.#spawns];
  }

  /** What the next turn perceives of what this one asked for. */
  answer({ intents, refused }: Outcome): readonly Percept[] {
    return [
      ...refused.map(({ n, error }): Percept => ({ kind: "reply", n, ok: false, error })),
      ...intents.map(({ n, intent }): Percept => ({ kind: "reply", n, ok: true, data: this.#data(intent) })),
    ];
  }

  #data(intent: Intent): Json {
    if (intent.kind === "spawn") {
      this.#spawns.add(intent.code);
      const child = this.#children++;
      return { program: `child-${child + 1}`, body: firstChild + child };
    }
    if (intent.kind === "cross") return { from: "room", to: "room", program: "somebody", body: 1 };
    if (intent.kind !== "look") return null;
    return { ...(intent.at === undefined ? look : somebody(intent.at)) } satisfies Look | Seen as Json;
  }
}

const somebody = (id: number): Seen => ({
  id,
  name: "Somebody else",
  kind: "person",
  x: 9,
  y: 8,
  facing: "west",
  posture: "awake",
  traits: {},
  marks: {},
  carries: [],
});
