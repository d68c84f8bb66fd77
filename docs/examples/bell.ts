// A thing with behaviour is a program whose body does not walk ("walks": false in world.json).
import { me } from "@elsewhere/program";

let rung = 0;

me.on("used", async ({ from }) => {
  rung += 1;
  await me.show({ rung, lastBy: from.name });
  await me.do("ring", { times: rung });
});
