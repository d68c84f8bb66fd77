/** Looking for what was said. */
import { ElsewhereError, limits, type Utterance } from "@elsewhere/protocol";
import { batch, signal } from "@preact/signals";
import { searchRecord } from "../state/api.ts";
import { lineOf } from "../state/world.ts";
import { momentText } from "./words.ts";

export const query = signal("");
/** What was found, newest first; null before anything was looked for. */
export const found = signal<readonly Utterance[] | null>(null);
/** How it stands: what is being done, or what came of it. */
export const said = signal<{ readonly tone: "calm" | "error"; readonly text: string } | null>(null);
/** Where it goes on; null where there is nothing older. */
export const older = signal<number | null>(null);
export const searching = signal(false);

const itemsAtOnce = 20;

/** An answer may be empty though the record goes on: so many are asked for before one has to say whether to go on. */
const roundsMax = 40;

let latest = 0;

/** Looks for a text from the newest moment back. */
export async function search(token: string | null, text: string): Promise<void> {
  const wanted = text.trim();
  latest += 1;
  batch(() => {
    found.value = null;
    older.value = null;
    searching.value = false;
    said.value = null;
  });
  if (wanted === "") return void (said.value = { tone: "error", text: "Write a word that was said." });
  if (wanted.length > limits.searchCharsMax) {
    said.value = { tone: "error", text: `Look for at most ${limits.searchCharsMax} characters; these are ${wanted.length}.` };
    return;
  }
  query.value = wanted;
  await go(token, null);
}

/** Looks farther back for the same. */
export const searchOn = (token: string | null): Promise<void> => go(token, older.peek());

export function stopSearching(): void {
  latest += 1;
  batch(() => {
    searching.value = false;
    said.value = { tone: "calm", text: `Stopped: ${reached(found.peek()?.length ?? 0, older.peek())}` };
  });
}

async function go(token: string | null, from: number | null): Promise<void> {
  const mine = ++latest;
  let before = from;
  searching.value = true;
  said.value = { tone: "calm", text: "Searching…" };
  try {
    if (token === null) throw new ElsewhereError("forbidden", "Come into the world to search what you heard in it.");
    for (let round = 0; round < roundsMax; round += 1) {
      const answer = await searchRecord(token, query.peek(), before, itemsAtOnce);
      if (mine !== latest) return;
      before = answer.before;
      batch(() => {
        found.value = [...(found.peek() ?? []), ...answer.found];
        older.value = before;
        if (before !== null) said.value = { tone: "calm", text: `Searching back from ${momentText(before)}…` };
      });
      if (answer.found.length > 0 || before === null) break;
    }
    said.value = { tone: "calm", text: reached(found.peek()?.length ?? 0, before) };
  } catch (error) {
    if (mine !== latest) return;
    said.value = { tone: "error", text: lineOf(error) };
  }
  searching.value = false;
}

function reached(count: number, before: number | null): string {
  const many = count === 0 ? "Nothing found" : `${count} found`;
  if (before !== null) return `${many} back to ${momentText(before)}.`;
  return count === 0 ? "Nobody said that in all of the record. Try a part of a word." : `${many}, back to the beginning.`;
}
