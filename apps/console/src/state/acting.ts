import { ElsewhereError, type Direction } from "@elsewhere/protocol";
import type { Command } from "../commands/parse.ts";
import { describeBody, describeLook } from "./describe.ts";
import type { World } from "@elsewhere/client";
import { openOnTheWay } from "./hidden.ts";
import type { Perceiver } from "./perceiver.ts";
import { perceiver } from "./session.ts";
import { dialog, notice, target } from "./ui.ts";
import { lineOf, mapTitle } from "./world.ts";

interface Point {
  readonly x: number;
  readonly y: number;
}

type Doing<K extends Command["kind"]> = Extract<Command, { readonly kind: K }>;

/** What became of an intent besides being done. Being interrupted by one's own next wish is no news. */
function complain(self: Perceiver<World>, error: unknown): void {
  if (error instanceof ElsewhereError && (error.code === "interrupted" || error.code === "fenced")) return;
  const text = lineOf(error);
  notice.value = text;
  self.tell({ tone: "error", text, body: null });
}

/** Does something as oneself; `told` says it in the log, where the world does not say it itself. */
async function act(
  doing: (self: Perceiver<World>) => Promise<unknown>,
  told: string | null = null,
  tone: "speech" | "deed" = "deed",
): Promise<void> {
  const self = perceiver.value;
  if (self === null) return;
  const since = self.world.tick;
  try {
    await doing(self);
    if (told !== null) self.tellOnce({ tone, text: told, body: self.world.me.id }, since);
  } catch (error) {
    complain(self, error);
  }
}

/** Carries out what the speech box asked for. Returns the mistake to show, if it was none of ours to do. */
export function carryOut(command: Command): string | null {
  switch (command.kind) {
    case "nothing":
      return null;
    case "mistake":
      return command.message;
    case "help":
      dialog.value = { kind: "help" };
      return null;
    case "leave":
      dialog.value = { kind: "leave" };
      return null;
    default:
      void perform(command);
      return null;
  }
}

function perform(command: Exclude<Command, Doing<"nothing" | "mistake" | "help" | "leave">>): Promise<void> {
  switch (command.kind) {
    case "say":
      return act(({ world }) => world.me.say(command.text), `You say: ${command.text}`, "speech");
    case "shout":
      return act(({ world }) => world.me.shout(command.text), `You shout: ${command.text}`, "speech");
    case "whisper":
      return act(
        ({ world }) => world.me.whisper(command.to.id, command.text),
        `You whisper to ${command.to.name}: ${command.text}`,
        "speech",
      );
    case "emote":
      return act(({ world }) => world.me.emote(command.text), `You ${command.text}`);
    case "do":
      return act(({ world }) => world.me.do(command.verb, command.data), `You do “${command.verb}”.`);
    case "use":
      return useIt(command.target, command.name, command.code);
    case "take":
      return act(({ world }) => world.me.take(command.thing), `You take the ${command.thing.name}.`);
    case "drop":
      return act(({ world }) => world.me.drop(command.thing), `You put the ${command.thing.name} down.`);
    case "give":
      return act(({ world }) => world.me.give(command.thing, command.to), `You give the ${command.thing.name} to ${command.to.name}.`);
    case "go":
      return typeof command.to === "string" ? walkBy(command.to) : walk({ id: command.to.id });
    case "follow":
      return act(({ world }) => world.me.follow(command.body), `You follow ${command.body.name}.`);
    case "stop":
      return act(({ world }) => world.me.stop());
    case "look":
      return look(command.at?.id ?? null);
  }
}

let walks = 0;

/** Walks; the mark on the map stays until one is there or has thought better of it. */
export async function walk(to: string | Point | { readonly id: number }): Promise<void> {
  const mine = (walks += 1);
  target.value = typeof to === "object" && "x" in to ? to : null;
  await act(({ world }) => world.me.go(to));
  if (mine === walks) target.value = null;
}

/** Walks by coordinates; a closed place they are of is opened first. */
async function walkBy(to: string): Promise<void> {
  const mine = (walks += 1);
  if (to.includes("~") && perceiver.value !== null) await openOnTheWay(perceiver.value, to);
  // Whoever has thought better of it meanwhile does not go.
  if (mine === walks) await walk(to);
}

export function stand(): void {
  walks += 1;
  target.value = null;
  void act(({ world }) => world.me.stop());
}

export const face = (direction: Direction): void => void act(({ world }) => world.me.face(direction));

/** Uses a door or a body; a door that wants its code asks for it. */
export function useIt(what: number | string, name: string, code: string | null = null): Promise<void> {
  return act(
    async ({ world }) => {
      try {
        await world.me.use(what, code ?? undefined);
      } catch (error) {
        const locked = error instanceof ElsewhereError && error.code === "locked";
        if (!locked || typeof what !== "string") throw error;
        if (code !== null) notice.value = "That is not the code.";
        dialog.value = { kind: "code", door: what };
      }
    },
    typeof what === "string" ? null : `You use the ${name}.`,
  );
}

export function look(at: number | null): Promise<void> {
  return act(async (self) => {
    const { me, map } = self.world;
    const text = at === null ? describeLook(await me.look(), me.id, mapTitle(map)) : describeBody(await me.lookAt(at));
    self.tell({ tone: "self", text, body: at });
  });
}

export const leaveWorld = (): Promise<void> => act(({ world }) => world.leave());
