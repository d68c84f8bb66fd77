// The first who opens it gets what is in it; after that nothing listens any more.
import { me } from "@elsewhere/program";

me.once("used", async ({ from }) => {
  await me.show({ open: true, finder: from.name });
  await me.say(`${from.name} has found the lighthouse keeper's spectacles.`);
});
