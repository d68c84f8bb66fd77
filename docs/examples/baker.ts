import { me, sleep } from "@elsewhere/program";

me.on("heard", async ({ from, text }) => {
  if (/bread/i.test(text)) await me.say(`Two pence, ${from.name}.`);
});

for (;;) {
  await me.go("harbour/bakery");
  await sleep({ hours: 6 });
  await me.go("harbour/market");
  await sleep({ hours: 2 });
}
