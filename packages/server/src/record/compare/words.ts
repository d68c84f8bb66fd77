/** Tells in words how two states of one map, and what happened in the tick that led to them, differ; nothing that is hidden. */
import { isDeepStrictEqual } from "node:util";
import { applyRecord, type BodyView, MapState, type WorldEvent, type WorldMap } from "@elsewhere/world";
import type { Shared } from "./divergence.ts";
import { eventWords, hiddenEvent, isHiddenBody, type Scene, tidy } from "./event-words.ts";

/** One side of a difference. */
interface Told {
  readonly state: MapState;
  readonly events: readonly WorldEvent[];
}

/** What two records tell of a tick, null for one that tells nothing; `since` is what they say alike before it. */
export function tickInWords(
  map: WorldMap,
  since: NonNullable<Shared>,
  tick: number,
  first: Uint8Array | null,
  second: Uint8Array | null,
): readonly string[] {
  const toldBy = (bytes: Uint8Array | null): Told => {
    const state = stateAt(map, since);
    if (bytes !== null) return { events: applyRecord(map, state, bytes).events, state };
    state.advanceTo(tick);
    return { events: [], state };
  };
  return inWords(map, toldBy(first), toldBy(second));
}

/** How two keyframes differ. */
export function statesInWords(map: WorldMap, first: Uint8Array, second: Uint8Array): readonly string[] {
  const toldBy = (keyframe: Uint8Array): Told => ({ state: MapState.fromKeyframe(map, keyframe), events: [] });
  return inWords(map, toldBy(first), toldBy(second));
}

/** The keyframe that comes of what a record says, for a tick at or after its last. */
export function keyframeAt(map: WorldMap, since: NonNullable<Shared>, tick: number): Uint8Array {
  const state = stateAt(map, since);
  state.advanceTo(tick);
  return state.keyframe();
}

function stateAt(map: WorldMap, { keyframe, records }: NonNullable<Shared>): MapState {
  const state = MapState.fromKeyframe(map, keyframe);
  for (const record of records) applyRecord(map, state, record);
  return state;
}

const hiddenLine = "something inside a hidden place";
const innerLine = "nothing that shows: how paths are planned, who is away, or what is answered to whom";

function inWords(map: WorldMap, first: Told, second: Told): readonly string[] {
  const scene: Scene = { map, states: [first.state, second.state] };
  const lines = new Set<string>();
  for (const event of missingIn(second.events, first.events)) lines.add(eventLine(scene, "first", event));
  for (const event of missingIn(first.events, second.events)) lines.add(eventLine(scene, "second", event));
  const bodies = new Map([...first.state.bodies(), ...second.state.bodies()].map(({ id }) => [id, id]));
  for (const id of bodies.keys()) {
    const [one, other] = [first.state.body(id), second.state.body(id)];
    const told = bodyLine(map, one, other);
    if (told !== null) lines.add(isHiddenBody(scene, id) ? hiddenLine : told);
  }
  map.doors.forEach((_, door) => {
    const [one, other] = [first, second].map(({ state }) => state.doors.isOpen(door));
    if (one !== other)
      lines.add(
        hiddenEvent(scene, { kind: "door", door })
          ? hiddenLine
          : `the door ${doorName(map, door)} is ${one ? "open" : "closed"} in the first and ${other ? "open" : "closed"} in the second`,
      );
  });
  // What is hidden comes last, for it says least.
  const open = [...lines].filter((line) => line !== hiddenLine);
  if (lines.has(hiddenLine)) return [...open, hiddenLine];
  return open.length > 0 ? open : [innerLine];
}

const doorName = (map: WorldMap, door: number): string => tidy(map.doors[door]!.name);

function eventLine(scene: Scene, which: "first" | "second", event: WorldEvent): string {
  return hiddenEvent(scene, event) ? hiddenLine : `only in the ${which}: ${eventWords(scene, event)}`;
}

/** What is in `events` and not, or less often, in `others`. */
function missingIn(others: readonly WorldEvent[], events: readonly WorldEvent[]): readonly WorldEvent[] {
  const left = others.map((event) => JSON.stringify(event));
  return events.filter((event) => {
    const at = left.indexOf(JSON.stringify(event));
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}

/** What of a body is compared beside where it is, as it is called. */
const parts: readonly (readonly [string, (body: BodyView) => unknown])[] = [
  ["name", ({ name }) => name],
  ["description", ({ description }) => description],
  ["facing", ({ facing }) => facing],
  ["posture", ({ posture }) => posture],
  ["marks", ({ marks }) => marks],
  ["what it carries", ({ carried, portable }) => [carried, portable]],
  ["layers", ({ layerOn, layerSees }) => [layerOn, layerSees]],
  ["speed", ({ speed }) => speed],
  ["what it knows", ({ holds }) => holds],
  ["where it walks", ({ walking }) => walking],
  ["its connection", ({ epoch }) => epoch],
  ["its last intent", ({ lastN }) => lastN],
];

/** Null where nothing differs. */
function bodyLine(map: WorldMap, one: BodyView | null, other: BodyView | null): string | null {
  if (one === null || other === null) {
    const body = one ?? other;
    return body === null ? null : `${tidy(body.name)} is there only in the ${one === null ? "second" : "first"}, at ${placeOf(map, body)}`;
  }
  const differs: string[] = [];
  if (one.x !== other.x || one.y !== other.y) differs.push(`at ${placeOf(map, one)} in the first and ${placeOf(map, other)} in the second`);
  const keys = new Set([...Object.keys(one.traits), ...Object.keys(other.traits)]);
  const traits = [...keys].filter((key) => !isDeepStrictEqual(one.traits[key], other.traits[key])).map(tidy);
  if (traits.length > 0) differs.push(`traits (${traits.slice(0, traitsTold).join(", ")}${traits.length > traitsTold ? ", …" : ""})`);
  for (const [what, of] of parts) if (!isDeepStrictEqual(of(one), of(other))) differs.push(what);
  return differs.length === 0 ? null : `${tidy(one.name)} differs: ${differs.join("; ")}`;
}

const traitsTold = 5;
const sixteenths = 16;

/** In tiles, to the sixteenth where it is not in the middle of one. */
function placeOf(map: WorldMap, { x, y }: BodyView): string {
  const tiles = (at: number): string => ((at - sixteenths / 2) / sixteenths).toFixed(2).replace(/\.00$/, "");
  return `${map.name}@${tiles(x)},${tiles(y)}`;
}
