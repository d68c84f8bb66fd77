/**
 * Mends nets and repeats what travellers tell. Shows a `Set` and a pending `await` that are simply there after any restart,
 * and that news needs nothing but somebody who carries it from one world to the other.
 */
import { type Json, me, random, sleep } from "@elsewhere/program";

const newsMax = 20;
const news = new Set<string>();

me.on("did", async ({ verb, data, to, from }) => {
  if (verb !== "tell" || to !== me.id) return;
  const text = textIn(data);
  if (text === "" || news.has(text)) return;
  news.add(text);
  if (news.size > newsMax) news.delete(news.values().next().value!);
  await me.say(`Is that so, ${from.name.split(",")[0]}? I shall tell everybody. That is Maren.`).catch(() => {});
});

me.on("heard", async ({ from, text }) => {
  const speaker = (await me.around()).find(({ id }) => id === from.id);
  if (speaker?.kind !== "person" || !/tove|news|harbour|hello/i.test(text)) return;
  const latest = [...news].at(-1);
  await me.say(latest === undefined ? "Tove. Nobody has brought any news yet." : `From over the water they say: ${latest}`).catch(() => {});
});

function textIn(data: Json): string {
  const text = typeof data === "object" && data !== null && "text" in data ? data.text : "";
  return typeof text === "string" ? text : "";
}

for (let nets = 0; ; nets++) {
  await me.show({ role: "mender", ears: true, nets, activity: "mending nets" });
  await me.go(random.pick(["haven/net house", "haven/green", "haven/bench", "haven/quay"])).catch(() => {});
  await sleep({ hours: 2 });
}
