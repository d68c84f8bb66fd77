import { me, sleep } from "@elsewhere/program";

let heard = 0;
me.on("heard", async ({ from, text }) => {
  heard += 1;
  await me.say(`${from.name} said "${text}". That makes ${heard}.`);
});

for (;;) {
  await me.go("harbour/fountain");
  await sleep({ hours: 1 });
  await me.go("harbour/quay");
  await sleep({ hours: 1 });
}
