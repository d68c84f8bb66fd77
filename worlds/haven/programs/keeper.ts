/**
 * Keeps the quay and a ledger of who lands there. Shows `appeared`, which tells of a body that stepped out of another world as
 * of any other, and `memory`, which outlives a new version of this file.
 */
import { at, me, memory, type Seen, sleep } from "@elsewhere/program";

const ledgerMax = 50;
/** First names of those who landed, the newest last. */
const ledger = (memory["ledger"] ??= []) as string[];
/** Bodies seen here before: whoever comes back from elsewhere has another one. */
const known = new Set<number>();
const neighbours = /^(Tove|The quay)/;
const hour = (): number => (Date.now() / 3_600_000) % 24;

me.on("appeared", async ({ body }) => {
  if (body.kind === "thing" || neighbours.test(body.name) || known.has(body.id)) return;
  known.add(body.id);
  if (known.size > 200) known.delete(known.values().next().value!);
  await welcome(body);
});

async function welcome({ name }: Seen): Promise<void> {
  const called = name.split(",")[0]!;
  const times = ledger.filter((one) => one === called).length;
  ledger.push(called);
  if (ledger.length > ledgerMax) ledger.shift();
  await me.show({ role: "keeper", landed: ledger.length, last: called });
  await sleep({ minutes: 1 });
  await me
    .say(times === 0 ? `Welcome to Haven, ${called}. I write you down.` : `Back again, ${called}! That makes ${times + 1}.`)
    .catch(() => {});
}

me.on("heard", async ({ from, text }) => {
  const speaker = (await me.around()).find(({ id }) => id === from.id);
  if (speaker?.kind !== "person" || !/maren|hello|who|ledger|where|leave/i.test(text)) return;
  const last = ledger.slice(-3).join(", ") || "nobody";
  await me.say(`Maren, the keeper. Landed last: ${last}. To leave, go to the packet boat on the pier, ${from.name}.`).catch(() => {});
});

/** Walks there; where the way is barred, she is content with where she stands. */
const walk = (place: string): Promise<unknown> => me.go(place).catch(() => {});

for (;;) {
  const night = hour() >= 21 || hour() < 6;
  await walk(night ? "haven/keeper's house" : "haven/pier");
  await me.show({ role: "keeper", activity: night ? "asleep with one ear open" : "watching the water", landed: ledger.length });
  await at({ hour: night ? 6 : 21 });
}
