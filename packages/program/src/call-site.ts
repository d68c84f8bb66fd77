/**
 * Where in the author's file an intent was asked for. Its error comes a turn later, when nothing of that call is left on
 * any stack, so the place is written down when the intent is asked for. That takes longer than asking for it; therefore only the
 * first intents of a heap have it, and those that follow an error nobody caught: where one was, the next is likely.
 */
const intentsTraced = 16;
const framesMax = 4;

export class CallSites {
  #left = intentsTraced;

  /** Begins anew: something went wrong. */
  rearm(): void {
    this.#left = intentsTraced;
  }

  /** The frames of whoever called `callee`, null if they are not asked for any more. */
  take(callee: (...args: never[]) => unknown): string | null {
    if (this.#left === 0) return null;
    this.#left--;
    const usual = Error.stackTraceLimit;
    Error.stackTraceLimit = framesMax;
    const holder: { stack?: string } = {};
    Error.captureStackTrace(holder, callee);
    Error.stackTraceLimit = usual;
    return holder.stack ?? null;
  }
}

/** Only what lies in the program itself: the library's own frames tell an author nothing. */
export const ownFrames = (stack: string): string =>
  stack
    .split("\n")
    .filter((line) => line.includes("program.js:"))
    .join("\n");
