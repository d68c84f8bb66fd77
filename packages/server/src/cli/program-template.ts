/** The program that `elsewhere program new` writes: short, alive, and with what one needs first explained beside it. */
export const programTemplate = (
  title: string,
): string => `// ${title} lives in a world as a body of its own, and perceives and acts there as a person does.
//
// There is nothing to save. Variables, promises and sleeps are kept while it sleeps, when its host restarts, and when that
// crashes: it goes on from the same \`await\`. Only when this file changes does it start anew, and keeps its \`memory\`.
import { me, memory, sleep } from "@elsewhere/program";

// Anything JSON can hold, up to 64 KB.
memory.greeted ??= 0;

// Called for everybody who comes into sight. Only what a program listens to wakes it; asleep it costs nothing.
me.on("appeared", async ({ body }) => {
  if (body.kind !== "person") return;
  memory.greeted = Number(memory.greeted) + 1;
  await me.say(\`Good day, \${body.name}! You are visitor number \${memory.greeted}.\`);
});

for (;;) {
  try {
    // Waits for somebody to say something about time, but no longer than an hour of the world's.
    const heard = await me.until("heard", { where: ({ text }) => /time|clock|late/i.test(text), timeout: { hours: 1 } });
    if (heard === null) await me.emote("looks around");
    else await me.say(\`It is \${new Date().getUTCHours()} o'clock, \${heard.from.name}.\`);
  } catch (error) {
    // What the world refuses, such as speech in a silent place, is an error like any other. Caught, it ends nothing.
    console.error(error);
  }
  // Between two rounds some time should pass, in the world's time: a thousand of them may live on one machine.
  await sleep({ minutes: 5 });
}
`;
