import { ElsewhereError, type Percept, type PerceptKind } from "@elsewhere/protocol";
import type { Observation } from "@elsewhere/world";
import type { LiveMap } from "../ticks/live-map.ts";
import { heartbeatTicks } from "../ticks/ticker.ts";
import type { World, WorldStep } from "../ticks/world.ts";
import { type Session, type SessionState, tooSlow } from "./session.ts";
import type { Outgoing, Phrases } from "./stream.ts";

/** A tick as it is shown. */
export interface Shown {
  readonly tick: number;
  readonly step: WorldStep;
  readonly phrases: Phrases;
}

/** What a connection is to be sent of a tick. */
export interface Show {
  /** Whether it is shown more than what the tick changed: the tick must be durable then, even if nothing happened in it. */
  readonly tells: boolean;
  /** Makes the frames, after the step and before the next one; returns how to send them, null if there is nothing to send. */
  readonly prepare: () => (() => void) | null;
}

/** Told by frames themselves. */
type InSight = "appeared" | "vanished" | "changed";
/** Told to programs alone, by their host. */
type OfHosts = "offered" | "knocked";

/** Every other kind there is: one that were left out here would not compile. */
const besides: Readonly<Record<Exclude<PerceptKind, InSight | OfHosts>, true>> = {
  arrived: true,
  door: true,
  heard: true,
  emoted: true,
  used: true,
  did: true,
  moved_thing: true,
  found: true,
  reply: true,
};

/** What a session is told of besides the bodies in sight, which its frames show by themselves. */
export const happenings: ReadonlySet<PerceptKind> = new Set(Object.keys(besides) as PerceptKind[]);

export const nothing: Show = { tells: false, prepare: () => null };

export function once(send: () => void): Show {
  return { tells: true, prepare: () => send };
}

/** What a person's session is sent of this tick. */
export function showPerson(session: Session, state: SessionState & { kind: "present" }, world: World, shown: Shown): Show {
  const where = world.locate(state.who);
  const observation = shown.step.observations.get(state.body);
  if (where?.kind === "transit") return holdBack(session, toldOf(observation, "present"));
  if (where?.kind !== "present") return showLast(session, state, observation, shown);
  if (where.live.state.epochOf(where.body) !== state.epoch) {
    return once(() => session.bye("fenced", new ElsewhereError("fenced", "a newer connection has taken this body over")));
  }
  return showThrough(session, state, where.live, where.body, shown);
}

/** What an operator's session is sent of this tick through a program's eyes. */
export function showObserved(session: Session, state: SessionState & { kind: "observing" }, world: World, shown: Shown): Show {
  const where = world.locate(state.who);
  if (where?.kind === "transit") return nothing;
  if (where?.kind !== "present" || where.live.isHidden(where.body)) return once(() => session.bye("withdrawn"));
  return showThrough(session, state, where.live, where.body, shown);
}

/** Who steps onto another map is shown it from the next tick on; what it did before it went is answered then. */
function holdBack(session: Session, percepts: readonly Percept[]): Show {
  return session.hold(percepts) ? nothing : once(() => session.refuse(tooSlow));
}

/** Who has left is still told how its last acts ended. */
function showLast(session: Session, state: SessionState & { kind: "present" }, observation: Observation | undefined, shown: Shown): Show {
  const percepts = [...session.takeHeld(), ...happeningsOf(observation)];
  const last = percepts.length > 0 ? state.stream.tell(shown.tick, percepts, shown.phrases) : null;
  return once(() => {
    if (last !== null) session.show(last);
    session.bye("left");
  });
}

type Watching = SessionState & { kind: "present" | "observing" };

/** What is between a program and the world: answers to what it asks for, and rooms that it alone may know of. */
const own: ReadonlySet<PerceptKind> = new Set<PerceptKind>(["found", "reply"]);

function showThrough(session: Session, { kind, stream, shows }: Watching, live: LiveMap, body: number, shown: Shown): Show {
  const { tick, phrases } = shown;
  const observation = shown.step.observations.get(body);
  const percepts = toldOf(observation, kind);
  if (session.sluggish) {
    session.viewDue();
    return holdBack(session, percepts);
  }
  if (shows === "ticks" && !shown.step.newcomers.has(body)) {
    const beats = tick % heartbeatTicks === 0;
    const prepare: Show["prepare"] = () => (session.closed ? null : sending(session, stream.tick(tick, percepts, phrases, beats)));
    return { tells: percepts.length > 0, prepare };
  }
  session.viewSent();
  const told = [...session.takeHeld(), ...percepts];
  return {
    tells: true,
    prepare: () => {
      if (session.closed) return null;
      const view = stream.view(live, body, tick);
      return sending(session, view, told.length > 0 ? stream.tell(tick, told, phrases) : null);
    },
  };
}

/** What is told of a tick besides the bodies in sight: to who is present oneself, or looks through another's eyes. */
export function toldOf(observation: Observation | undefined, as: Watching["kind"]): readonly Percept[] {
  return happeningsOf(observation).filter(({ kind }) => as === "present" || !own.has(kind));
}

function happeningsOf(observation: Observation | undefined): readonly Percept[] {
  if (observation === undefined) return none;
  return observation.percepts.filter(({ kind }) => happenings.has(kind));
}

const none: readonly Percept[] = [];

function sending(session: Session, first: Outgoing | null, second: Outgoing | null = null): (() => void) | null {
  if (first === null) return null;
  return () => {
    session.show(first);
    if (second !== null) session.show(second);
  };
}
