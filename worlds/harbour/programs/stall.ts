/**
 * A seller at a market stall: a body that does not walk, with stock and a price that everybody can see. One code serves four stalls;
 * what each sells comes from its `memory` in world.json.
 */
import { me, memory, random, sleep } from "@elsewhere/program";
import { hour } from "./lib/clock.ts";
import { numberKept, textKept } from "./lib/kept.ts";
import { looks } from "./lib/looks.ts";
import { answerPeople } from "./lib/talk.ts";
import { answerTo, numberIn, textIn } from "./lib/trade.ts";

const goods = textKept("goods", "odds and ends");
const base = numberKept("price", 2);
/** Bread and fish are brought by the carter; other stalls fill up by themselves in the morning. */
const brought = memory["brought"] === true;
const show = looks("seller", { goods });
let stock = numberKept("stock", 8);

const price = (): number => base + (stock < 3 ? 3 : stock < 7 ? 1 : 0);
const isOpen = (): boolean => hour() >= 7 && hour() < 20;
const tell = (): Promise<void> => show({ goods, stock, price: price(), open: isOpen() });

/** Sells `n` pieces or none; the price is that of before. */
function sell(n = 1): { ok: boolean; what: string; price: number; why: string } {
  const ok = isOpen() && stock >= n;
  const paid = price() * n;
  if (ok) stock -= n;
  void tell();
  return { ok, what: goods, price: paid, why: ok ? "" : isOpen() ? `no ${goods}` : "closed" };
}

me.on("did", async ({ verb, data, to }) => {
  if (verb !== "deliver" || to !== me.id || textIn(data, "what") !== goods) return;
  stock += numberIn(data, "n");
  await tell();
});
answerTo("buy", (data) => sell(Math.max(1, Math.floor(numberIn(data, "n")))));

answerPeople({
  mine: new RegExp(`\\b${goods}`, "i"),
  topics: [
    [
      /\b(buy|want|take|one|please)\b/i,
      () => {
        const sold = sell();
        return sold.ok
          ? `Here you are, best ${goods} in Harbour. ${sold.price} pence; pay when you pass again.`
          : `I am sorry: ${sold.why}.`;
      },
    ],
    [
      /./,
      () =>
        !isOpen()
          ? "Closed until seven."
          : stock > 0
            ? `${goods}: ${stock} left, ${price()} pence each. Say "buy" and it is yours.`
            : `No ${goods} left. Jon's cart is late, as you see.`,
    ],
  ],
  otherwise: () => `${goods}, fresh ${goods}!`,
});

for (;;) {
  if (!brought && hour() >= 6 && hour() < 7) stock = Math.max(stock, random.int(8, 14));
  await tell();
  await sleep({ hours: 1 });
}
