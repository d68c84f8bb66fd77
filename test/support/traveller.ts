/** A program that travels, as far as its tests share it. */
import assert from "node:assert/strict";
import { after } from "node:test";
import type { ErrorJson } from "@elsewhere/protocol";
import { pastPrograms } from "../../packages/server/src/fork/programs.ts";
import { comparable, recordOf } from "../../packages/server/src/fork/testing/recorded.ts";
import type { Parcel, Stands, Welcome } from "../../packages/server/src/crossings/contract.ts";
import { heard } from "../../packages/server/src/programs/testing/percepts.ts";
import { fingerprintOf, Shore, type ShoreOptions } from "./shore.ts";

const shores: Shore[] = [];
after(() => Promise.all(shores.map((shore) => shore.close())));

export async function open(options: ShoreOptions): Promise<Shore> {
  const shore = await Shore.open(options);
  shores.push(shore);
  return shore;
}

export async function restarted(shore: Shore, changes: Partial<ShoreOptions> = {}): Promise<Shore> {
  const next = await shore.kill(changes);
  shores.push(next);
  return next;
}

/** Has a ledger, a timer and a listener, and asks to leave when it hears "go". */
export const traveller = `
memory.trips = 0;
const ledger = new Map([["began", Date.now()]]);
me.on("heard", async ({ text }) => {
  console.log("heard " + text);
  if (text !== "go") return void ledger.set(text, ledger.size);
  await me.show({ hat: "blue" });
  memory.trips++;
  try {
    const { from, to, program, body } = await me.ask({ cross: "the other" });
    console.log(["came", from, to, program, body === me.id, [...ledger.keys()].join()].join(" "));
  } catch (error) {
    console.log("stayed " + error.code + ": " + error.message);
  }
});
me.on("arrived", ({ map, crossing }) => { if (crossing) console.log("arrived " + map + " " + crossing.to + " " + crossing.awayMs + " " + crossing.lost.join("; ")); });
await sleep({ hours: 2 });
console.log("slept " + (Date.now() - ledger.get("began")) / 3_600_000);
`;

export const east: ShoreOptions = { name: "Harbour", programs: { baker: traveller }, startMs: Date.UTC(2030, 0, 1) };
export const west: ShoreOptions = { name: "Garden", programs: {}, startMs: Date.UTC(2040, 5, 1) };
export const life = `${fingerprintOf("Harbour")}/baker`;
export const abroad = `baker@${fingerprintOf("Harbour").slice(0, 12)}`;
export const why: ErrorJson = { code: "unreachable", message: "nobody took it" };

/** One that has consented, after so many ticks. */
export async function consented(options: ShoreOptions = east): Promise<Shore> {
  const shore = await open(options);
  await shore.steps(3);
  await shore.tell("baker", heard("bread"));
  await shore.steps(2);
  await shore.tell("baker", heard("go"));
  await shore.until(() => shore.statusOf("baker") === "crossing");
  return shore;
}

export const pack = (shore: Shore, program = "baker"): Promise<{ parcel: Parcel; stands: Stands }> =>
  shore.travelling.pack(program, shore.programs.resident(program)!.kept.lastN);

export async function admitted(shore: Shore, parcel: Parcel, changes: Partial<Welcome> = {}): Promise<string> {
  const welcome = shore.welcome(life, changes);
  assert.equal(await shore.travelling.tryOut(parcel, welcome), null);
  let program = "";
  await shore.step((tick, now) => {
    const { program: id, batch } = shore.travelling.admit(parcel, welcome, tick, now);
    program = id;
    return batch;
  });
  return program;
}

export async function departed(shore: Shore, program = "baker"): Promise<void> {
  shore.travelling.depart(program);
  await shore.step();
  assert.equal(shore.travelling.hasDeparted(program), true);
}

export const buried = (shore: Shore, program = "baker"): Promise<void> =>
  shore.step((tick) => shore.travelling.bury(program, "haven", tick));

/** Whether how each program stood, and its mail, follows from the record alone. */
export function requireRecorded({ committed, truths }: Shore): void {
  const record = recordOf(committed);
  for (const { tick, program, kept, mail } of truths) {
    const found = pastPrograms(record, tick).programs.find((each) => each.program === program);
    assert.ok(found, `${program} at tick ${tick}`);
    assert.deepEqual(
      JSON.parse(JSON.stringify(comparable(found.kept))),
      JSON.parse(JSON.stringify(comparable(kept))),
      `${program} at tick ${tick}`,
    );
    const told = found.mail.map((each) => `${each.tick} ${each.json}`);
    const missing = mail.filter(([of, json]) => !told.includes(`${of} ${json}`)).length;
    assert.ok(missing <= found.droppedLater, `${program} at tick ${tick}: ${missing} letters missing`);
  }
}
