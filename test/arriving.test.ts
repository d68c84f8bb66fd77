/** Programs that come from another world with their heaps, or home: what crossings ask of their host, asked by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ElsewhereError } from "@elsewhere/protocol";
import { parseKept } from "../packages/server/src/programs/kept.ts";
import { heard } from "../packages/server/src/programs/testing/percepts.ts";
import { codeFrom, fingerprintOf, type Shore } from "./support/shore.ts";
import {
  abroad,
  admitted,
  buried,
  consented,
  departed,
  east,
  life,
  open,
  pack,
  requireRecorded,
  restarted,
  traveller,
  west,
} from "./support/traveller.ts";

const codeOfError = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof ElsewhereError) return error.code;
    throw error;
  }
  return "none";
};

test("P103 a program goes on at another host in the middle of its await, in a new body, and is told where it is", async () => {
  const from = await consented();
  await from.tell("baker", heard("on the way"));
  const { parcel, stands } = await pack(from);
  const to = await open(west);
  await to.steps(2);
  assert.equal(to.travelling.runs(stands), null);
  assert.equal(to.travelling.runs({ ...stands, base: "0".repeat(64) })?.code, "unsupported");
  assert.equal(await admitted(to, parcel, { place: "west/gate" }), abroad);
  await to.steps(2);
  const { status, spec, kept } = to.programs.resident(abroad)!;
  const awayMs = to.now - 2 * 60_000 - parcel.now;
  assert.deepEqual(to.log.slice(1), [
    "heard on the way",
    `came the other Garden ${abroad} true began,bread,on the way`,
    `arrived west Garden ${awayMs} `,
  ]);
  const body = to.body(abroad)!;
  assert.deepEqual(
    [status.kind, spec.body, to.mapOf(abroad), body.traits, body.name],
    ["running", body.id, "west", { hat: "blue" }, "The baker"],
  );
  assert.deepEqual([spec.owner, spec.parent, spec.spawns, spec.quota], ["the other", null, [], parcel.quota]);
  assert.equal(kept.memory, '{"trips":1}');
  const left = (parcel.wakeAt! - parcel.now) / 60_000;
  await to.until(() => to.log.some((line) => line.startsWith("slept")), 200);
  assert.ok(Math.abs(to.now - (parcel.wakeAt! + awayMs)) <= 2 * 60_000 && left > 0);
  await to.tell(abroad, heard("garden"));
  await to.steps(2);
  assert.ok(to.log.includes("heard garden"));
});

test("P104 whoever is stopped between any two steps of a crossing finds each program as it was: held, gone, arrived and not yet told", async () => {
  let from = await restarted(await consented());
  const { parcel } = await pack(from);
  from.travelling.depart("baker");
  // The release was durable, and nothing of it was done.
  from = await restarted(from, { hasLeft: () => true });
  assert.ok(from.body("baker"));
  await from.step();
  from = await restarted(from, { hasLeft: () => true });
  await from.steps(2);
  assert.deepEqual([from.body("baker"), from.statusOf("baker"), from.travelling.hasDeparted("baker")], [null, "crossing", true]);
  await buried(from);
  from = await restarted(from);
  await from.steps(3);
  assert.deepEqual([from.body("baker"), from.statusOf("baker"), from.turns.length], [null, "crossed", 0]);

  let to = await open(west);
  await to.step();
  await admitted(to, parcel);
  const told = { map: to.mapOf(abroad), id: to.body(abroad)!.id };
  to = await restarted(to);
  assert.deepEqual({ map: to.mapOf(abroad), id: to.body(abroad)!.id }, told);
  await to.steps(2);
  assert.ok(
    to.log.some((line) => line.startsWith("came the other Garden")),
    to.log.join(),
  );
  to = await restarted(to);
  await to.tell(abroad, heard("still there"));
  await to.steps(2);
  assert.deepEqual(to.log, ["heard still there"]);
  assert.deepEqual(to.programs.resident(abroad)!.spec.code, codeFrom(traveller));
});

test("P107 R106 a program that comes home takes the place of what was kept of it, and a life that is there already is refused", async () => {
  const home = await consented();
  const { parcel } = await pack(home);
  assert.equal(
    codeOfError(() => home.travelling.admit(parcel, home.welcome(life), home.tick, home.now)),
    "taken",
  );
  await departed(home);
  await buried(home);
  const away = await open(west);
  await away.step();
  await admitted(away, parcel);
  await away.steps(2);
  await away.tell(abroad, heard("go"));
  await away.until(() => away.statusOf(abroad) === "crossing");
  const back = (await pack(away, abroad)).parcel;
  const next = await restarted(home);
  assert.equal(await admitted(next, back), "baker");
  await next.steps(2);
  assert.ok(next.log.includes("came the other Harbour baker true began,bread"), next.log.join());
  assert.deepEqual([next.statusOf("baker"), next.body("baker")!.id], ["running", home.programs.resident("baker")!.spec.body]);
  assert.deepEqual([next.programs.resident("baker")!.spec.owner, next.programs.residents.size], ["world", 1]);
  const last = await restarted(next);
  await last.tell("baker", heard("home"));
  await last.steps(2);
  assert.deepEqual([last.log, last.statusOf("baker")], [["heard home"], "running"]);
  requireRecorded(last);
  requireRecorded(away);
  const stranger = await open({ ...east, programs: {} });
  await stranger.step();
  assert.equal(
    codeOfError(() => stranger.travelling.admit(back, stranger.welcome(life), stranger.tick, stranger.now)),
    "unknown",
  );
});

test("P108 the quota of a child that leaves goes with it, once, and comes home to the family it left", async () => {
  const parent = `import { spawn } from "@elsewhere/program"; await spawn({ code: "programs/child.ts", name: "The child" }); await sleep({ hours: 99 });`;
  const programs = { hen: parent, child: traveller };
  const shore = await open({ ...east, programs, changes: { spawns: ["programs/child.ts"] } });
  await shore.until(() => (shore.programs.resident("hen.1")?.kept.turn ?? 0) > 0);
  const quotas = (each: Shore): number[] =>
    ["hen", "hen.1"].map((program) => each.programs.ownQuota(each.programs.resident(program)!).heapBytes);
  const [mother, child] = quotas(shore) as [number, number];
  await shore.tell("hen.1", heard("go"));
  await shore.until(() => shore.statusOf("hen.1") === "crossing");
  const { parcel } = await pack(shore, "hen.1");
  assert.equal(parcel.quota.heapBytes, child);
  await departed(shore, "hen.1");
  await buried(shore, "hen.1");
  const next = await restarted(shore);
  assert.deepEqual([quotas(next)[0], next.travelling.mayLeave("hen")], [mother, null]);
  const greedy = { ...parcel, quota: { ...parcel.quota, heapBytes: 4 * child } };
  assert.equal(await admitted(next, greedy, { life: `${fingerprintOf("Harbour")}/hen.1` }), "hen.1");
  const { spec } = next.programs.resident("hen.1")!;
  assert.deepEqual([quotas(next), spec.parent, spec.owner], [[mother, child], "hen", "world"]);
  const ended = next.programs.command("hen.1", { kind: "end" });
  await next.step();
  await ended;
  assert.equal(quotas(next)[0], mother + child);
});

test("P109 a heap that does not run here is found out in its trial, and nothing of it is here", async () => {
  const from = await consented({
    ...east,
    programs: { baker: `me.on("heard", async () => { await me.ask({ cross: "there" }); for (;;); }); await sleep({ hours: 9 });` },
  });
  const { parcel } = await pack(from);
  const to = await open(west);
  await to.step();
  const error = await to.travelling.tryOut(parcel, to.welcome(life));
  assert.equal(error?.code, "fault");
  const broken = { ...parcel, image: parcel.image.map((byte, i) => (i === 300 ? byte ^ 1 : byte)) };
  assert.equal((await to.travelling.tryOut(broken, to.welcome(life)))?.code, "corrupt");
  assert.equal(
    codeOfError(() => to.travelling.admit(broken, to.welcome(life), to.tick, to.now)),
    "corrupt",
  );
  await to.steps(2);
  assert.deepEqual([to.programs.residents.size, to.world.bodyCount, to.log], [0, 0, []]);
});

test("P110 mail that came where it was follows it, and a life that was taken back ends with the reason in its log", async () => {
  const from = await consented();
  const { parcel } = await pack(from);
  let to = await open(west);
  await to.step();
  await admitted(to, parcel);
  await to.steps(2);
  const letters = [
    { seq: 9, percept: heard("forwarded") },
    { seq: 10, percept: { kind: "found", place: "nowhere" } as const },
  ];
  await to.step((tick) => to.travelling.forwarded(abroad, letters, tick));
  await to.steps(2);
  assert.equal(to.log.at(-1), "heard forwarded");
  await to.step((tick, now) => to.travelling.revoke(abroad, tick, now));
  await to.steps(2);
  assert.match(to.log.at(-1)!, /taken it back/);
  assert.deepEqual([to.statusOf(abroad), to.body(abroad)], ["ended", null]);
  to = await restarted(to);
  assert.equal(await admitted(to, parcel), abroad);
  await to.steps(2);
  assert.deepEqual([to.statusOf(abroad), to.log.includes("heard forwarded")], ["running", false]);
});

test("P111 a heap that has arrived is never taken back to before that, and arrives again from the image it came as", async () => {
  const home = await consented();
  const { parcel } = await pack(home);
  await departed(home);
  await buried(home);
  const away = await open(west);
  await away.step();
  await admitted(away, parcel);
  await away.steps(2);
  await assert.rejects(away.programs.command(abroad, { kind: "upgrade" }), { code: "forbidden" });
  const images = await away.storage.images(abroad);
  assert.equal(images.length, 1);
  const rewound = away.programs.command(abroad, { kind: "rewind", hash: images[0]!.hash });
  await away.steps(3);
  await rewound;
  assert.equal(away.programs.resident(abroad)!.kept.arrived!.isNew, false);
  assert.ok(
    away.log.some((line) => line.startsWith("stayed interrupted")),
    away.log.join(),
  );
  await away.tell(abroad, heard("go"));
  await away.until(() => away.statusOf(abroad) === "crossing");
  const back = (await pack(away, abroad)).parcel;
  const older = await home.storage.images("baker");
  await admitted(home, back);
  await home.steps(2);
  for (const { hash } of older) await assert.rejects(home.programs.command("baker", { kind: "rewind", hash }), { code: "forbidden" });
  const [row] = await home.storage.programs();
  assert.equal(parseKept(row!).arrived!.image, (await home.storage.images("baker"))[0]!.hash);
});
