/** Going into the past, about in it, and back to the present. */
import type { ConnectionState } from "@elsewhere/client";
import type { ReplayOrder, Sought } from "@elsewhere/protocol";
import { batch, computed, signal } from "@preact/signals";
import { followed, operatorToken } from "../state/operator.ts";
import { Perceiver } from "../state/perceiver.ts";
import { perceiver } from "../state/session.ts";
import { lineOf, shownMap, worldInfo } from "../state/world.ts";
import { Film, type Standing, type Surroundings, type Viewpoint } from "./film.ts";
import { past } from "./shown.ts";
import { notFound } from "./words.ts";

/** World time of what is shown of the past, ms since 1970. */
export const shownAt = signal<number | null>(null);
/** Where one has asked to go and is not yet. */
const asked = signal<number | null>(null);
/** The moment a timeline shows: where one wants to be, else where one is; null for the present. */
export const moment = computed(() => asked.value ?? shownAt.value);
/** How it stands: what the host said last. */
export const standing = signal<Standing | null>(null);
export const viewpoint = signal<Viewpoint | null>(null);
/** How the connection to the past stands, while there is one or one is being made. */
export const line = signal<ConnectionState | null>(null);
/** Why what one asked for did not come about, in one line. */
export const trouble = signal<string | null>(null);
/** How fast it goes on when it does. */
export const pace = signal(1);
export const paces = [1, 10, 60, 1000] as const;

/** Whether there is a past that may be seen from here. */
export const mayLookBack = computed(() => perceiver.value !== null || operatorToken.value !== null);

const surroundings: Surroundings = {
  get WebSocket() {
    return globalThis.WebSocket;
  },
  random: Math.random,
  after(ms, wake) {
    const timer = setTimeout(wake, ms);
    return () => clearTimeout(timer);
  },
};

/** How long a handle waits where it was put for the past to come there, ms. */
const askedMsMax = 3000;

/** The newest film; shown once its first moment is here. Until then what was shown before stays. */
let film: Film | null = null;
let cancelAsked = (): void => {};

/** Through whose eyes one looks back at first: one's own, those one looks through already, else all of the map shown. */
function usualViewpoint(): Viewpoint {
  const { value: other } = followed;
  if (other !== null) {
    const { id, name } = other.perceiver.world.me;
    return { kind: "as", who: `program:${other.program}`, body: id, name };
  }
  if (perceiver.value !== null) return ownViewpoint();
  return { kind: "map", map: shownMap.value?.drawing.name ?? worldInfo.value?.maps[0]?.name ?? "" };
}

export function ownViewpoint(): Viewpoint {
  const { id, name } = perceiver.value!.world.me;
  return { kind: "own", body: id, name };
}

/** Whose past is asked for over HTTP as well: the one that is looked at, or would be. */
export const askingToken = computed((): string | null => {
  const kind = viewpoint.value?.kind ?? (followed.value === null && perceiver.value !== null ? "own" : "map");
  return kind === "own" ? (perceiver.value?.world.token ?? null) : operatorToken.value;
});

/** The present moment of the world, as near as one can know it here; kept by whoever shows it. */
export const present = signal<number | null>(null);

/** A film of its own, shown nowhere yet. */
export function openFilm(from: Viewpoint, at: number | null): Film {
  const token = from.kind === "own" ? (perceiver.value?.world.token ?? "") : (operatorToken.value ?? "");
  const url = `${location.origin.replace(/^http/, "ws")}/ws`;
  const now = at ?? present.peek() ?? worldInfo.peek()?.now ?? 0;
  return new Film({ url, token, viewpoint: from, at, now }, surroundings);
}

function start(from: Viewpoint, at: number | null): Film {
  const mine = openFilm(from, at);
  const seer = new Perceiver(mine);
  if (film !== null && film !== past.peek()?.film) film.close();
  film = mine;
  batch(() => {
    viewpoint.value = from;
    trouble.value = null;
    line.value = mine.state;
  });
  mine.on("leap", () => seer.leap());
  mine.on("tick", () => film === mine && (shownAt.value = mine.now));
  mine.on("view", () => film === mine && arrived(mine, seer));
  mine.on("standing", (frame) => film === mine && stands(mine, frame));
  mine.on("refused", (error) => film === mine && refused(lineOf(error)));
  mine.on("state", (state) => film === mine && changed(mine, state));
  return mine;
}

function arrived(mine: Film, seer: Perceiver<Film>): void {
  batch(() => {
    shownAt.value = mine.now;
    const before = past.peek()?.film;
    if (before === mine) return;
    past.value = { film: mine, perceiver: seer };
    before?.close();
  });
}

function stands(mine: Film, frame: Standing): void {
  const world = worldInfo.peek();
  const nearMs = 2 * (world === null ? 100 : world.tickMs * world.speed);
  batch(() => {
    standing.value = frame;
    viewpoint.value = mine.viewpoint;
    shownAt.value = frame.now;
    if (asked.value !== null && Math.abs(frame.now - asked.value) <= nearMs) settle();
    if (frame.found === false) trouble.value = notFound(sought);
    else if (frame.found === true) trouble.value = null;
  });
}

function settle(): void {
  cancelAsked();
  asked.value = null;
}

/** Says why what one asked for did not come about. */
export function refused(text: string): void {
  settle();
  trouble.value = text;
}

function changed(mine: Film, state: ConnectionState): void {
  line.value = state;
  if (state.kind !== "closed") return;
  const shown = past.peek()?.film ?? null;
  const why = state.error === null ? "The host ended it without a reason." : lineOf(state.error);
  if (shown === null || shown === mine) {
    backToLive();
    trouble.value = `The past cannot be shown: ${why}`;
    return;
  }
  // What was shown before goes on.
  film = shown;
  batch(() => {
    refused(why);
    line.value = shown.state;
    viewpoint.value = shown.viewpoint;
  });
}

/** The film, begun where one is if there is none yet. */
const running = (): Film => film ?? start(usualViewpoint(), null);

function order(wanted: ReplayOrder): void {
  trouble.value = null;
  running().order(wanted);
}

/** Goes to a moment of world time. */
export function goTo(at: number): void {
  cancelAsked();
  asked.value = at;
  cancelAsked = surroundings.after(askedMsMax, settle);
  if (film === null) start(usualViewpoint(), at);
  else order({ at });
}

export const isPlaying = computed(() => (standing.value?.speed ?? 0) !== 0);

export const play = (direction: 1 | -1): void => order({ speed: direction * pace.peek() });
export const pause = (): void => order({ speed: 0 });
export const step = (ticks: number): void => order({ step: ticks });
export const togglePlaying = (): void => (isPlaying.peek() ? pause() : play(1));

/** From now on it goes on this fast; at once, if it is going. */
export function setPace(wanted: number): void {
  pace.value = wanted;
  const speed = standing.peek()?.speed ?? 0;
  if (speed !== 0) order({ speed: Math.sign(speed) * wanted });
}

let sought: NonNullable<ReplayOrder["next"]> = { kind: "heard", back: false };

/** Goes on, or back, to where something of that kind happens; `who` did it, by the name others see. */
export function goToNext(kind: Sought, who: string | null, back: boolean): void {
  sought = { kind, back, ...(who === null ? {} : { who }) };
  order({ next: sought });
}

/** Looks from elsewhere at the same moment. */
export function lookFrom(wanted: Viewpoint): void {
  if (film === null) return void start(wanted, null);
  if (wanted.kind === "map" && film.viewpoint.kind === "map") {
    order({ map: wanted.map });
    viewpoint.value = wanted;
    return;
  }
  const speed = film.standing?.speed ?? 0;
  const next = start(wanted, moment.peek());
  if (speed !== 0) next.order({ speed });
}

/** Whether somebody holds the handle. */
export const held = signal(false);
let heldSpeed = 0;

/** While the handle is held nothing goes on by itself. */
export function holdStill(): void {
  held.value = true;
  heldSpeed = standing.peek()?.speed ?? 0;
  if (heldSpeed !== 0) order({ speed: 0 });
}

export function letGo(): void {
  if (heldSpeed !== 0) order({ speed: heldSpeed });
  heldSpeed = 0;
  held.value = false;
}

/** Back to the present, which has gone on meanwhile. */
export function backToLive(): void {
  const shown = past.peek()?.film;
  const newest = film;
  film = null;
  heldSpeed = 0;
  batch(() => {
    settle();
    held.value = false;
    past.value = null;
    shownAt.value = null;
    standing.value = null;
    viewpoint.value = null;
    line.value = null;
    trouble.value = null;
  });
  newest?.close();
  shown?.close();
}
