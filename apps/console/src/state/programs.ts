import type { ProgramInfo, ProgramOrder, ProgramsPage } from "@elsewhere/protocol";
import { batch, signal } from "@preact/signals";
import { getPrograms } from "./api.ts";
import { operatorToken } from "./operator.ts";
import { inPlace, itemsPerPage, lastOffset } from "./pages.ts";

const largestShown = 32;

interface Asked {
  readonly order: ProgramOrder;
  readonly offset: number;
  readonly search: string;
}

/** Which part of all programs is asked for. */
export const asked = signal<Asked>({ order: "name", offset: 0, search: "" });
/** That part, as it was told last; null until then. */
export const listed = signal<ProgramsPage | null>(null);
/** Whether figures moved on while the rows stayed where they were. */
export const orderHeld = signal(false);
/** The largest heaps of all, the largest first. */
export const largest = signal<readonly ProgramInfo[]>([]);

let latest = 0;

/** Asks for another part; it is shown as soon as it is told. */
export async function askFor(change: Partial<Asked>): Promise<void> {
  asked.value = { ...asked.value, offset: 0, ...change };
  await list(false);
}

/** Asks for the list again. With `hold` its rows stay in place, whatever their figures say now. */
export async function list(hold: boolean): Promise<void> {
  const token = operatorToken.peek();
  if (token === null) return;
  latest += 1;
  const mine = latest;
  const want = asked.peek();
  const page = await getPrograms(token, { ...want, limit: itemsPerPage });
  if (mine !== latest) return;
  if (page.programs.length === 0 && want.offset > 0) return askFor({ ...want, offset: lastOffset(page.total) });
  const before = listed.peek();
  const shown = hold && before !== null ? inPlace(before, page) : page;
  batch(() => {
    listed.value = shown;
    orderHeld.value = shown.programs.some(({ program }, i) => program !== page.programs[i]?.program);
  });
}

export async function listLargest(): Promise<void> {
  const token = operatorToken.peek();
  if (token === null) return;
  const { programs } = await getPrograms(token, { order: "heapBytes", offset: 0, limit: largestShown, search: "" });
  // A heap without an image has no size yet.
  largest.value = programs.filter(({ heapBytes }) => heapBytes > 0);
}
