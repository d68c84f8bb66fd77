import { type ConnectionState, enter, type World } from "@elsewhere/client";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import { computed, signal } from "@preact/signals";
import type { Keys } from "./keys.ts";
import { Perceiver } from "./perceiver.ts";
import { lineOf } from "./world.ts";

/** How it stands between this page and the world. */
export type Presence =
  /** Not inside. `note` is one line about why, where there is something to say. */
  | { readonly kind: "arriving"; readonly note: Note | null }
  | { readonly kind: "entering"; readonly cancel: () => void }
  | { readonly kind: "inside"; readonly perceiver: Perceiver<World> };

export interface Note {
  readonly tone: "calm" | "error";
  readonly text: string;
  /** `fenced`: the body is still in the world, held by another window; one may take it back. `resting`: it is in a closed place. */
  readonly reason: "left" | "fenced" | "withdrawn" | "refused" | "resting";
}

export const presence = signal<Presence>({ kind: "arriving", note: null });
export const perceiver = computed(() => (presence.value.kind === "inside" ? presence.value.perceiver : null));
/** How the connection of one's own stands, while there is one or one is being made. */
export const connection = signal<ConnectionState | null>(null);

/** Stands on the page's root as `data-state`, for style sheets and for tests. */
export const stateName = computed((): string => {
  if (presence.value.kind === "arriving") return presence.value.note?.reason ?? "arriving";
  const kind = connection.value?.kind ?? "connecting";
  if (kind === "open") return presence.value.kind === "inside" ? "live" : "connecting";
  return kind === "waiting" ? "reconnecting" : kind;
});

export interface Arrival {
  readonly name: string;
  readonly entry: string | null;
}

/** Comes in: into one's own body where this browser was here before under that name, else as a guest. */
export async function comeIn(keys: Keys, arrival: Arrival): Promise<void> {
  const name = arrival.name.trim();
  const known = keys.identity;
  const token = known !== null && known.name === name ? known.token : undefined;
  const mistake = token === undefined ? nameMistake(name) : null;
  if (mistake !== null) return refuse(mistake);
  const giveUp = new AbortController();
  presence.value = { kind: "entering", cancel: () => giveUp.abort() };
  try {
    const world = await enter({
      url: location.origin,
      ...(token === undefined ? { name } : { token }),
      ...(arrival.entry === null ? {} : { entry: arrival.entry }),
      signal: giveUp.signal,
      onState: (state) => {
        connection.value = state;
      },
    });
    if (world.token !== null) keys.identity = { token: world.token, name: world.me.name };
    keys.inside = true;
    world.on("state", (state) => {
      if (state.kind === "closed") ended(keys, state.reason, state.error);
    });
    presence.value = { kind: "inside", perceiver: new Perceiver(world) };
  } catch (error) {
    keys.inside = false;
    if (giveUp.signal.aborted) return void (presence.value = { kind: "arriving", note: null });
    if (token !== undefined && error instanceof ElsewhereError && error.code === "forbidden") {
      keys.identity = null;
      return refuse("This world does not know you any more; enter with a name to begin anew.");
    }
    presence.value = { kind: "arriving", note: refusal(error) };
  }
}

function nameMistake(name: string): string | null {
  if (name === "") return "Write the name you want to go by.";
  if (name.length > limits.nameCharsMax) return `A name has at most ${limits.nameCharsMax} characters; this one has ${name.length}.`;
  return null;
}

function refuse(text: string): void {
  presence.value = { kind: "arriving", note: { tone: "error", text, reason: "refused" } };
}

/** Why the host lets nobody in. Of a body that rests in a closed place it says `away`, and how to open that. */
function refusal(error: unknown): Note {
  const resting = error instanceof ElsewhereError && error.code === "away";
  return resting ? { tone: "calm", text: lineOf(error), reason: "resting" } : { tone: "error", text: lineOf(error), reason: "refused" };
}

function ended(keys: Keys, reason: string, error: ElsewhereError | null): void {
  keys.inside = false;
  const notes: Readonly<Record<string, Note>> = {
    left: { tone: "calm", text: "You left by the way out. Come back in whenever you like.", reason: "left" },
    fenced: { tone: "calm", text: "Your body is held by another window now.", reason: "fenced" },
    withdrawn: { tone: "calm", text: "You were away for long, so your body was brought to the nearest way out.", reason: "withdrawn" },
    refused: refusal(error ?? "The host closed the door on you."),
  };
  presence.value = { kind: "arriving", note: notes[reason] ?? null };
}

/** Goes without an exit: the body stays, asleep. */
export function unplug(): void {
  perceiver.value?.world.close();
}
