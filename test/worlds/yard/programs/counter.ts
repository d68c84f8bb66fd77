/** Counts in the middle of nested awaits, so that a lost or repeated step shows as a gap or a repeat. */
import { me, sleep } from "@elsewhere/program";

let count = 0;
const steps = new Map<number, string>();

function* corners(): Generator<string> {
  for (;;) yield* ["yard/west", "yard/east", "yard/north"];
}
const corner = corners();

async function step(): Promise<void> {
  count += 1;
  steps.set(count, `step ${count}`);
  await me.show({ count, kept: steps.size, luck: Math.floor(Math.random() * 1000) });
  if (count % 4 === 0) await me.go(corner.next().value as string).catch(() => {});
}

for (;;) {
  await step();
  await sleep({ ms: 100 });
}
