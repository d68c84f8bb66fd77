/** Programs that leave for another world, or stay after all: what crossings ask of their host, asked by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Percept } from "@elsewhere/protocol";
import { withoutCrossing } from "../packages/server/src/fork/crossings.ts";
import { noted } from "../packages/server/src/programs/history.ts";
import { keptRow } from "../packages/server/src/programs/kept.ts";
import { defaultQuota } from "../packages/server/src/programs/quotas.ts";
import { heard } from "../packages/server/src/programs/testing/percepts.ts";
import { codeFrom, mapOf } from "./support/shore.ts";
import { buried, consented, departed, east, open, pack, requireRecorded, restarted, traveller, why } from "./support/traveller.ts";

test("P100 who consents to a crossing has all else of that turn done, stands still, and has no turn any more, not after a restart either", async () => {
  const shore = await consented({
    ...east,
    programs: {
      baker: `me.on("heard", ({ text }) => {
        console.log("heard " + text);
        me.go("@6,6").catch((error) => console.log("walk " + error.code));
        me.ask({ cross: "there" }).catch((error) => console.log("first " + error.code));
        me.accept("another").catch((error) => console.log("second " + error.code));
        me.say("farewell");
      });
      for (;;) await sleep({ minutes: 1 });`,
    },
  });
  const turn = shore.programs.resident("baker")!.kept.turn;
  const { x, y } = shore.body("baker")!;
  await shore.tell("baker", heard("too late"));
  await shore.steps(5);
  assert.deepEqual([shore.body("baker")!.x, shore.body("baker")!.y, shore.programs.resident("baker")!.kept.turn], [x, y, turn]);
  const next = await restarted(shore);
  await next.steps(5);
  const { kept, mailbox } = next.programs.resident("baker")!;
  const mail = mailbox.all.map(([, json]) => JSON.parse(json) as Percept);
  const replies = mail.flatMap((percept) => (percept.kind === "reply" ? [percept.ok ? "ok" : percept.error.code] : []));
  assert.deepEqual([next.statusOf("baker"), kept.turn, replies], ["crossing", turn, ["forbidden", "ok", "interrupted"]]);
  assert.equal(next.turns.length, 0);
  await next.step((tick, now) => next.travelling.remain("baker", kept.lastN - 2, why, tick, now));
  await next.steps(4);
  for (const line of ["first unreachable", "second forbidden", "walk interrupted", "heard too late"])
    assert.ok(next.log.includes(line), line);
});

test("P101 heap, memory, looks, name, code and its map, what is left of its quota, its next timer and unread mail go along, sensations do not", async () => {
  const spawns = ["programs/child.ts"];
  const shore = await consented({ ...east, changes: { spawns } });
  const resident = shore.programs.resident("baker")!;
  const used: Percept = { kind: "used", from: { id: 1, name: "Bob" } };
  await shore.tell("baker", heard("one more"), used);
  const [{ parcel, stands }, again] = [await pack(shore), await pack(await restarted(shore))];
  assert.deepEqual(again, { parcel, stands });
  const { hash, text } = codeFrom(traveller);
  assert.deepEqual(parcel.code, { hash, text, map: mapOf("baker") });
  const { name, description, traits, walks, memory, quota, lost } = parcel;
  assert.deepEqual([name, description, traits, walks, memory], ["The baker", "A traveller.", { hat: "blue" }, true, { trips: 1 }]);
  assert.deepEqual([quota, lost], [defaultQuota(true), ["the right to start programs/child.ts"]]);
  assert.deepEqual(
    parcel.mail.map(({ percept }) => percept),
    [heard("one more")],
  );
  assert.equal(parcel.mailThrough, resident.mailbox.lastSeq);
  assert.equal(parcel.wakeAt, resident.kept.wakeAt);
  assert.ok(parcel.now <= shore.now && parcel.now > east.startMs);
  await assert.rejects(shore.travelling.pack("nobody", 1), { code: "unknown" });
});

test("P102 nobody leaves who has ended, is suspended, is out of the world, knows what is sealed, or has programs of its own here", async () => {
  let sealed = false;
  const parent = `import { spawn } from "@elsewhere/program"; await spawn({ code: "programs/child.ts", name: "The child" }); await sleep({ hours: 99 });`;
  const shore = await open({
    ...east,
    programs: { baker: traveller, hen: parent, child: `await sleep({ hours: 99 });`, exile: `await me.go("gate"); await me.leave();` },
    changes: { spawns: ["programs/child.ts"] },
    isApart: () => sealed,
  });
  await shore.until(() => shore.programs.residents.size === 4 && shore.body("exile") === null);
  const codeAt = (program: string): string | null => shore.travelling.mayLeave(program)?.code ?? null;
  assert.deepEqual(["baker", "hen", "hen.1", "exile", "nobody"].map(codeAt), [null, "forbidden", null, "away", "unknown"]);
  sealed = true;
  assert.match(shore.travelling.mayLeave("baker")!.message, /sealed/);
  sealed = false;
  const commands = [shore.programs.command("hen.1", { kind: "end" }), shore.programs.command("baker", { kind: "suspend" })];
  await shore.step();
  await Promise.all(commands);
  assert.deepEqual(["baker", "hen", "hen.1"].map(codeAt), ["forbidden", null, "forbidden"]);
});

test("P105 R106 a program that stays after all stands where it stood, with the mail that came meanwhile, and its await is rejected with the reason", async () => {
  const shore = await consented();
  const before = shore.body("baker")!;
  await shore.tell("baker", heard("meanwhile"));
  await departed(shore);
  const next = await restarted(shore, { hasLeft: () => true });
  await next.step();
  assert.equal(next.body("baker"), null);
  const n = next.programs.resident("baker")!.kept.lastN;
  await next.step((tick, now) => next.travelling.remain("baker", n, why, tick, now));
  await next.steps(2);
  assert.deepEqual(next.log.slice(1), ["heard meanwhile", "stayed unreachable: nobody took it"]);
  assert.deepEqual({ ...next.body("baker")!, lastN: 0 }, { ...before, lastN: 0 });
  await next.tell("baker", heard("go"));
  await next.until(() => next.statusOf("baker") === "crossing");
  assert.equal(next.programs.resident("baker")!.spec.body, before.id);
  requireRecorded(next);
});

test("P106 of a program that has left nothing is here but that it has, and where to: no mail, no turn, no command, and its file brings it back to nobody", async () => {
  const shore = await consented();
  await shore.tell("baker", heard("last word"));
  const { parcel } = await pack(shore);
  await shore.tell("baker", heard("too late for the parcel"));
  await departed(shore);
  assert.deepEqual(
    shore.travelling.mailAfter("baker", parcel.mailThrough).map(({ percept }) => percept),
    [heard("too late for the parcel")],
  );
  for (const kind of ["suspend", "resume", "end", "upgrade"] as const)
    await assert.rejects(shore.programs.command("baker", { kind }), { code: "forbidden", message: /on its way/ });
  await buried(shore);
  for (const kind of ["suspend", "resume", "end", "upgrade"] as const)
    await assert.rejects(shore.programs.command("baker", { kind }), { code: "forbidden", message: /lives at haven$/ });
  assert.equal(shore.travelling.livesHere("baker"), false);
  assert.equal(shore.travelling.tell("baker", heard("anybody?"), shore.tick), null);
  const next = await restarted(shore, { programs: { baker: `${traveller} // changed` } });
  await next.steps(4);
  assert.deepEqual(
    [next.statusOf("baker"), next.body("baker"), next.turns, next.travelling.nameOf("baker")],
    ["crossed", null, [], "The baker"],
  );
  assert.equal(next.travelling.mayLeave("baker")?.message, "program baker lives at haven");
  assert.equal(next.programs.resident("baker")!.mailbox.size, 0);
});

test("P112 in a fork who waited to leave goes on with its await rejected, and who had left has", async () => {
  const shore = await consented();
  const { kept } = shore.programs.resident("baker")!;
  await shore.storage.commit({ programs: [keptRow("baker", noted(kept, withoutCrossing(kept), shore.tick))] });
  const forked = await restarted(shore);
  await forked.steps(3);
  assert.ok(
    forked.log.some((line) => line.startsWith("stayed interrupted")),
    forked.log.join(),
  );
  await forked.tell("baker", heard("go"));
  await forked.until(() => forked.statusOf("baker") === "crossing");
  await departed(forked);
  const left = forked.programs.resident("baker")!.kept;
  await forked.storage.commit({ programs: [keptRow("baker", noted(left, withoutCrossing(left), forked.tick))] });
  const later = await restarted(forked);
  await later.steps(3);
  assert.deepEqual([later.statusOf("baker"), later.body("baker"), later.turns], ["crossed", null, []]);
});
