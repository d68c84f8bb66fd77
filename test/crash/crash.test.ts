/**
 * Kills a real server with `kill -9` two hundred times while twenty people and thirty programs act, and then holds
 * everything that anybody saw, and every step that any program took, against the record that is left.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { ProgramsPage } from "@elsewhere/protocol";
import type { WorldMap } from "@elsewhere/world";
import { verifyRecord } from "../../packages/server/src/record/verify.ts";
import { replayMap } from "../support/film.ts";
import { randomFrom } from "../support/random.ts";
import { type Server, startServer } from "../support/server.ts";
import { loadYard, yardFolder } from "../support/yard.ts";
import { type Sighting, Witness } from "./witness.ts";

const kills = Number(process.env["ELSEWHERE_KILLS"] ?? 100);
const people = 20;
const programs = 30;

test("D6 D8 S2 S4 kill after kill no client ever saw what the recovered world does not know", { timeout: 20 * 60_000 }, async (t) => {
  const data = await mkdtemp(join(tmpdir(), "elsewhere-crash-"));
  const random = randomFrom(7);
  const witnesses = Array.from({ length: people }, (_, i) => new Witness(i));
  const flags = ["--world", yardFolder, "--data", data, "--tick-ms", "50"];
  let server = await startServer([...flags, "--port", "0"]);
  try {
    await Promise.all(witnesses.map((witness) => witness.enter(server.url)));
    let startMs = 0;
    for (let kill = 1; kill <= kills; kill++) {
      await pause(100 + random() * 700);
      const seen = Math.max(...witnesses.map(({ tickSeen }) => tickSeen));
      await server.kill();
      const startedMs = performance.now();
      server = await startServer([...flags, "--port", String(server.port)]);
      startMs += performance.now() - startedMs;
      const { tick } = (await (await fetch(`${server.url}/healthz`)).json()) as { tick: number };
      assert.ok(tick >= seen, `kill ${kill}: somebody saw tick ${seen}, and the world came back at ${tick}`);
    }
    t.diagnostic(`${kills} kills, ${Math.round(startMs / kills)} ms to ready after each`);
    await allActedAgain(witnesses);
    await assertProgramsRun(server);
  } finally {
    for (const witness of witnesses) witness.close();
    await server.stop();
  }
  const verified = await verifyRecord(data);
  assert.deepEqual(verified.problems, []);
  holdAgainstRecord((await loadYard()).maps[0]!, data, witnesses, (line) => t.diagnostic(line));
  await rm(data, { recursive: true });
});

/** Waits until everybody's next step has been acknowledged: nobody was left behind by the last kill. */
async function allActedAgain(witnesses: readonly Witness[]): Promise<void> {
  const before = witnesses.map(({ acknowledged }) => acknowledged);
  for (let waited = 0; witnesses.some(({ acknowledged }, i) => acknowledged <= before[i]!); waited++) {
    assert.ok(waited < 600, "somebody never got an answer again");
    await pause(50);
  }
}

async function assertProgramsRun(server: Server): Promise<void> {
  const response = await fetch(`${server.url}/api/programs`, { headers: { authorization: `Bearer ${server.token}` } });
  const page = (await response.json()) as ProgramsPage;
  assert.equal(page.total, programs);
  for (const { status, program, reason } of page.programs) assert.equal(status, "running", `${program}: ${reason}`);
}

function holdAgainstRecord(map: WorldMap, data: string, witnesses: readonly Witness[], say: (line: string) => void): void {
  const seen = new Map<number, Sighting[]>();
  for (const sighting of witnesses.flatMap(({ sightings }) => sightings)) {
    const list = seen.get(sighting.tick);
    if (list) list.push(sighting);
    else seen.set(sighting.tick, [sighting]);
  }
  const counts = new Map<string, number>();
  const steps = new Map<number, number>();
  let checked = 0;
  let ticks = 0;
  for (const { tick, state, events } of replayMap(data, map)) {
    ticks++;
    for (const event of events) {
      if (event.kind !== "changed" || event.what !== "traits") continue;
      const body = state.body(event.body)!;
      const { count, step } = body.traits as { count?: number; step?: number };
      if (count !== undefined) counts.set(body.who, followOn(body.who, counts.get(body.who) ?? 0, count));
      if (step !== undefined) steps.set(body.id, followOn(body.who, steps.get(body.id) ?? 0, step));
    }
    for (const sighting of seen.get(tick) ?? []) {
      checked++;
      if (sighting.kind === "heard") {
        const said = events.some((event) => event.kind === "heard" && event.from.id === sighting.from && event.text === sighting.text);
        assert.ok(said, `tick ${tick}: "${sighting.text}" was heard and is not in the record`);
        continue;
      }
      const body = state.body(sighting.body);
      assert.ok(body, `tick ${tick}: body ${sighting.body} was seen and is not in the record`);
      if (sighting.kind === "traits") assert.equal(JSON.stringify(body.traits), sighting.json);
      else assert.deepEqual([body.x / 16, body.y / 16], [sighting.x, sighting.y], `tick ${tick}: body ${sighting.body}`);
    }
    seen.delete(tick);
  }
  assert.equal(counts.size, programs, "every program has counted");
  for (const { body, acknowledged } of witnesses) assert.ok((steps.get(body) ?? 0) >= acknowledged, "an acknowledged step is missing");
  const most = Math.max(...counts.values());
  say(
    `${ticks} recorded ticks; ${checked} sightings agree with them; programs counted to ${Math.min(...counts.values())}–${most} without gap or repeat`,
  );
  assert.ok(checked > 1000, "the witnesses saw too little for this test to mean anything");
}

/** A step is the one after the last: none lost, none done twice. */
function followOn(who: string, last: number, next: number): number {
  assert.equal(next, last + 1, `${who} went from step ${last} to ${next}`);
  return next;
}
