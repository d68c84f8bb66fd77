/**
 * All live connections. A session acts only through inputs in the world's inboxes and shows only what a
 * committed tick let its body perceive.
 *
 * 1. Every epoch is greater than any the same person had before, also across restarts: it is kept with the body.
 * 2. What a session shows is prepared in the tick and sent by `publish`, after the commit (I1).
 * 3. A slow reader costs one view when it reads again, never a queue.
 */
import {
  checkIntent,
  type ClientFrame,
  ElsewhereError,
  type HostFrame,
  limits,
  parseClientFrame,
  protocolVersion,
} from "@elsewhere/protocol";
import type { BodyView, Luggage, Wants } from "@elsewhere/world";
import type { Connection, ConnectionEvents, SessionDoor } from "../gateways/contract.ts";
import type { Playing, ReplayDoor, ReplayRequest } from "../replay/contract.ts";
import type { CommitBatch } from "../storage/contract.ts";
import type { RealTime, WorldClock } from "../ticks/clock.ts";
import type { Participant, Taken } from "../ticks/ticker.ts";
import type { Whereabouts, World, WorldStep } from "../ticks/world.ts";
import { checkHello, comparableName, type HelloPolicy, requireFreeName } from "./hellos.ts";
import { remember } from "./memories.ts";
import { type Hello, Session, type SessionState } from "./session.ts";
import { happenings, nothing, once, type Show, showObserved, showPerson } from "./showing.ts";
import { Rollout } from "./rollout.ts";
import { Phrases, Stream } from "./stream.ts";

export interface SessionsOptions {
  readonly world: World;
  readonly worldName: string;
  readonly time: RealTime;
  readonly clock: WorldClock;
  readonly policy: HelloPolicy;
  readonly tickMs: number;
  /** World milliseconds in a real one. */
  readonly speed: number;
  /** `map/entry` of newcomers who name none. */
  readonly start: { readonly map: string; readonly entry: string };
  /** 1/16 tile a tick. */
  readonly walkingSpeed: number;
  /** Shows the past; without it there is none to see. */
  readonly replays?: ReplayDoor;
}

/** Who comes in with this tick. */
interface Comers {
  readonly who: Set<string>;
  readonly names: Set<string>;
}

export class Sessions implements SessionDoor, Participant {
  readonly #options: SessionsOptions;
  readonly #sessions = new Set<Session>();
  /** Bodies through whose eyes somebody looks, or is about to. */
  readonly #eyes = new Set<number>();
  #rollout: Rollout | null = null;
  #paused: string | null = null;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#sessions.size;
  }

  connect(connection: Connection): ConnectionEvents {
    const cancelDeadline = this.#options.time.after(limits.helloMsMax, () => {
      session.refuse(new ElsewhereError("limit", `no hello within ${limits.helloMsMax} ms`, { field: "hello", limit: limits.helloMsMax }));
    });
    const session = new Session(connection, cancelDeadline, (last) => this.#detach(session, last));
    this.#sessions.add(session);
    return { received: (text) => this.#received(session, text), closed: () => session.end() };
  }

  /** Tells everybody that the world holds its breath (a reason) or goes on (null). */
  pause(reason: string | null): void {
    this.#paused = reason;
    for (const session of this.#sessions) if (session.state.kind !== "greeting") session.send({ type: "paused", reason });
  }

  /** Says goodbye to all; their bodies fall asleep at the next start. */
  closeAll(): void {
    for (const session of this.#sessions) session.bye("closing");
  }

  before(): CommitBatch {
    this.#rollout?.finish();
    const comers: Comers = { who: new Set(), names: new Set() };
    for (const session of this.#sessions) {
      const { state } = session;
      if (state.kind === "waiting" && state.hello.as === "person") this.#bringIn(session, state.hello, state.stream, comers);
    }
    return {};
  }

  after(tick: number, now: number, step: WorldStep): Taken {
    const { world } = this.#options;
    const shown = { tick, step, phrases: new Phrases() };
    const shows: Show[] = [];
    for (const session of this.#sessions) {
      const { state } = session;
      session.asked = 0;
      if (state.kind === "entering") shows.push(this.#welcome(session, state));
      if (state.kind === "waiting" && state.hello.as === "observer") {
        shows.push(this.#welcomeObserver(session, state.hello.program, state.stream));
      }
      if (session.state.kind === "present") shows.push(showPerson(session, session.state, world, shown));
      else if (session.state.kind === "observing") shows.push(showObserved(session, session.state, world, shown));
    }
    const rollout = new Rollout(shows, this.#options.time);
    this.#rollout = rollout;
    return {
      batch: { memories: remember(world, tick, now, step) },
      tells: rollout.tells,
      prepare: () => rollout.prepare(),
      publish: () => rollout.publish(),
    };
  }

  /** The bodies in sight are shown by frames; what happens besides is told, whatever a program that is looked through listens to. */
  wants(body: number): Wants | undefined {
    return this.#eyes.has(body) ? happenings : undefined;
  }

  async settled(): Promise<void> {}

  #received(session: Session, text: string): void {
    try {
      this.#take(session, parseClientFrame(text));
    } catch (error) {
      if (!(error instanceof ElsewhereError)) throw error;
      session.complain(null, error);
      // A peer that breaks the protocol is refused; what it did before stays done.
      session.refuse(error);
    }
  }

  #take(session: Session, frame: ClientFrame): void {
    const { state } = session;
    if (frame.type === "hello") {
      if (state.kind !== "greeting") throw new ElsewhereError("malformed", "hello was already said", { field: "frame.type" });
      state.cancelDeadline();
      session.state = { kind: "checking" };
      void this.#greet(session, frame);
      return;
    }
    if (state.kind === "greeting") throw new ElsewhereError("malformed", "the first frame must be hello", { field: "frame.type" });
    if (state.kind === "replaying") return this.#direct(session, state.playing, frame);
    if (frame.type === "replay") {
      session.complain(null, new ElsewhereError("forbidden", "this connection shows the present: ask for the past in hello.replay"));
    } else if (frame.type === "resync") session.viewDue();
    else if (state.kind === "present") this.#intend(session, state, frame);
    else {
      session.complain(frame.n, new ElsewhereError("forbidden", "only somebody present may act", { field: "frame.type" }));
    }
  }

  #direct(session: Session, playing: Playing, frame: Exclude<ClientFrame, { type: "hello" }>): void {
    try {
      if (frame.type === "intent") throw new ElsewhereError("forbidden", "nobody can act in the past", { field: "frame.type" });
      if (frame.type === "resync") playing.resync();
      else playing.order(frame);
    } catch (error) {
      if (!(error instanceof ElsewhereError)) throw error;
      session.complain(frame.type === "intent" ? frame.n : null, error);
    }
  }

  #intend(session: Session, state: SessionState & { kind: "present" }, frame: ClientFrame & { type: "intent" }): void {
    try {
      const intent = checkIntent(frame.intent);
      const { epoch } = state;
      const limit = limits.unansweredIntentsMax;
      if (session.asked >= limit) {
        throw new ElsewhereError("limit", `more than ${limit} intents wait for the next tick: send slower`, { field: "intent", limit });
      }
      session.asked += 1;
      this.#options.world.postTo(state.who, (body) => ({ kind: "intent", body, epoch, n: frame.n, intent }));
    } catch (error) {
      if (!(error instanceof ElsewhereError)) throw error;
      session.complain(frame.n, error);
    }
  }

  async #greet(session: Session, frame: ClientFrame & { type: "hello" }): Promise<void> {
    try {
      const hello = await checkHello(frame, session.connection, this.#options.policy);
      if (session.state.kind !== "checking") return;
      if (hello.as === "replay") return this.#replay(session, hello.request);
      session.state = { kind: "waiting", hello, stream: new Stream(this.#options.clock, frame.frames) };
      if (this.#paused !== null) session.send({ type: "paused", reason: this.#paused });
    } catch (error) {
      session.refuse(refusalOf(error));
    }
  }

  #replay(session: Session, request: ReplayRequest): void {
    const { replays } = this.#options;
    if (replays === undefined) throw new ElsewhereError("unsupported", "this host shows no past", { field: "hello.replay" });
    const playing = replays.open(request, {
      get sluggish() {
        return session.sluggish;
      },
      welcome: ({ body: id, name, ...pace }) =>
        session.send({ ...this.#welcomeFrame({ id, name, epoch: 0, lastN: 0 }, null, true), ...pace }),
      show: (frame) => session.show(frame),
      complain: (error) => session.complain(null, error),
      failed: (error) => session.refuse(error),
    });
    session.state = { kind: "replaying", playing };
  }

  /** One person at a time comes in by one connection a tick; the others wait for the next. */
  #bringIn(session: Session, hello: Hello & { as: "person" }, stream: Stream, comers: Comers): void {
    const { world } = this.#options;
    const where = world.locate(hello.who);
    if (comers.who.has(hello.who) || where?.kind === "transit") return;
    comers.who.add(hello.who);
    if (where === null && world.isResting(hello.who)) {
      session.refuse(new ElsewhereError("away", "you are in a hidden place that is closed: give its coordinates to open it"));
      return;
    }
    const known = where === null ? 0 : where.kind === "away" ? where.luggage.epoch : where.live.state.epochOf(where.body)!;
    const epoch = known + 1;
    let body: number;
    try {
      if (where?.kind === "present") {
        body = where.body;
        world.post(where.live.map.name, { kind: "attach", body, epoch });
      } else if (where?.kind === "away") {
        body = where.luggage.id;
        world.post(where.map, { kind: "enter", luggage: { ...where.luggage, epoch }, at: null });
      } else body = this.#enterNew(hello, epoch, comers);
    } catch (error) {
      session.refuse(refusalOf(error));
      return;
    }
    this.#eyes.add(body);
    session.state = { kind: "entering", hello, stream, body, epoch, by: where?.kind === "present" ? "attach" : "enter" };
  }

  /** Returns the body. */
  #enterNew(hello: Hello & { as: "person" }, epoch: number, { names }: Comers): number {
    const { world, start, walkingSpeed, policy } = this.#options;
    // Asked again here, for only between two ticks does nobody come in meanwhile.
    if (hello.guestToken !== null) requireFreeName(hello.name, (name) => names.has(comparableName(name)) || policy.nameTaken(name));
    names.add(comparableName(hello.name));
    const [map = "", entry] = hello.entry?.split("/") ?? [start.map, start.entry];
    if (world.map(map) === null) throw new ElsewhereError("unknown", `this world has no map "${map}"`, { field: "hello.entry" });
    const luggage: Luggage = {
      id: world.idFor(hello.who),
      who: hello.who,
      kind: "person",
      name: hello.name,
      epoch,
      lastN: 0,
      traits: {},
      marks: {},
      layerOn: 1,
      layerSees: 1,
      speed: walkingSpeed,
      description: "",
      portable: false,
      carried: [],
      holds: [],
      errand: null,
    };
    world.post(map, { kind: "enter", luggage, at: entry === undefined ? null : { place: entry } });
    return luggage.id;
  }

  #welcome(session: Session, state: SessionState & { kind: "entering" }): Show {
    const { hello, stream, epoch } = state;
    const where = this.#options.world.locate(hello.who);
    // The body has walked onto another map in this very tick: it is welcomed there.
    if (where?.kind === "transit") return nothing;
    if (where?.kind !== "present" && state.by === "attach") {
      // The body has left the world in this very tick, through an older connection: it comes back in with the next.
      session.state = { kind: "waiting", hello, stream };
      return nothing;
    }
    if (where?.kind !== "present") {
      const error = this.#noWayIn(hello, where);
      return once(() => session.refuse(error));
    }
    const body = where.live.state.body(where.body)!;
    if (body.epoch !== epoch) return once(() => session.bye("fenced", new ElsewhereError("fenced", "a newer connection has this body")));
    session.state = { kind: "present", who: hello.who, stream, body: body.id, epoch, shows: "view_due" };
    const frame = this.#welcomeFrame(body, hello.guestToken, false);
    return once(() => session.send(frame));
  }

  #noWayIn({ entry }: Hello & { as: "person" }, where: Whereabouts | null): ElsewhereError {
    const { world, start } = this.#options;
    const name = where?.kind === "away" ? where.map : (entry?.split("/")[0] ?? start.map);
    const limit = limits.bodiesPerMapMax;
    if ((world.maps.get(name)?.state.bodyCount ?? 0) >= limit) {
      return new ElsewhereError("limit", `${name} is full: ${limit} bodies; come back later`, { field: "map", limit });
    }
    return new ElsewhereError("unknown", `nobody can come in at "${entry ?? "the start"}"`, { field: "hello.entry" });
  }

  #welcomeObserver(session: Session, program: string, stream: Stream): Show {
    const who = `program:${program}`;
    const where = this.#options.world.locate(who);
    if (where?.kind === "transit") return nothing;
    const body = where?.kind === "present" && !where.live.isHidden(where.body) ? where.live.state.body(where.body) : null;
    if (body === null) return once(() => session.bye("withdrawn", new ElsewhereError("away", `"${program}" is not in the world now`)));
    session.state = { kind: "observing", who, stream, body: body.id, shows: "view_due" };
    this.#eyes.add(body.id);
    this.#options.world.listensAnew(body.id);
    const frame = this.#welcomeFrame(body, null, true);
    return once(() => session.send(frame));
  }

  #welcomeFrame(
    body: Pick<BodyView, "id" | "name" | "epoch" | "lastN">,
    token: string | null,
    observing: boolean,
  ): HostFrame & { type: "welcome" } {
    const { worldName, tickMs, speed } = this.#options;
    const { id, name, epoch, lastN } = body;
    return { type: "welcome", version: protocolVersion, world: worldName, body: id, name, epoch, lastN, tickMs, speed, token, observing };
  }

  /** Unplugged, as far as the world knows: leaving by an exit took the body away before this. */
  #detach(session: Session, last: SessionState): void {
    this.#sessions.delete(session);
    if (last.kind === "replaying") last.playing.close();
    if ("body" in last && ![...this.#sessions].some(({ state }) => "body" in state && state.body === last.body))
      this.#eyes.delete(last.body);
    if (last.kind === "observing") this.#options.world.listensAnew(last.body);
    if (last.kind !== "present" && last.kind !== "entering") return;
    const who = last.kind === "present" ? last.who : last.hello.who;
    this.#options.world.postTo(who, (body) => ({ kind: "detach", body, epoch: last.epoch }));
  }
}

/** What a hello that failed is told. */
function refusalOf(error: unknown): ElsewhereError {
  return error instanceof ElsewhereError ? error : new ElsewhereError("fault", "this hello could not be checked");
}
