import { enter, type World } from "@elsewhere/client";
import { computed, signal } from "@preact/signals";
import type { ProgramInfo, Stats } from "@elsewhere/protocol";
import { past } from "../past/shown.ts";
import { Perceiver } from "./perceiver.ts";
import { perceiver } from "./session.ts";
import { lineOf } from "./world.ts";

export const operatorToken = signal<string | null>(null);
export const stats = signal<Stats | null>(null);
/** Why what is shown may be old, or what was tried failed. */
export const operatorError = signal<string | null>(null);

interface Followed {
  readonly program: string;
  readonly name: string;
  readonly perceiver: Perceiver<World>;
}

/** Whose eyes the map shows, where not one's own. */
export const followed = signal<Followed | null>(null);
/** What is shown: the past, somebody else's present, or one's own. */
export const eyes = computed((): Perceiver | null => past.value?.perceiver ?? followed.value?.perceiver ?? perceiver.value);
/** Whether one sees through one's own eyes in the present: only then can one act. */
export const acts = computed(() => perceiver.value !== null && eyes.value === perceiver.value);

let latest = 0;

/** Looks through a program's eyes, on a connection of its own. */
export async function follow({ program, name }: Pick<ProgramInfo, "program" | "name">): Promise<void> {
  const token = operatorToken.value;
  if (token === null) return;
  stopFollowing();
  const mine = latest;
  try {
    const world = await enter({ url: location.origin, token, observe: program });
    if (mine !== latest) return world.close();
    world.on("state", (state) => {
      if (state.kind === "closed" && followed.value?.perceiver.world === world) followed.value = null;
    });
    followed.value = { program, name, perceiver: new Perceiver(world) };
  } catch (error) {
    operatorError.value = lineOf(error);
  }
}

export function stopFollowing(): void {
  latest += 1;
  const { value } = followed;
  followed.value = null;
  value?.perceiver.world.close();
}
