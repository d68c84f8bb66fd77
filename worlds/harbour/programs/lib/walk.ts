/** Walking without being thrown off course: ways may be shut, and somebody else's wish may interrupt one's own. */
import { type Destination, me, sleep } from "@elsewhere/program";

/** Walks there, with a rest after each vain try. Returns whether it came there. */
export async function goTo(to: Destination, tries = 3): Promise<boolean> {
  for (let left = tries; left > 0; left--) {
    try {
      await me.go(to);
      return true;
    } catch {
      await sleep({ minutes: 5 });
    }
  }
  return false;
}

/** Does what may well fail (somebody has just left, the hand is full, speech is not allowed here) and says whether it worked. */
export async function tryTo(doing: () => Promise<unknown>): Promise<boolean> {
  try {
    await doing();
    return true;
  } catch {
    return false;
  }
}
