import { effect, untracked } from "@preact/signals";
import type { Scene } from "../map/scene.ts";
import { eyes } from "../state/operator.ts";
import type { Perceiver } from "../state/perceiver.ts";
import { target } from "../state/ui.ts";
import { mapTitle, shownMap, worldInfo } from "../state/world.ts";

/** How close one stands to the map on coming in, in CSS pixels a tile. */
const arrivalZoom = (width: number): number => (width < 600 ? 34 : 44);

/** Shows on the map whatever is perceived just now. Returns how to stop. */
export function watchSight(scene: Scene): () => void {
  let arrivedOn: string | null = null;
  let lastMap: string | null = null;
  const stops = [
    effect(() => {
      const map = shownMap.value;
      const seer = eyes.value;
      scene.setMap(map, mapTitle, (name) => seer?.world.doors.get(name)?.open ?? false);
      if (seer === null) {
        arrivedOn = null;
        lastMap = null;
        scene.overview();
        if (worldInfo.value !== null) scene.setNow(worldInfo.value.now);
        return;
      }
      // Until the drawing of a new map is here there is nothing to stand on.
      if (map?.drawing.name !== seer.map.value) return;
      const arrival = `${seer.world.me.id} ${map.drawing.name}`;
      const stop = watchPerceiver(scene, seer, arrivedOn !== arrival, lastMap !== map.drawing.name);
      arrivedOn = arrival;
      lastMap = map.drawing.name;
      return stop;
    }),
    effect(() => scene.showTarget(target.value)),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/**
 * `arrives`: whether it has just come there; a map that is only drawn anew is looked at as before. `elsewhere`: whether another
 * map was shown last.
 */
function watchPerceiver(scene: Scene, seer: Perceiver, arrives: boolean, elsewhere: boolean): () => void {
  const { world } = seer;
  const see = (): void => {
    const me = seer.focus.peek() ?? world.me.id;
    scene.see({ bodies: world.bodies.values(), me, own: !world.observing, tickMs: world.tickMs }, world.now);
  };
  see();
  if (arrives) scene.following = true;
  const self = untracked(() => seer.self);
  // Who looks at all of a map stands nowhere on it.
  if (arrives && self === undefined && world.me.id === 0 && elsewhere) scene.overview();
  if (arrives && self !== undefined) scene.look({ x: self.x, y: self.y, zoom: arrivalZoom(scene.view.width) });
  const stops = [
    world.on("tick", see),
    world.on("view", see),
    seer.leaps.subscribe(() => scene.hush()),
    seer.focus.subscribe((body) => {
      see();
      if (body !== null) scene.following = true;
    }),
    world.on("percept", (percept) => {
      if (percept.kind === "heard") scene.speak(percept.from.id, percept.how, percept.text);
      else if (percept.kind === "emoted") scene.speak(percept.from.id, "emote", percept.text);
      else if (percept.kind === "door") scene.doorChanged(percept.name);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
