/** What programs, operators and paired hosts can do at the worst moment, or on purpose. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { crossingsOf, fingerprintOf, Neighbours, type Paired, statesOf } from "../support/paired.ts";

const traveller = "traveller";
const abroad = `traveller@${fingerprintOf("left").slice(0, 12)}`;
const willing = `me.on("offered", (offer) => me.accept(offer));`;

async function two(source = willing, admits = "always") {
  const n = new Neighbours();
  const left = await n.open("left", { programs: { traveller: source } });
  const right = await n.open("right");
  await n.pair(left, "right");
  await n.pair(right, "left", admits);
  await n.begun(left, traveller);
  return { n, left, right };
}

const isOver = (host: Paired) => () =>
  crossingsOf(host)
    .crossings.list()
    .every(({ waitsFor }) => waitsFor === null);

test("V60 who declines and accepts in one turn, or accepts what is just ending, stays", async () => {
  const fickle = await two(`
    me.on("offered", (offer) => {
      me.decline(offer);
      me.accept(offer).catch((error) => console.log(error.code));
    });`);
  await fickle.n.ask(fickle.left, traveller, "right");
  await fickle.n.until("it is over", isOver(fickle.left));
  await fickle.n.until("it is told", async () => (await fickle.n.log(fickle.left, traveller)).length > 0);
  assert.deepEqual(await fickle.n.log(fickle.left, traveller), ["unknown"]);
  assert.deepEqual(await fickle.n.programs(fickle.left), [[traveller, "running"]]);

  const late = await two();
  const { attempt } = await late.n.ask(late.left, traveller, "right");
  // What the operator says and what the program says come in the same tick.
  void crossingsOf(late.left).crossings.decide(attempt, "take-back");
  await late.n.until("it is over", isOver(late.left));
  await late.n.tick(5);
  assert.deepEqual(await late.n.programs(late.left), [[traveller, "running"]]);
});

test("V13 what is refused while it is being fetched leaves nothing behind that could still come to life", async () => {
  const { n, left, right } = await two(willing, "ask");
  const { attempt } = await n.ask(left, traveller, "right");
  await n.until("the operator is asked", () => statesOf(right)[0] === "asked");
  const source = crossingsOf(left).crossings;
  const payload = source.payload.bind(source);
  const refused: Promise<unknown>[] = [];
  source.payload = async (name) => {
    const bytes = await payload(name);
    setImmediate(() => refused.push(crossingsOf(right).crossings.decide(attempt, "refuse")));
    return bytes;
  };
  const admitted = crossingsOf(right).crossings.decide(attempt, "admit");
  await n.until("both are over", () => isOver(left)() && isOver(right)());
  await Promise.all([admitted, ...refused]);
  assert.equal(refused.length, 1);
  assert.deepEqual(await right.store.storage.settingsUnder("crossings:in:"), []);
  assert.equal(await right.store.storage.setting(`crossing:payload:${attempt}`), null);
  assert.deepEqual(await n.programs(left), [[traveller, "running"]]);
});

test("V67 a paired host that writes rows of lives that are not its own holds nobody up", async () => {
  const { n, left, right } = await two();
  const life = `${fingerprintOf("left")}/${traveller}`;
  const row = { kind: "row", life, epoch: 2 ** 50, attempt: "A".repeat(22), to: fingerprintOf("right") } as const;
  crossingsOf(left).crossings.receive(fingerprintOf("right"), row);
  await n.tick(2);
  await n.ask(left, traveller, "right");
  await n.until("it is over", () => isOver(left)() && isOver(right)());
  assert.deepEqual(await n.programs(right), [[abroad, "running"]]);
});
