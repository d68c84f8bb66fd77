// Asks and waits for an answer, though not for ever: a timeout gives null.
import { me } from "@elsewhere/program";

me.on("appeared", async ({ body }) => {
  if (body.kind !== "person") return;
  await me.say(`Tea or coffee, ${body.name}?`);
  const answer = await me.until("heard", {
    where: ({ from, text }) => from.id === body.id && /tea|coffee/i.test(text),
    timeout: { minutes: 5 },
  });
  if (answer === null) await me.emote("shrugs and turns away");
  else await me.say(/tea/i.test(answer.text) ? "Tea it is." : "Coffee it is.");
});
