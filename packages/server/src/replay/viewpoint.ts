import type { HostFrame, Percept, PerceptKind } from "@elsewhere/protocol";
import type { Outgoing } from "../sessions/stream.ts";
import type { Moment } from "./past-world.ts";

type Replaying = Extract<HostFrame, { readonly type: "replaying" }>;

/** Why nothing is shown; null while something is. */
export type Gone = Replaying["gone"];

/** From where the past is looked at. */
export interface Viewpoint {
  readonly as: string | null;
  readonly map: string | null;
  /** Whose body it is that perceives. */
  self(): { readonly body: number; readonly name: string };
  /** Takes note of what is told in a tick that is not shown itself. */
  pass(moment: Moment): void;
  /** The frames of a tick; `whole`: they do not stand on those before. None while one is gone. */
  show(moment: Moment, whole: boolean): readonly Outgoing[];
  /** As of the tick shown last. */
  readonly gone: Gone;
  close(): void;
}

/** What is told of ticks that are passed over: what others said and did. */
const remarkable: ReadonlySet<PerceptKind> = new Set<PerceptKind>(["heard", "emoted", "used", "did", "moved_thing"]);

const missedMax = 50;

/** What was said and done in ticks that were passed over, the last of it. */
export class Missed {
  #percepts: Percept[] = [];

  add(percepts: readonly Percept[]): void {
    for (const percept of percepts) if (remarkable.has(percept.kind)) this.#percepts.push(percept);
    if (this.#percepts.length > missedMax) this.#percepts = this.#percepts.slice(-missedMax);
  }

  take(): readonly Percept[] {
    const missed = this.#percepts;
    this.#percepts = [];
    return missed;
  }
}
