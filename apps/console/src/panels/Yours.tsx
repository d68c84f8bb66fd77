import type { Who } from "@elsewhere/protocol";
import { useSignal } from "@preact/signals";
import { carryOut } from "../state/acting.ts";
import { getMemory } from "../state/api.ts";
import type { Keys } from "../state/keys.ts";
import { joinMemory } from "../state/memory.ts";
import { perceiver, unplug } from "../state/session.ts";
import { dialog, draft, focusSpeech } from "../state/ui.ts";
import { lineOf } from "../state/world.ts";
import { Face } from "./Face.tsx";

/** What is one's own: things, memory, and the ways to go. */
export function Yours({ keys }: { readonly keys: Keys }) {
  const self = perceiver.value;
  if (self === null) return null;
  return (
    <div class="yours">
      <section aria-labelledby="self-title">
        <h2 id="self-title" class="self">
          <Face name={self.world.me.name} kind="person" />
          {self.world.me.name}
        </h2>
      </section>
      <Carried things={self.carried.value} />
      <Memory keys={keys} />
      <section aria-labelledby="going-title">
        <h2 id="going-title">Going</h2>
        <p class="lead">Leave at a way out and you can come back in there. If you just unplug, your body falls asleep where it stands.</p>
        <div class="row">
          <button type="button" onClick={() => (dialog.value = { kind: "leave" })}>
            Leave the world…
          </button>
          <button type="button" class="quiet" onClick={unplug}>
            Unplug
          </button>
        </div>
      </section>
    </div>
  );
}

function Carried({ things }: { readonly things: readonly Who[] }) {
  const give = (thing: Who): void => {
    draft.value = `/give "${thing.name}" `;
    focusSpeech.value += 1;
  };
  return (
    <section aria-labelledby="carried-title">
      <h2 id="carried-title">
        You carry <span class="count">{things.length}</span>
      </h2>
      {things.length === 0 ? (
        <p class="empty">Nothing yet. Walk up to a thing and take it.</p>
      ) : (
        <ul class="things" data-testid="carried">
          {things.map((thing) => (
            <li key={thing.id}>
              <Face name={thing.name} kind="thing" />
              <span class="name">{thing.name}</span>
              <button type="button" class="quiet" aria-label={`Give the ${thing.name}`} onClick={() => give(thing)}>
                Give…
              </button>
              <button
                type="button"
                class="quiet"
                aria-label={`Put the ${thing.name} down`}
                onClick={() => carryOut({ kind: "drop", thing })}
              >
                Put down
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Memory({ keys }: { readonly keys: Keys }) {
  const said = useSignal<string | null>(null);
  const save = async (format: "text" | "json"): Promise<void> => {
    const { identity } = keys;
    if (identity === null) return;
    said.value = "Gathering what you remember…";
    try {
      const text = joinMemory(await getMemory(identity.token, format), format);
      download(text, format === "text" ? "memory.txt" : "memory.json", format === "text" ? "text/plain" : "application/json");
      said.value = "Saved.";
    } catch (error) {
      said.value = lineOf(error);
    }
  };
  return (
    <section aria-labelledby="memory-title">
      <h2 id="memory-title">Your memory</h2>
      <p class="lead">All that you perceived here, in order. It is yours to take along.</p>
      <div class="row">
        <button type="button" data-testid="memory-text" onClick={() => void save("text")}>
          Save as text
        </button>
        <button type="button" data-testid="memory-json" onClick={() => void save("json")}>
          Save as JSON
        </button>
      </div>
      <p class="fine" role="status">
        {said.value}
      </p>
    </section>
  );
}

function download(text: string, name: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it by the next task.
  setTimeout(() => URL.revokeObjectURL(address), 0);
}
