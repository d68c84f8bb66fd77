/** Walks a recorded route: at world time `step × 10 s` it stands where the recording stood. */
import { me, memory, sleep } from "@elsewhere/program";

const { startMs, route } = memory as { startMs: number; route: readonly (readonly [step: number, x: number, y: number])[] };
// Kept in the heap from here on; `memory` is compared after every turn, and so should stay small.
delete memory.route;

for (const [step, x, y] of route) {
  // The turn that sets out runs one step early: the tick after it takes the step.
  await sleep({ ms: Math.max(0, startMs + (step - 1) * 10_000 - Date.now()) });
  void me.go({ x, y });
}
