import { isHidden, type MapState, type WorldEvent, type WorldMap } from "@elsewhere/world";

/** Where something happened, as two records leave it. */
export interface Scene {
  readonly map: WorldMap;
  readonly states: readonly [first: MapState, second: MapState];
}

const charsTold = 80;

/** Others choose names and texts: what they wrote stays on one line, and short. */
export function tidy(text: string): string {
  // oxlint-disable-next-line no-control-regex
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ");
  return line.length > charsTold ? `${line.slice(0, charsTold).toWellFormed()}…` : line;
}

/** Whether a body stands in a hidden room, in either state. */
export function isHiddenBody({ map, states }: Scene, id: number): boolean {
  return states.some((state) => {
    const body = state.body(id);
    return body !== null && isHidden(map, body.tile);
  });
}

/** Whether something happened inside a hidden room, or would tell of one. */
export function hiddenEvent(scene: Scene, event: WorldEvent | { readonly kind: "door"; readonly door: number }): boolean {
  const { map } = scene;
  switch (event.kind) {
    case "entered":
    case "left":
      return isHidden(map, event.tile) || isHiddenBody(scene, event.body);
    case "heard":
    case "emoted":
    case "used":
    case "did":
    case "moved_thing":
      return isHidden(map, event.scope.tile) || isHiddenBody(scene, event.from.id);
    case "changed":
    case "reply":
    case "refused":
      return isHiddenBody(scene, event.body);
    case "found":
      return true;
    case "door": {
      const { blockedOpen, blockedClosed, steps } = map.doors[event.door]!;
      return [blockedOpen, blockedClosed, ...steps.map(({ tiles }) => tiles)].some((tiles) => tiles.some((tile) => isHidden(map, tile)));
    }
  }
}

const manners = { say: "says", whisper: "whispers", shout: "shouts" } as const;
const handlings = { take: "takes", drop: "drops", give: "gives" } as const;

/** One event that is not hidden. What is whispered, and what is answered, is not told. */
export function eventWords(scene: Scene, event: WorldEvent): string {
  switch (event.kind) {
    case "entered":
      return `${tidy(event.name)} comes in (${event.how})`;
    case "left":
      return `${tidy(event.name)} goes (${event.how}${event.to === null ? "" : ` to ${tidy(event.to.map)}`})`;
    case "changed":
      return `${nameOf(scene, event.body)} changes its ${event.what}`;
    case "heard":
      if (event.how === "whisper") return `${tidy(event.from.name)} whispers`;
      return `${tidy(event.from.name)} ${manners[event.how]} "${tidy(event.text)}"`;
    case "emoted":
      return `${tidy(event.from.name)} ${tidy(event.text)}`;
    case "used":
      return `${tidy(event.from.name)} touches ${nameOf(scene, event.to)}`;
    case "did":
      return `${tidy(event.from.name)} does "${tidy(event.verb)}"${event.to === null ? "" : ` to ${nameOf(scene, event.to)}`}`;
    case "moved_thing":
      return `${tidy(event.from.name)} ${handlings[event.how]} ${tidy(event.thing.name)}${event.to === null ? "" : ` to ${nameOf(scene, event.to.id)}`}`;
    case "door":
      return `the door ${tidy(event.name)} ${event.open ? "opens" : "closes"}`;
    case "reply":
    case "refused":
      return `${nameOf(scene, event.body)} is answered`;
    case "found":
      return "something is found";
  }
}

function nameOf(scene: Scene, id: number): string {
  const body = scene.states[0].body(id) ?? scene.states[1].body(id);
  return body === null || isHiddenBody(scene, id) ? "somebody" : tidy(body.name);
}
