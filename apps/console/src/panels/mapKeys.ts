import type { Signal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { zoomAt } from "../map/camera.ts";
import type { Scene } from "../map/scene.ts";
import { directionOfKey } from "../map/walking.ts";
import { acts } from "../state/operator.ts";
import { step, togglePlaying } from "../past/past.ts";
import { past } from "../past/shown.ts";
import { perceiver } from "../state/session.ts";
import { centreOnMe, focusSpeech, menu } from "../state/ui.ts";
import { Walker } from "../state/walker.ts";

const zoomKeys: Readonly<Record<string, number>> = { "+": 1.25, "=": 1.25, "-": 0.8, _: 0.8 };

/** In the past: Space plays and stands still, comma and point go by one tick. */
const pastKeys: Readonly<Record<string, () => void>> = { " ": togglePlaying, ",": () => step(-1), ".": () => step(1) };

/** Keys while the map has the focus, or nothing has: arrows and WASD walk, + and - zoom, Enter speaks, Home centres. */
export function useMapKeys(frame: RefObject<HTMLDivElement | null>, scene: Signal<Scene | null>): void {
  useEffect(() => {
    const walker = new Walker();
    const stop = new AbortController();
    const { signal } = stop;
    let unwatch = (): void => {};
    const unsubscribe = perceiver.subscribe((self) => {
      unwatch();
      unwatch = self?.world.on("tick", () => walker.ticked()) ?? (() => {});
    });
    const down = (event: KeyboardEvent): void => {
      if (!meant(event, frame.current!)) return;
      const factor = zoomKeys[event.key];
      const direction = directionOfKey(event.code);
      if (factor !== undefined) zoom(scene.value, factor);
      else if (direction !== null && acts.value) {
        if (!event.repeat) walker.press(direction, event.timeStamp);
        if (scene.value !== null) scene.value.following = true;
      } else if (event.key === "Home") centreOnMe.value += 1;
      else if (event.key === "Enter" && acts.value) focusSpeech.value += 1;
      else if (past.value !== null && pastKeys[event.key] !== undefined) pastKeys[event.key]!();
      else return;
      event.preventDefault();
    };
    const up = (event: KeyboardEvent): void => {
      const direction = directionOfKey(event.code);
      if (direction !== null) walker.release(direction, event.timeStamp);
    };
    document.addEventListener("keydown", down, { signal });
    document.addEventListener("keyup", up, { signal });
    window.addEventListener("blur", () => walker.releaseAll(), { signal });
    return () => {
      unsubscribe();
      unwatch();
      stop.abort();
    };
  }, []);
}

/** Keys typed into a field, pressed on a button or with a modifier are somebody else's. */
function meant(event: KeyboardEvent, frame: HTMLElement): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || menu.value !== null) return false;
  return event.target === frame || event.target === document.body;
}

function zoom(scene: Scene | null, factor: number): void {
  if (scene === null || scene.map === null) return;
  const middle = { x: scene.view.width / 2, y: scene.view.height / 2 };
  scene.look(zoomAt(scene.camera, scene.view, scene.map, middle, factor));
}
