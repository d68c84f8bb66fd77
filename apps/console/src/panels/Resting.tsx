import { useSignal } from "@preact/signals";
import { limits } from "@elsewhere/protocol";
import { openAndComeIn } from "../state/hidden.ts";
import type { Keys } from "../state/keys.ts";
import { presence } from "../state/session.ts";
import { worldInfo } from "../state/world.ts";

/** For whoever's body rests in a closed place: its coordinates open it. */
export function Resting({ keys, note }: { readonly keys: Keys; readonly note: string }) {
  const coordinates = useSignal("");
  const opening = useSignal(false);
  const mistake = useSignal<string | null>(null);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (opening.value) return;
    opening.value = true;
    mistake.value = await openAndComeIn(keys, coordinates.value);
    opening.value = false;
  };
  return (
    <form class="card" onSubmit={(event) => void submit(event)} noValidate aria-label="Open the place">
      <p class="eyebrow">Your body rests out of sight in</p>
      <h1 id="world-name">{worldInfo.value?.name ?? "Elsewhere"}</h1>
      <p class="lead" role="status" data-testid="arrival-note">
        {note}
      </p>
      <div class="door">
        <label for="coordinates">Its coordinates</label>
        <div class="row">
          <input
            id="coordinates"
            data-testid="coordinates"
            autoComplete="off"
            autoCapitalize="none"
            spellcheck={false}
            placeholder="map/place~secret"
            maxLength={limits.coordinatesCharsMax}
            aria-describedby="opening"
            aria-invalid={mistake.value !== null}
            value={coordinates.value}
            onInput={(event) => {
              coordinates.value = event.currentTarget.value;
              mistake.value = null;
            }}
          />
          <button type="submit" class="primary" data-testid="open-place" aria-disabled={opening.value}>
            Open
          </button>
        </div>
      </div>
      <p id="opening" class="note" data-tone={mistake.value === null ? "calm" : "error"} role={mistake.value === null ? "status" : "alert"}>
        {mistake.value ?? (opening.value ? "Opening…" : "Whoever has found the place knows them.")}
      </p>
      <button type="button" class="quiet" data-testid="not-now" onClick={() => (presence.value = { kind: "arriving", note: null })}>
        Not now
      </button>
    </form>
  );
}
