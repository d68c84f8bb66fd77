import assert from "node:assert/strict";
import { test } from "node:test";
import type { CrossingInfo } from "@elsewhere/protocol";
import { crossing, operated } from "./testing/operating.ts";

const consented = crossing({ state: "consented", waitsFor: "its heap to be packed" });
const frozen = crossing({ state: "frozen", waitsFor: "haven to take it", payloadBytes: 12_000 });
const released = crossing({ state: "released", waitsFor: "haven to say that it lives there", secondsLeft: null });
const closed = crossing({ state: "closed", waitsFor: null, secondsLeft: null });
const unwilling = { code: "interrupted", message: "it did not accept within 60 s" } as const;
const stayed = crossing({ state: "stayed", waitsFor: null, secondsLeft: null, error: unwilling });
const ways = (...steps: readonly CrossingInfo[]) => steps.map((step) => [step]);

test("V113 a program is asked to leave by its id or name, and followed until it is alive there", async () => {
  const { run, told } = await operated(ways(crossing({}), consented, frozen, frozen, released, closed));
  const { printed, failed, error } = await run(["cross", "baker", "--to", "haven/town/gate", "--for", "90"]);
  assert.deepEqual(printed, [
    "Baker is asked to go to haven; it waits for Baker to accept.",
    "Baker has consented to go to haven; it waits for its heap to be packed.",
    "Baker stands still and is packed to go to haven; it waits for haven to take it.",
    "Baker is released to haven; it waits for haven to say that it lives there.",
    "Baker is alive at haven.",
  ]);
  assert.deepEqual([failed, error, told], [[], null, [["baker", "haven/town/gate", 90_000]]]);
});

test("V113 one that stays makes the exit code 1, with the reason", async () => {
  const { run } = await operated(ways(crossing({}), stayed));
  const { printed, failed } = await run(["cross", "baker", "--to", "haven"]);
  assert.deepEqual(printed, ["Baker is asked to go to haven; it waits for Baker to accept."]);
  assert.deepEqual(failed, ["Baker stays here: it did not accept within 60 s."]);
  const asJson = await (await operated(ways(stayed))).run(["cross", "baker", "--to", "haven", "--json"]);
  assert.deepEqual([asJson.printed, asJson.failed.length], [[JSON.stringify(stayed)], 1]);
});

test("V113 nobody follows who need not, and a host that goes away or forgets is said to have", async () => {
  const unwatched = await (await operated()).run(["cross", "baker", "--to", "haven", "--no-wait"]);
  assert.match(unwatched.printed.join(), /^Baker is asked to go to haven; .* See what comes of it with elsewhere crossings\.$/);
  const gone = await (await operated(ways(consented), true)).run(["cross", "baker", "--to", "haven"]);
  assert.match(gone.error!, /^nothing answers at http:\/\/localhost:7070: is the server running\?$/);
  assert.match((await (await operated()).run(["cross", "baker", "--to", "haven"])).error!, /shows the crossing Attempt- no longer/);
});

test("V113 V114 a host that is started anew is followed on", async () => {
  const { run } = await operated([[frozen], "away", "starting", [released], "starting", [closed]]);
  const { printed, said, error } = await run(["cross", "baker", "--to", "haven"]);
  assert.deepEqual([printed.at(-1), printed.length, error], ["Baker is alive at haven.", 3, null]);
  const asked = "http://localhost:7070 does not answer: asking again for a minute.";
  assert.deepEqual(said, [asked, asked]);
  const { printed: shown } = await (await operated([[frozen], "away", [closed]], true)).run(["crossings", "--watch", "--json"]);
  assert.equal(shown.length, 2);
});

test("V113 a name means a program if no other is called so", async () => {
  const asked = async (called: string) => {
    const { run, told } = await operated();
    const { error } = await run(["cross", called, "--to", "haven", "--no-wait"]);
    return error ?? told[0]![0];
  };
  assert.equal(await asked("jo"), "Baker's boy");
  assert.equal(await asked("Baker's boy"), "Baker's boy");
  assert.equal(await asked("cook-2"), "cook-2");
  assert.match(String(await asked("Cook")), /^2 programs are called Cook: say which by its id, one of cook-1, cook-2$/);
  assert.match(String(await asked("nobody")), /knows no such program: there is no program "nobody"$/);
});

const comes = crossing({
  attempt: "Attempt-two-of-two-abc",
  direction: "in",
  program: null,
  name: "Ferryman",
  state: "asked",
  waitsFor: "the operator to say whether it may come",
});

test("V114 crossings are shown with what each waits for, and shown again when something changes", async () => {
  const table = await (await operated([[released, comes, stayed]])).run(["crossings"]);
  assert.deepEqual(table.printed.join().split("\n"), [
    "attempt   program        way         state     waits for                                left",
    "Attempt-  Baker (baker)  to haven    released  haven to say that it lives there",
    "Attempt-  Ferryman       from haven  asked     the operator to say whether it may come  60 s",
    "Attempt-  Baker (baker)  to haven    stayed    it did not accept within 60 s",
  ]);
  assert.deepEqual((await (await operated()).run(["crossings"])).printed, ["Nobody is crossing."]);
  assert.deepEqual((await (await operated([[comes]])).run(["crossings", "--json"])).printed, [JSON.stringify({ crossings: [comes] })]);
  const later = { ...frozen, secondsLeft: 30 };
  const watched = await (await operated(ways(frozen, later, released), true)).run(["crossings", "--watch", "--json"]);
  assert.deepEqual(
    watched.printed,
    [frozen, released].map((each) => JSON.stringify({ crossings: [each] })),
  );
  assert.match(watched.error!, /^nothing answers/, "it goes on for as long as the host answers");
});

test("V115 a decision is made once it is said what it means and the attempt's first letters are typed", async () => {
  const decide = async (at: CrossingInfo, decision: string, typed?: string) => {
    const { run, told } = await operated([[at]]);
    const ran = await run(["crossings", "resolve", at.attempt.replace(/^-/, "").slice(0, 9), decision], typed);
    return { ...ran, told };
  };
  const back = await decide(released, "--take-back", "Atte");
  assert.deepEqual([back.told, back.printed, back.error], [[[released.attempt, "take-back"]], ["Baker stays here."], null]);
  assert.match(back.said.join(), /^Baker is released to haven; .* The witness is told first .* void.* Do this only if haven is gone/);
  assert.deepEqual(back.questions, ["Type the first 4 letters of Attempt-one-of-two-abc to go on: "]);
  assert.match((await decide(frozen, "--take-back", "Atte")).said.join(), /The crossing is called off, and Baker goes on here\.$/);
  assert.match((await decide(released, "--let-go", "Atte")).said.join(), /lives at haven, or nowhere: .* lost\.$/);
  assert.match((await decide(comes, "--admit", "Attempt-")).said.join(), /comes in here, on the terms of the pairing with haven/);
  assert.match((await decide(comes, "--refuse", "Atte")).said.join(), /haven is told so, and Ferryman goes on there\.$/);
  const dashed = await decide({ ...comes, attempt: `-${comes.attempt.slice(1)}` }, "--admit", "ttem");
  assert.deepEqual([dashed.told.length, dashed.questions], [1, ["Type the first 4 letters of ttempt-two-of-two-abc to go on: "]]);
  for (const typed of [undefined, "", "Att", "atte", "Attempt-two"]) {
    const { told, error } = await decide(released, "--let-go", typed);
    assert.deepEqual([told, error], [[], "nothing was decided: the letters are others"], typed);
  }
});

test("V115 a decision names one crossing that is under way, and is one", async () => {
  const resolve = async (...args: readonly string[]) => {
    const { run, told } = await operated([[released, comes, { ...stayed, attempt: "Zero-of-two-attempts-a" }]]);
    const { error, questions, printed } = await run(["crossings", "resolve", ...args]);
    return { error, questions, printed, told };
  };
  const asked = await resolve("Attempt-t", "--admit", "--yes", "--json");
  assert.deepEqual([asked.questions, asked.told], [[], [[comes.attempt, "admit"]]]);
  assert.equal((JSON.parse(asked.printed.join()) as CrossingInfo).state, "stayed");
  for (const [args, message] of [
    [["Attempt-", "--admit", "--yes"], /means more than one crossing: write more of it$/],
    [["Zero", "--admit", "--yes"], /is no crossing under way: look with elsewhere crossings$/],
    [["", "--admit", "--yes"], /means more than one crossing/],
    [["Attempt-t"], /^say one of --admit, --refuse, --take-back and --let-go/],
    [["Attempt-t", "--admit", "--refuse"], /^say one of/],
  ] as const) {
    const { error, told } = await resolve(...args);
    assert.match(error!, message, args.join(" "));
    assert.deepEqual(told, []);
  }
});
