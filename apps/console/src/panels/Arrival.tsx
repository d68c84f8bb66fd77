import { useSignal } from "@preact/signals";
import type { Keys } from "../state/keys.ts";
import { comeIn, connection, presence } from "../state/session.ts";
import { loadWorld, worldError, worldInfo } from "../state/world.ts";
import { Resting } from "./Resting.tsx";
import { Waiting } from "./Waiting.tsx";

/** The first screen: whose world this is, and a name to enter it by. */
export function Arrival({ keys, entry }: { readonly keys: Keys; readonly entry: string | null }) {
  const known = keys.identity;
  const name = useSignal(known?.name ?? "");
  const here = presence.value;
  const world = worldInfo.value;
  const note = here.kind === "arriving" ? here.note : null;
  if (note?.reason === "resting") {
    return (
      <section class="arrival" aria-labelledby="world-name">
        <Resting keys={keys} note={note.text} />
      </section>
    );
  }
  const submit = (event: Event): void => {
    event.preventDefault();
    void comeIn(keys, { name: name.value, entry });
  };
  return (
    <section class="arrival" aria-labelledby="world-name">
      <form class="card" onSubmit={submit} noValidate>
        <p class="eyebrow">You are outside of</p>
        <h1 id="world-name">{world?.name ?? "Elsewhere"}</h1>
        {world !== null && world.description !== "" && <p class="lead">{world.description}</p>}
        {worldError.value !== null && world === null ? (
          <Unreachable />
        ) : here.kind === "entering" ? (
          <div class="entering">
            <p role="status">{connection.value?.kind === "waiting" ? <Waiting /> : "Coming in…"}</p>
            <button type="button" class="quiet" onClick={here.cancel}>
              Cancel
            </button>
          </div>
        ) : (
          <Door
            name={name}
            fenced={note?.reason === "fenced"}
            returning={known !== null && known.name !== "" && known.name === name.value.trim()}
          />
        )}
        <p class="note" data-tone={note?.tone ?? "calm"} role={note?.tone === "error" ? "alert" : "status"} data-testid="arrival-note">
          {note?.text ?? hint(world?.guests ?? true, known !== null)}
        </p>
      </form>
    </section>
  );
}

const hint = (guests: boolean, known: boolean): string => {
  if (known) return "Your body waits for you where you left it.";
  return guests ? "Any name will do. This browser remembers you." : "This world takes in only those with an invitation.";
};

function Unreachable() {
  return (
    <p class="note" data-tone="error" role="alert">
      {worldError.value}{" "}
      <button type="button" class="link" onClick={() => void loadWorld()}>
        Try again
      </button>
    </p>
  );
}

interface DoorProps {
  readonly name: { value: string };
  readonly fenced: boolean;
  readonly returning: boolean;
}

function Door({ name, fenced, returning }: DoorProps) {
  return (
    <div class="door">
      <label for="name">Your name</label>
      <div class="row">
        <input
          id="name"
          data-testid="name"
          autoComplete="nickname"
          autoCapitalize="words"
          spellcheck={false}
          maxLength={64}
          value={name.value}
          onInput={(event) => (name.value = event.currentTarget.value)}
        />
        <button type="submit" class="primary" data-testid="enter">
          {fenced ? "Take over here" : returning ? "Come back in" : "Enter"}
        </button>
      </div>
    </div>
  );
}
