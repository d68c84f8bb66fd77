import { getStats } from "./api.ts";
import { look, opened } from "./opened.ts";
import { operatorError, operatorToken, stats } from "./operator.ts";
import { restMs } from "./pages.ts";
import { list, listLargest } from "./programs.ts";
import { lineOf } from "./world.ts";

const roundsBetweenLargest = 5;

/** Asks again and again for what an operator's pane shows, as long as somebody can see it. Returns how to stop. */
export function keepAsking(ask: () => Promise<void>, restMsMin?: number): () => void {
  let timer = 0;
  let stopped = false;
  const round = async (): Promise<void> => {
    const startMs = performance.now();
    if (document.visibilityState === "visible") await ask();
    if (!stopped) timer = window.setTimeout(() => void round(), restMs(performance.now() - startMs, restMsMin));
  };
  void round();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

let rounds = 0;

/** Asks anew for what the pane of programs shows. */
export async function refreshPrograms(holdsOrder: () => boolean): Promise<void> {
  const token = operatorToken.peek();
  if (token === null) return;
  try {
    if (opened.peek() !== null) await look();
    else await list(holdsOrder());
    stats.value = await getStats(token);
    if (rounds++ % roundsBetweenLargest === 0) await listLargest();
    operatorError.value = null;
  } catch (error) {
    operatorError.value = lineOf(error);
  }
}
