/** What programs, operators and paired hosts can do at the worst moment, or on purpose. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "@elsewhere/protocol";
import type { Offer } from "../../packages/server/src/crossings/messages.ts";
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

test("V68 a host that tries what comes to nothing, or writes rows, again and again is heard no more for a while", async () => {
  const { n, left, right } = await two();
  const { crossings } = crossingsOf(right);
  const from = fingerprintOf("left");
  const name = (i: number): string => String(i).padStart(22, "A");
  for (let i = 0; i < 1_000; i++) {
    crossings.receive(from, { kind: "ask", life: `${from}/nobody`, epoch: 0, attempt: name(i) });
    crossings.receive(from, { kind: "row", life: `${from}/${i}`, epoch: 0, attempt: name(i), to: from });
  }
  await n.tick(3);
  const { storage } = right.store;
  assert.equal((await storage.settingsUnder("crossing:gone:")).length, 2 * limits.crossingFailuresPerMinuteMax);
  assert.equal((await storage.settingsUnder("crossings:rows:")).length, 2 * limits.witnessRowsPerSecondMax);
  await n.ask(left, traveller, "right");
  await n.until("it has come after a while", () => isOver(left)() && isOver(right)());
  assert.deepEqual(await n.programs(right), [[abroad, "running"]]);
});

test("V68 a program that asks to go again and again, where nobody has it, is refused for a while", async () => {
  const { n, left } = await two(
    `
    void (async () => {
      for (;;) {
        const error = await me.ask({ cross: "right" }).catch((error) => error);
        console.log(error.code);
        if (error.code === "limit") break;
      }
    })();`,
    "never",
  );
  await n.until("it is refused", async () => (await n.log(left, traveller)).includes("limit"));
  const refused = (await n.log(left, traveller)).filter((code) => code === "forbidden");
  assert.ok(refused.length >= 2 * limits.leavingFailuresPerMinuteMax);
});

test("V66 who was taken back just before its host ended is back after it, wherever it has come to life meanwhile", async () => {
  const n = new Neighbours();
  await n.open("witness");
  const right = await n.open("right");
  const first = await n.open("left", { programs: { traveller: willing } });
  await n.pair(first, "witness");
  await n.pair(first, "right");
  await n.pair(right, "left");
  await n.pair(await n.restart("witness"), "left");
  const left = await n.restart("left", { witness: "witness" });
  await n.begun(left, traveller);
  n.passes = (_from, _to, { kind }) => kind !== "commit";
  const { attempt } = await n.ask(left, traveller, "right");
  await n.until("it is released", () => statesOf(left)[0] === "released");
  n.passes = (_from, _to, { kind }) => kind === "receipt";
  await crossingsOf(left).crossings.decide(attempt, "take-back");
  n.passes = (_from, _to, { kind }) => kind !== "revoke";
  const again = await n.restart("left");
  await n.until("it is over", isOver(again));
  n.passes = () => true;
  await n.until("the other host knows", () => statesOf(right).some((state) => state === "gone" || state === "void"));
  const lives = [...(await n.programs(again)), ...(await n.programs(right))];
  assert.deepEqual(
    lives.filter(([, status]) => status === "running"),
    [[traveller, "running"]],
  );
});

test("V64 nobody comes under a name that is another's, or home who never left", async () => {
  const both = await two(`me.on("offered", (offer) => me.accept(offer));`);
  const { n, left, right } = both;
  const [offers, refused]: [Offer[], string[]] = [[], []];
  n.passes = (_from, _to, message) => {
    if (message.kind === "offer") offers.push(message);
    if (message.kind === "gone") refused.push(message.error.message);
    return true;
  };
  await n.ask(left, traveller, "right");
  await n.until("it is over", () => isOver(left)() && isOver(right)());
  const offer = (to: Paired, from: string, life: string, attempt: string): void =>
    crossingsOf(to).crossings.receive(fingerprintOf(from), {
      ...offers[0]!,
      to: fingerprintOf(to === left ? "left" : "right"),
      life,
      epoch: 7,
      attempt: attempt.repeat(22),
    });
  // Its id here has no more of its birth than those twelve characters.
  offer(right, "left", `${fingerprintOf("left").slice(0, 12).padEnd(43, "A")}/${traveller}`, "A");
  offer(left, "right", `${fingerprintOf("left")}/nobody`, "B");
  await n.until("both are refused", () => refused.length === 2);
  assert.deepEqual(new Set(refused), new Set(["nobody of that name has ever left for there"]));
});

test("V69 a host that somebody has left for good cannot end it where it lives now", async () => {
  const { n, left, right } = await two();
  const { attempt } = await n.ask(left, traveller, "right");
  await n.until("it is over", () => isOver(left)() && isOver(right)());
  const answers: string[] = [];
  n.passes = (_from, _to, message) => {
    answers.push(message.kind);
    return true;
  };
  const life = `${fingerprintOf("left")}/${traveller}`;
  crossingsOf(right).crossings.receive(fingerprintOf("left"), { kind: "revoke", life, epoch: 0, attempt });
  await n.until("it is answered", () => answers.length > 0);
  await n.tick(3);
  assert.deepEqual(answers, ["alive"]);
  assert.deepEqual(await n.programs(right), [[abroad, "running"]]);
});

test("V101 who has come home is nobody's guest there", async () => {
  const source = `
    me.on("offered", (offer) => me.accept(offer));
    me.on("arrived", ({ crossing }) => crossing?.to === "right" && me.ask({ cross: "left" }).catch(() => {}));`;
  const n = new Neighbours();
  const left = await n.open("left", { programs: { baker: source, traveller: source } });
  const right = await n.open("right");
  await n.pair(right, "left");
  const paired = crossingsOf(left).pairings.pair({ line: `elsewhere://right#${fingerprintOf("right")}`, admits: "always", guestsMax: 1 });
  await n.tick();
  await paired;
  const tried = (): number => statesOf(right).filter((state) => state === "closed" || state === "stayed").length;
  for (const [i, program] of ["baker", traveller].entries()) {
    await n.begun(left, program);
    await n.ask(left, program, "right");
    await n.until("it has tried to come back", () => tried() > i);
    await n.until("it is over", () => isOver(left)() && isOver(right)());
  }
  assert.deepEqual(await n.programs(left), [
    ["baker", "running"],
    [traveller, "running"],
  ]);
});
