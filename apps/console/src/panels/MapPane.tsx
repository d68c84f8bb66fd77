import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { fitZoom, zoomAt } from "../map/camera.ts";
import type { Scene } from "../map/scene.ts";
import { past } from "../past/shown.ts";
import { eyes, followed, stopFollowing } from "../state/operator.ts";
import { connection, perceiver, stateName } from "../state/session.ts";
import { centreOnMe, notice } from "../state/ui.ts";
import { worldError } from "../state/world.ts";
import { Band } from "./Band.tsx";
import { CentreIcon, MinusIcon, PlusIcon, WholeIcon } from "./icons.tsx";
import { MapText } from "./MapText.tsx";
import { useMapKeys } from "./mapKeys.ts";
import { useScene } from "./useScene.ts";
import { Waiting } from "./Waiting.tsx";

/** The map, what stands over it, and its text for those who do not see it. */
export function MapPane() {
  const frame = useRef<HTMLDivElement>(null);
  const { scene, failed } = useScene(frame);
  useMapKeys(frame, scene);
  useSignalEffect(() => {
    if (centreOnMe.value > 0 && scene.value !== null) scene.value.following = true;
  });
  const note = failed.value ?? (perceiver.value === null ? null : worldError.value);
  return (
    <div
      class="map"
      id="map"
      ref={frame}
      tabIndex={0}
      role="application"
      aria-roledescription="map"
      aria-label="Map: arrow keys walk, plus and minus zoom"
      aria-describedby="map-text"
    >
      {note !== null && (
        <p class="no-map" role="status">
          {note}
        </p>
      )}
      <MapText />
      <Banner />
      {scene.value !== null && <MapButtons scene={scene.value} />}
      <Notice />
    </div>
  );
}

function MapButtons({ scene }: { readonly scene: Scene }) {
  const zoom = (factor: number): void => {
    const map = scene.map;
    if (map === null) return;
    scene.look(zoomAt(scene.camera, scene.view, map, { x: scene.view.width / 2, y: scene.view.height / 2 }, factor));
  };
  const whole = (): void => {
    scene.following = false;
    if (scene.map !== null) scene.look({ x: scene.map.width / 2, y: scene.map.height / 2, zoom: fitZoom(scene.view, scene.map) });
  };
  return (
    <div class="map-buttons" role="group" aria-label="View of the map">
      <button type="button" title="Zoom in" aria-label="Zoom in" onClick={() => zoom(1.35)}>
        <PlusIcon />
      </button>
      <button type="button" title="Zoom out" aria-label="Zoom out" onClick={() => zoom(1 / 1.35)}>
        <MinusIcon />
      </button>
      <button type="button" title="Whole map" aria-label="Show the whole map" onClick={whole}>
        <WholeIcon />
      </button>
      {(eyes.value?.self !== undefined || perceiver.value !== null) && (
        <button type="button" title="Centre on me" aria-label="Centre on me" data-testid="centre" onClick={() => (centreOnMe.value += 1)}>
          <CentreIcon />
        </button>
      )}
    </div>
  );
}

/** What must be known at once: a lost connection, a world that pauses, whose eyes these are. */
function Banner() {
  const state = connection.value;
  const inside = perceiver.value !== null;
  const { value } = followed;
  return (
    <div class="banners" aria-live="polite">
      {inside && stateName.value === "reconnecting" && (
        <p class="banner" data-tone="warn" data-testid="banner">
          <Waiting />
        </p>
      )}
      {inside && state?.kind === "paused" && (
        <p class="banner" data-tone="warn" data-testid="banner">
          The world holds its breath: {state.reason}. It goes on by itself.
        </p>
      )}
      {past.value !== null && <Band />}
      {value !== null && past.value === null && (
        <p class="banner" data-tone="calm" data-testid="following">
          <span>
            You see what <strong>{value.name}</strong> perceives.
          </span>
          <button type="button" onClick={stopFollowing}>
            Stop following
          </button>
        </p>
      )}
    </div>
  );
}

const noticeMs = 5000;

function Notice() {
  const shown = useSignal<string | null>(null);
  useSignalEffect(() => {
    const text = notice.value;
    shown.value = text;
    if (text === null) return;
    const timer = setTimeout(() => {
      notice.value = null;
    }, noticeMs);
    return () => clearTimeout(timer);
  });
  useEffect(() => () => void (notice.value = null), []);
  // The log tells it to screen readers; here it is for the eye.
  return shown.value === null ? null : (
    <p class="notice" aria-hidden="true">
      {shown.value}
    </p>
  );
}
