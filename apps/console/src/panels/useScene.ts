import { batch, type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { watchGestures } from "../map/gestures.ts";
import { panBy, zoomAt } from "../map/camera.ts";
import type { Scene } from "../map/scene.ts";
import { readTheme } from "../map/theme.ts";
import { past } from "../past/shown.ts";
import { walk } from "../state/acting.ts";
import { acts, eyes } from "../state/operator.ts";
import { perceiver } from "../state/session.ts";
import { menu } from "../state/ui.ts";
import { watchSight } from "./watchSight.ts";

const noDrawing = "The map cannot be drawn in this browser. Everything else works: what happens is told in words.";

/** Starts the renderer in its frame and keeps it going; loaded late, so that the door is there before the map. */
export function useScene(frame: RefObject<HTMLDivElement | null>): {
  readonly scene: Signal<Scene | null>;
  readonly failed: Signal<string | null>;
} {
  const scene = useSignal<Scene | null>(null);
  const failed = useSignal<string | null>(null);
  useEffect(() => {
    const element = frame.current!;
    const stops: (() => void)[] = [];
    let gone = false;
    open(element).then(
      (opened) => {
        if (gone) return opened.destroy();
        batch(() => (scene.value = opened));
        stops.push(...keepGoing(element, opened));
      },
      () => {
        failed.value = noDrawing;
      },
    );
    return () => {
      gone = true;
      for (const stop of stops) stop();
      scene.peek()?.destroy();
    };
  }, []);
  return { scene, failed };
}

async function open(element: HTMLElement): Promise<Scene> {
  const { Scene: Opened } = await import("../map/scene.ts");
  const canvas = document.createElement("canvas");
  canvas.dataset["testid"] = "map";
  canvas.setAttribute("aria-hidden", "true");
  const scene = await Opened.open({
    canvas,
    theme: readTheme(getComputedStyle(document.documentElement)),
    resolution: Math.min(2, window.devicePixelRatio || 1),
    calm: matchMedia("(prefers-reduced-motion: reduce)").matches,
  });
  element.prepend(canvas);
  return scene;
}

function keepGoing(element: HTMLElement, scene: Scene): (() => void)[] {
  const sized = new ResizeObserver(() => scene.resize({ width: element.clientWidth, height: element.clientHeight }));
  sized.observe(element);
  scene.resize({ width: element.clientWidth, height: element.clientHeight });
  let handle = requestAnimationFrame(function draw(timeMs) {
    scene.frame(timeMs);
    handle = requestAnimationFrame(draw);
  });
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const retheme = (): void => scene.retheme(readTheme(getComputedStyle(document.documentElement)));
  scheme.addEventListener("change", retheme);
  return [
    () => sized.disconnect(),
    () => cancelAnimationFrame(handle),
    () => scheme.removeEventListener("change", retheme),
    watchSight(scene),
    watchPointers(element, scene),
  ];
}

function watchPointers(element: HTMLElement, scene: Scene): () => void {
  const canvas = element.querySelector("canvas")!;
  return watchGestures(canvas, {
    tap(at) {
      element.focus({ preventScroll: true });
      const { body, tile } = scene.hit(at);
      const box = canvas.getBoundingClientRect();
      const spot = { x: box.left + at.x, y: box.top + at.y };
      if (past.value !== null && body !== null) menu.value = { body, at: spot };
      if (perceiver.value === null || !acts.value) return;
      const door = scene.map?.doorAt(tile.x, tile.y) ?? null;
      if (body !== null && body.id !== perceiver.value.world.me.id) menu.value = { body, at: spot };
      else if (door !== null) menu.value = { door, at: spot };
      else void walk(tile);
    },
    hover: (at) => {
      scene.hover(acts.value || past.value !== null ? at : null);
      canvas.style.cursor = scene.hovered === null ? "" : "pointer";
    },
    pan(dx, dy) {
      if (scene.map === null) return;
      scene.following = false;
      scene.look(panBy(scene.camera, scene.view, scene.map, dx, dy));
    },
    zoom(at, factor) {
      if (scene.map === null) return;
      // While somebody is followed the middle stays the middle.
      const around = scene.following && eyes.value !== null ? { x: scene.view.width / 2, y: scene.view.height / 2 } : at;
      scene.look(zoomAt(scene.camera, scene.view, scene.map, around, factor));
    },
  });
}
