import assert from "node:assert/strict";
import { before, test } from "node:test";
import { eavesdroppers, forgers, gropers, type HostileInhabitant, secret, wreckers } from "./corpus/inhabitants.ts";
import { hidden, type Life, liveInTheHall } from "./support/hall.ts";

const hostile = [...gropers, ...eavesdroppers, ...forgers, ...wreckers];
let lives: ReadonlyMap<string, Life>;
before(async () => {
  lives = await liveInTheHall({ Groper: gropers, Listener: eavesdroppers, Forger: forgers, Wrecker: wreckers });
});

const linesOf = (name: string): string => (lives.get(name)?.outcomes ?? []).flatMap(({ log }) => log.map(({ text }) => text)).join("\n");

function assertSays({ name, says, fails }: HostileInhabitant): void {
  const faults = lives.get(name)?.faults.join("\n") ?? "";
  assert.match(fails ? faults : linesOf(name), says, fails ? linesOf(name) : faults);
}

for (const inhabitant of gropers) test(`X11 ${inhabitant.name}`, () => assertSays(inhabitant));
for (const inhabitant of eavesdroppers) test(`X12 ${inhabitant.name}`, () => assertSays(inhabitant));
for (const inhabitant of [...forgers, ...wreckers]) test(`X13 ${inhabitant.name}`, () => assertSays(inhabitant));

test("X12 nothing any of them was ever handed has the secret in it, while those who may perceive it had it all along", () => {
  const idOf = (program: string): number => (JSON.parse(lives.get(program)!.inputs[0]!) as { start: { id: number } }).start.id;
  assert.deepEqual(
    [idOf("keeper"), idOf("witness"), idOf("beyond"), idOf("away")],
    [hidden.room[0], hidden.room[1], hidden.beyond[0], hidden.far[0]],
  );
  for (const kind of ["heard", "emoted", "did", "changed"])
    assert.ok(
      lives.get("witness")!.inputs.some((input) => input.includes(`"kind":"${kind}"`) && input.includes(secret)),
      `whoever is in the vault perceives what has ${kind} there`,
    );
  assert.ok(
    lives.get("friend")!.inputs.some((input) => input.includes("whisper") && input.includes(secret)),
    "and hears what is whispered to them",
  );
  for (const { name } of hostile) {
    for (const input of lives.get(name)!.inputs) {
      const told = JSON.parse(input) as { start: unknown; percepts: readonly object[] };
      const own = told.percepts.filter((percept) => !JSON.stringify(percept).includes("Forger"));
      assert.ok(
        !JSON.stringify(own).includes(secret),
        `${name}: ${JSON.stringify(own.find((percept) => JSON.stringify(percept).includes(secret)))}`,
      );
    }
  }
});

test("X13 whatever they forged, nobody perceived anything but what each did with its own body", () => {
  const perceived = [...lives.values()].flatMap(({ inputs }) =>
    inputs.flatMap((input) => (JSON.parse(input) as { percepts: { kind: string; from?: { id: number }; text?: string }[] }).percepts),
  );
  const spoken = perceived.filter(({ text }) => text === "I am who I am" || text === "again" || text === "psst");
  assert.ok(spoken.length > 0);
  for (const { from } of spoken) assert.ok(!Object.values(hidden).flat().includes(from!.id), "it speaks for itself");
});
