// What its mother gave it to remember is in `memory`.
import { me, memory, sleep } from "@elsewhere/program";

if (typeof memory.mother === "number") await me.follow(memory.mother);
for (let days = 0; days < 3; days++) {
  await sleep({ days: 1 });
  await me.emote("cheeps");
}
await me.show({ grown: true });
