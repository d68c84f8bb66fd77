import { ElsewhereError, type HostFrame, type Percept } from "@elsewhere/protocol";
import { type Observation, present } from "@elsewhere/world";
import type { LiveMap } from "../ticks/live-map.ts";
import { heartbeatTicks } from "../ticks/ticker.ts";
import type { World, WorldStep } from "../ticks/world.ts";
import { type Session, type SessionState, tooSlow } from "./session.ts";

/** A tick as it is shown. */
export interface Shown {
  readonly tick: number;
  readonly now: number;
  readonly step: WorldStep;
}

/** Sends what was prepared; null if there is nothing to send. */
export type Show = (() => void) | null;

/** Prepares what a person's session is sent of this tick. */
export function showPerson(session: Session, state: SessionState & { kind: "present" }, world: World, shown: Shown): Show {
  const where = world.locate(state.who);
  const observation = shown.step.observations.get(state.body);
  if (where?.kind === "transit") return holdBack(session, observation);
  if (where?.kind !== "present") return showLast(session, observation, shown);
  const body = where.live.state.body(where.body);
  if (body !== null && body.epoch !== state.epoch) {
    return () => session.bye("fenced", new ElsewhereError("fenced", "a newer connection has taken this body over"));
  }
  return showThrough(session, state.shows === "view_due", where.live, where.body, shown);
}

/** Prepares what an operator's session is sent of this tick through a program's eyes. */
export function showObserved(session: Session, state: SessionState & { kind: "observing" }, world: World, shown: Shown): Show {
  const where = world.locate(state.who);
  if (where?.kind === "transit") return holdBack(session, shown.step.observations.get(where.body));
  if (where?.kind !== "present") return () => session.bye("withdrawn");
  return showThrough(session, state.shows === "view_due", where.live, where.body, shown);
}

/** Who steps onto another map is shown it from the next tick on; what it did before it went is answered then. */
function holdBack(session: Session, observation: Observation | undefined): Show {
  return session.hold(observation?.percepts ?? []) ? null : () => session.refuse(tooSlow);
}

/** Who has left is still told how its last acts ended. */
function showLast(session: Session, observation: Observation | undefined, shown: Shown): Show {
  const percepts = [...session.takeHeld(), ...(observation?.percepts ?? [])];
  return () => {
    if (percepts.length > 0) session.send(tickFrame({ percepts, moves: [] }, shown));
    session.bye("left");
  };
}

function showThrough(session: Session, viewDue: boolean, live: LiveMap, body: number, shown: Shown): Show {
  const observation = shown.step.observations.get(body);
  const percepts = observation?.percepts ?? [];
  if (session.sluggish) {
    session.viewDue();
    return holdBack(session, observation);
  }
  if (viewDue || shown.step.newcomers.has(body)) {
    session.viewSent();
    const view = viewFrame(live, body, shown);
    const events = [...session.takeHeld(), ...percepts.filter(isEvent)];
    const rest = events.length > 0 ? tickFrame({ percepts: events, moves: [] }, shown) : null;
    return () => {
      session.send(view);
      if (rest !== null) session.send(rest);
    };
  }
  if (observation === undefined && shown.tick % heartbeatTicks !== 0) return null;
  const frame = tickFrame(observation ?? { percepts: [], moves: [] }, shown);
  return () => session.send(frame);
}

/** A view already says who is there and how they look; what happened it does not say. */
function isEvent(percept: Percept): boolean {
  return percept.kind !== "appeared" && percept.kind !== "vanished" && percept.kind !== "changed";
}

function viewFrame(live: LiveMap, body: number, { tick, now }: Shown): HostFrame {
  return { type: "view", map: live.map.name, tick, now, ...present(live.map, live.state, body) };
}

function tickFrame({ percepts, moves }: Observation, { tick, now }: Shown): HostFrame {
  return { type: "tick", tick, now, moves, percepts };
}
