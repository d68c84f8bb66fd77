/** People who come, go, walk from map to map, lose their lines and are killed with their host, at random and all at once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openMemory } from "../packages/server/src/storage/memory/memory.ts";
import { twoFields } from "./support/fields.ts";
import { type Peer, TestHost } from "./support/host.ts";
import { randomFrom } from "./support/random.ts";

const people = ["ada", "bob", "eve", "zoe"];
const intents: readonly object[] = [
  { kind: "walk", to: "west/start" },
  { kind: "walk", to: "east/start" },
  { kind: "walk", to: "@0,0" },
  { kind: "say", text: "hello" },
  { kind: "look" },
  { kind: "leave" },
  { kind: "stop" },
];

/** One connection, and the numbers of what it asked for. */
interface Line {
  readonly name: string;
  readonly peer: Peer;
  readonly asked: number[];
  next: number | null;
}

const open = (storage: ReturnType<typeof openMemory>): Promise<TestHost> => TestHost.open(storage, { loaded: twoFields() });

function connect(host: TestHost, name: string): Line {
  const peer = host.connect();
  peer.send({ type: "hello", version: 2, token: `person:${name}` });
  return { name, peer, asked: [], next: null };
}

function act(line: Line, intent: object): void {
  const welcome = line.peer.last("welcome");
  if (welcome === undefined || !line.peer.open) return;
  line.next = (line.next ?? welcome.lastN) + 1;
  line.asked.push(line.next);
  line.peer.send({ type: "intent", n: line.next, intent });
}

/** What must hold once nothing is under way any more. */
function check(lines: readonly Line[], watcher: Peer, told: string): void {
  for (const { name, peer, asked } of lines) {
    const answered = new Set(peer.percepts().flatMap((percept) => (percept.kind === "reply" ? [percept.n] : [])));
    const last = peer.last("bye");
    assert.ok(
      last === undefined || last.reason === "left" || last.reason === "fenced",
      `${told}: ${name} was told ${JSON.stringify(last)}`,
    );
    if (peer.open)
      assert.deepEqual(
        asked.filter((n) => !answered.has(n)),
        [],
        `${told}: ${name} waits for answers`,
      );
    if (peer.open) assert.ok(peer.last("view") !== undefined, `${told}: ${name} never saw the world`);
  }
  for (const { name, posture } of watcher.last("view")!.bodies) {
    const open = lines.filter((line) => line.name === name && line.peer.open);
    assert.ok(open.length <= 1, `${told}: ${name} has ${open.length} connections`);
    if (name !== "watcher") assert.equal(posture, open.length === 1 ? "awake" : "asleep", `${told}: ${name}`);
  }
}

async function run(seed: number): Promise<void> {
  const random = randomFrom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const storage = openMemory();
  let host = await open(storage);
  let lines: Line[] = [];
  for (let round = 0; round < 6; round++) {
    for (let i = 0; i < 60; i++) {
      const name = pick(people);
      const line = lines.findLast((each) => each.name === name && each.peer.open);
      const chance = random();
      if (line === undefined || chance < 0.1) lines.push(connect(host, name));
      else if (chance < 0.2) line.peer.lose();
      else act(line, pick(intents));
      if (random() < 0.6) await host.tick();
    }
    if (random() < 0.3) {
      host = await open(storage);
      lines = people.map((name) => connect(host, name));
    }
    await host.tick(80);
    const watcher = await host.enter("watcher");
    for (const map of ["east", "west"]) {
      watcher.send({
        type: "intent",
        n: watcher.last("welcome")!.lastN + 1 + Number(map === "west"),
        intent: { kind: "walk", to: `${map}/start` },
      });
      await host.tick(60);
      watcher.send({ type: "resync" });
      await host.tick(2);
      check(lines, watcher, `seed ${seed}, round ${round}, ${map}`);
    }
    watcher.lose();
  }
  assert.deepEqual(host.failures, []);
}

test("S3 S4 S11 S12 whoever comes and goes in whatever order is answered, awake while connected and asleep when not", async () => {
  for (let seed = 1; seed <= 20; seed++) await run(seed);
});
