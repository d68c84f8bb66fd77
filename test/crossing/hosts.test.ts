/** Crossings between whole hosts, message by message: consent, refusal, return, old copies, restored hosts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "@elsewhere/protocol";
import type { Message } from "../../packages/server/src/crossings/messages.ts";
import { crossingsOf, fingerprintOf, Neighbours, type Paired, statesOf, Store } from "../support/paired.ts";

/** Counts the hours, accepts what it is offered, and says how that ended. */
const willing = `
me.on("offered", async (offer) => {
  try {
    const { from, to, program } = await me.accept(offer);
    console.log(["came", from, to, program].join(" "));
  } catch (error) {
    console.log("stayed: " + error.code + ", " + error.message);
  }
});
me.on("arrived", ({ crossing }) => crossing && console.log("arrived in " + crossing.to));
me.on("heard", () => me.ask({ cross: "left" }));
`;
const keeper = `me.on("knocked", (knocked) => me.accept(knocked));`;
const traveller = "traveller";
const abroad = `traveller@${fingerprintOf("left").slice(0, 12)}`;

interface Two {
  readonly n: Neighbours;
  readonly left: Paired;
  readonly right: Paired;
}

async function two(source = willing, admits = "always", gatekeeper = keeper): Promise<Two> {
  const n = new Neighbours();
  const left = await n.open("left", { programs: { traveller: source } });
  const right = await n.open("right", { programs: { keeper: gatekeeper } });
  await n.pair(left, "right");
  await n.pair(right, "left", admits);
  await n.begun(left, traveller);
  await n.begun(right, "keeper");
  return { n, left, right };
}

async function crossed({ n, left }: Two): Promise<void> {
  await n.ask(left, traveller, "right");
  await n.until("it lives there", () => statesOf(left)[0] === "closed");
}

test("V60 an offer moves nobody: it is told to who listens, can be declined, and ends by itself", async () => {
  const deaf = await two("");
  await assert.rejects(deaf.n.ask(deaf.left, traveller, "right"), { code: "forbidden" });
  await assert.rejects(deaf.n.ask(deaf.left, traveller, "nowhere"), { code: "unknown" });
  await assert.rejects(deaf.n.ask(deaf.left, "nobody", "right"), { code: "unknown" });

  const { n, left, right } = await two(`me.on("offered", ({ to, by, forSeconds }) => console.log([to, by, forSeconds].join()));`);
  assert.equal((await n.ask(left, traveller, "right")).state, "offered");
  await assert.rejects(n.ask(left, traveller, "right"), { code: "forbidden" });
  await n.until("the offer has ended", () => statesOf(left)[0] === "stayed");
  assert.deepEqual(await n.log(left, traveller), ["right,the operator,60"]);
  assert.deepEqual([await n.programs(left), statesOf(right)], [[[traveller, "running"]], []]);

  const unwilling = await two(`me.on("offered", (offer) => me.decline(offer, "I like it here."));`);
  await unwilling.n.ask(unwilling.left, traveller, "right");
  await unwilling.n.until("it has declined", () => statesOf(unwilling.left)[0] === "stayed");
  assert.equal(crossingsOf(unwilling.left).crossings.list()[0]?.error?.message, "I like it here.");
});

test("V61 who accepts goes on there, is answered there, and comes home under its old name", async () => {
  const both = await two();
  const { n, left, right } = both;
  await crossed(both);
  assert.deepEqual(await n.programs(left), [[traveller, "crossed"]]);
  assert.equal((await left.host.host.view.program(traveller))?.info.reason, "lives at right");
  assert.deepEqual(await n.programs(right), [
    ["keeper", "running"],
    [abroad, "running"],
  ]);
  await n.until("it knows", async () => (await n.log(right, abroad)).length === 2);
  assert.deepEqual(await n.log(right, abroad), [`came left right ${abroad}`, "arrived in right"]);

  const ada = await right.host.enter("ada");
  ada.act({ kind: "shout", text: "Go home." });
  await n.until("it has left", () => statesOf(right).includes("closed"));
  assert.deepEqual(await n.programs(left), [[traveller, "running"]]);
});

test("V70 who consents, and who is let in, waits for no tick's time", async () => {
  const { n, left, right } = await two();
  await n.ask(left, traveller, "right");
  await n.still("it lives there", () => statesOf(right)[0] === "alive");
});

test("V71 the last crossings that are over are shown after a restart, and no others are kept", async () => {
  const info = (attempt: string) => ({
    attempt,
    direction: "out",
    program: "gone",
    name: "Gone",
    host: "right",
    state: "closed",
    error: null,
  });
  const store = await new Store().copy(
    Object.fromEntries(
      Array.from({ length: limits.crossingsShownMax }, (_, i) => [
        `crossings:over:before-${i}`,
        JSON.stringify({ n: i, info: { ...info(`before-${i}`), waitsFor: null, secondsLeft: null, epoch: 0, payloadBytes: null } }),
      ]),
    ),
  );
  const n = new Neighbours();
  const left = await n.open(
    "left",
    { programs: { traveller: `me.on("offered", (offer) => me.decline(offer, "I like it here."));` } },
    store,
  );
  await n.pair(left, "right");
  await n.begun(left, traveller);
  const { attempt } = await n.ask(left, traveller, "right");
  await n.until("it has declined", () => statesOf(left)[0] === "stayed");
  await n.tick(2);
  const restarted = await n.restart("left");
  const shown = crossingsOf(restarted).crossings.list();
  assert.deepEqual([shown[0]?.attempt, shown[0]?.error?.message, shown.length], [attempt, "I like it here.", limits.crossingsShownMax]);
  assert.deepEqual([shown[1]?.attempt, shown.at(-1)?.attempt], [`before-${limits.crossingsShownMax - 1}`, "before-1"]);
  assert.equal((await store.storage.settingsUnder("crossings:over:")).length, limits.crossingsShownMax);
});

test("V61 hosts that end at any moment of it change nothing of how it ends", async () => {
  for (const moment of ["offer", "accept", "commit", "alive", "forward", "forwarded"] as const) {
    const { n, left } = await two();
    let reached = false;
    n.passes = (_from, _to, { kind }) => {
      reached ||= kind === moment;
      return !reached;
    };
    await n.ask(left, traveller, "right");
    await n.until(`its ${moment} is said`, () => reached);
    n.passes = () => true;
    const again = [await n.restart("left"), await n.restart("right")];
    await n.until("nothing is under way", () =>
      again.every((each) =>
        crossingsOf(each)
          .crossings.list()
          .every(({ waitsFor }) => waitsFor === null),
      ),
    );
    const all = [...(await n.programs(again[0]!)), ...(await n.programs(again[1]!))];
    const lives = all.filter(([program, status]) => program.startsWith(traveller) && status === "running");
    assert.equal(lives.length, 1, `${moment}: ${JSON.stringify(all)}`);
  }
});

test("V62 who is not taken in time, or is refused, goes on where it is and is told why", async () => {
  const lonely = await two();
  lonely.n.passes = () => false;
  await lonely.n.ask(lonely.left, traveller, "right");
  await lonely.n.until("it is packed", () => statesOf(lonely.left)[0] === "frozen");
  assert.deepEqual(await lonely.n.programs(lonely.left), [[traveller, "crossing"]]);
  await lonely.n.until("it stays", async () => (await lonely.n.log(lonely.left, traveller)).length > 0);
  assert.deepEqual(await lonely.n.log(lonely.left, traveller), ["stayed: unreachable, right did not take it within 60 s"]);

  const { n, left } = await two(willing, "never");
  await n.ask(left, traveller, "right");
  await n.until("it stays", async () => (await n.log(left, traveller)).length > 0);
  assert.deepEqual(await n.log(left, traveller), ["stayed: forbidden, this host lets nobody in from there"]);
  assert.deepEqual(await n.programs(left), [[traveller, "running"]]);
});

test("V63 the operator, or a program of this world, says who comes in", async () => {
  const asked = await two(willing, "ask");
  const { attempt } = await asked.n.ask(asked.left, traveller, "right");
  await asked.n.until("the operator is asked", () => statesOf(asked.right)[0] === "asked");
  const admitted = crossingsOf(asked.right).crossings.decide(attempt, "admit");
  await asked.n.until("it is there", () => statesOf(asked.left)[0] === "closed");
  await admitted;

  await crossed(await two(willing, "program:keeper"));
  const { n, left } = await two(willing, "program:keeper", `me.on("knocked", (knocked) => me.decline(knocked, "We are full."));`);
  await n.ask(left, traveller, "right");
  await n.until("it stays", async () => (await n.log(left, traveller)).length > 0);
  assert.deepEqual(await n.log(left, traveller), ["stayed: forbidden, We are full."]);
});

test("V64 an old copy of somebody who has lived on is refused", async () => {
  const both = await two();
  const { n, left, right } = both;
  const offers: (Message & { readonly kind: "offer" })[] = [];
  const refused: string[] = [];
  n.passes = (_from, _to, message) => {
    if (message.kind === "offer") offers.push(message);
    if (message.kind === "gone") refused.push(message.error.code);
    return true;
  };
  await crossed(both);
  const again = (epoch: number, attempt: string): void =>
    crossingsOf(right).crossings.receive(fingerprintOf("left"), { ...offers[0]!, epoch, attempt: attempt.repeat(22) });
  again(0, "A");
  again(1, "B");
  await n.until("both are refused", () => refused.length === 2);
  assert.deepEqual(refused, ["forbidden", "taken"]);
  assert.deepEqual(await n.programs(left), [[traveller, "crossed"]]);
});

test("V65 a restored host runs nobody until its witness has answered, and then those who are still its own", async () => {
  const n = new Neighbours();
  const witness = await n.open("witness");
  const right = await n.open("right");
  const first = await n.open("left", {
    programs: { traveller: willing, baker: 'for (;;) { await sleep({ seconds: 1 }); console.log("baked"); }' },
  });
  await n.pair(first, "witness");
  await n.pair(first, "right");
  await n.pair(right, "left");
  await n.pair(witness, "left");
  const left = await n.restart("left", { witness: "witness" });
  await n.until("the baker bakes", async () => (await n.log(left, "baker")).length > 1);
  const from = fingerprintOf("left");
  const backup = await left.store.copy({ restored: JSON.stringify({ from, confirmedSeconds: 1 }) });
  await crossed({ n, left, right });
  n.lose("left");

  await n.pair(witness, "restored", "always", { inPlaceOf: from });
  await n.pair(right, "restored", "always", { inPlaceOf: from });
  n.passes = (_from, _to, { kind }) => kind !== "fenced";
  const restored = await n.open("restored", { ...left.opening, world: "left" }, backup);
  const baked = (await n.log(restored, "baker")).length;
  await n.tick(30);
  assert.equal((await n.log(restored, "baker")).length, baked);
  n.passes = () => true;
  await n.until("the baker bakes again", async () => (await n.log(restored, "baker")).length > baked);
  await n.until("who left is buried", () => statesOf(restored)[0] === "closed");
  assert.deepEqual(await n.programs(restored), [
    ["baker", "running"],
    [traveller, "crossed"],
  ]);
  assert.deepEqual(await n.programs(right), [[abroad, "running"]]);
});

for (const [decision, then] of [
  ["take-back", "running"],
  ["let-go", "crossed"],
] as const)
  test(`V65 V111 who came back to a host after its backup is held by the restored one until its operator has said: ${decision}`, async () => {
    const n = new Neighbours();
    const witness = await n.open("witness");
    const restless = `${willing} for (;;) { await sleep({ seconds: 1 }); console.log("awake"); }`;
    const [first, second] = [await n.open("left", { programs: { traveller: restless } }), await n.open("right")];
    for (const each of [first, second]) await n.pair(each, "witness");
    await n.pair(first, "right");
    await n.pair(second, "left");
    for (const name of ["left", "right"]) await n.pair(witness, name);
    const [left, right] = [await n.restart("left", { witness: "witness" }), await n.restart("right", { witness: "witness" })];
    await n.begun(left, traveller);
    const from = fingerprintOf("left");
    const backup = await left.store.copy({ restored: JSON.stringify({ from, confirmedSeconds: 1 }) });
    await crossed({ n, left, right });
    await n.until("it knows", async () => (await n.log(right, abroad)).includes("arrived in right"));
    await n.ask(right, abroad, "left");
    await n.until("it is home", () => statesOf(right)[0] === "closed");
    n.lose("left");

    await n.pair(witness, "restored", "always", { inPlaceOf: from });
    await n.pair(right, "restored", "always", { inPlaceOf: from });
    const restored = await n.open("restored", { ...left.opening, world: "left" }, backup);
    await n.until("it is held", () => statesOf(restored)[0] === "unclear");
    const neededAt = (host: string): string | undefined => crossingsOf(restored).crossings.needs(fingerprintOf(host))?.message;
    assert.match(neededAt("witness")!, /^witness is this host's witness: start without --witness first$/);
    assert.match(neededAt("right")!, /^The traveller is between here and right: /);
    const said = await n.log(restored, traveller);
    await n.tick(30);
    assert.deepEqual(await n.log(restored, traveller), said);
    const { attempt, waitsFor } = crossingsOf(restored).crossings.list()[0]!;
    assert.match(waitsFor!, /^the operator to say whether it lives at right$/);
    await assert.rejects(crossingsOf(restored).crossings.decide(attempt, "admit"), { code: "forbidden" });
    const decided = crossingsOf(restored).crossings.decide(attempt, decision);
    await n.until("it is decided", () => ["stayed", "lost"].includes(statesOf(restored)[0]!));
    await decided;
    assert.equal(neededAt("right"), undefined);
    assert.deepEqual(await n.programs(restored), [[traveller, then]]);
    if (then === "running")
      await n.until("it goes on", async () => (await n.log(restored, traveller)).slice(said.length).includes("awake"));
    assert.deepEqual(await n.programs(right), [[abroad, "crossed"]]);
  });

test("V66 what an operator takes back after its release is void where it has come to life", async () => {
  const { n, left, right } = await two();
  n.passes = (_from, _to, { kind }) => kind !== "alive";
  const { attempt } = await n.ask(left, traveller, "right");
  await n.until("it lives there, and nobody here knows", () => statesOf(right).includes("alive") && statesOf(left)[0] === "released");
  assert.deepEqual(statesOf(right), ["alive"], "it is shown once");
  await assert.rejects(crossingsOf(left).crossings.decide(attempt, "admit"), { code: "forbidden" });
  const taken = crossingsOf(left).crossings.decide(attempt, "take-back");
  await n.until("it is back", () => statesOf(left)[0] === "stayed");
  await taken;
  assert.deepEqual(await n.programs(left), [[traveller, "running"]]);
  await n.until("its life there is void", () => statesOf(right)[0] === "void");
  assert.ok((await n.programs(right)).some(([program, status]) => program === abroad && status === "ended"));
});
