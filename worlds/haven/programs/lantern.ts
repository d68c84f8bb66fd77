/** A lantern that is lit by night, and for a while whenever somebody comes into its light. */
import { me, sleep } from "@elsewhere/program";

const byNight = (): boolean => Date.now() % 86_400_000 < 6 * 3_600_000 || Date.now() % 86_400_000 >= 20 * 3_600_000;
let shown: boolean | null = null;
let guests = 0;

async function shine(): Promise<void> {
  const lit = guests > 0 || byNight();
  if (lit === shown) return;
  shown = lit;
  await me.show({ role: "lamp", lit });
}

me.on("appeared", async ({ body }) => {
  if (body.kind === "thing") return;
  guests++;
  await shine();
  await sleep({ minutes: 20 });
  guests--;
  await shine();
});

for (;;) {
  await shine();
  await sleep({ minutes: 15 });
}
