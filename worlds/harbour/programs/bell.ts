/**
 * A bell: anybody may use it, and everybody hears it. Shows a body that does not walk, answers a touch, and protects itself
 * from being rung without end.
 */
import { me, sleep } from "@elsewhere/program";

let ringing = false;
let rung = 0;

me.on("used", async ({ from }) => {
  if (ringing) return;
  ringing = true;
  rung++;
  await me.show({ role: "bell", rung, by: from.name });
  await me.do("ring", { by: from.name });
  for (let stroke = 0; stroke < 3; stroke++) {
    await me.shout("Dong!");
    await sleep({ minutes: 2 });
  }
  await sleep({ minutes: 10 });
  ringing = false;
});
await me.show({ role: "bell", rung });
