import { enter } from "@elsewhere/client";
import { computed, signal } from "@preact/signals";
import type { LogLine, ProgramInfo, Stats } from "@elsewhere/protocol";
import { getProgram, getPrograms, getStats } from "./api.ts";
import { Perceiver } from "./perceiver.ts";
import { perceiver } from "./session.ts";
import { lineOf } from "./world.ts";

export const operatorToken = signal<string | null>(null);
export const programs = signal<readonly ProgramInfo[]>([]);
export const stats = signal<Stats | null>(null);
export const operatorError = signal<string | null>(null);
/** The program whose details are open, with its log. */
export const opened = signal<{ readonly program: string; readonly log: readonly LogLine[] } | null>(null);

interface Followed {
  readonly program: string;
  readonly name: string;
  readonly perceiver: Perceiver;
}

/** Whose eyes the map shows, where not one's own. */
export const followed = signal<Followed | null>(null);
export const eyes = computed(() => followed.value?.perceiver ?? perceiver.value);

/** Asks for what the operator's pane shows: figures each time, the list every second one. */
export async function refresh(turn: number): Promise<void> {
  const token = operatorToken.value;
  if (token === null) return;
  try {
    stats.value = await getStats(token);
    if (turn % 2 === 0) programs.value = await getPrograms(token);
    const { value } = opened;
    if (value !== null && turn % 2 === 0) await open(value.program);
    operatorError.value = null;
  } catch (error) {
    operatorError.value = lineOf(error);
  }
}

export async function open(program: string): Promise<void> {
  const token = operatorToken.value;
  if (token === null) return;
  if (opened.value?.program !== program) opened.value = { program, log: [] };
  const { log } = await getProgram(token, program);
  if (opened.value?.program === program) opened.value = { program, log };
}

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
