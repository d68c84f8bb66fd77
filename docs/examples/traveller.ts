// Goes to another host when it is asked to, looks around there, and comes home to tell of it.
import { ElsewhereError, log, me, sleep } from "@elsewhere/program";

let travelling = false;

me.on("arrived", ({ crossing }) => {
  if (crossing) log(`from ${crossing.from} to ${crossing.to}, without`, crossing.lost);
});

me.on("offered", async (offer) => {
  if (travelling) {
    await me.decline(offer, "I have only just arrived.");
    return;
  }
  travelling = true;
  try {
    const { from, to } = await me.accept(offer);
    // It is there now, in another body. Everything it had is still here.
    const met = (await me.around()).map(({ name }) => name);
    await me.say(`So this is ${to}!`);
    await sleep({ hours: 1 });
    await me.ask({ cross: from });
    await me.say(`In ${to} I have met ${met.join(", ") || "nobody"}.`);
  } catch (error) {
    if (!(error instanceof ElsewhereError)) throw error;
    log(`I stay where I am: ${error.code}, ${error.message}`);
  }
  travelling = false;
});
