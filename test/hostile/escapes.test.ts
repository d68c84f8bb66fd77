import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { engineFaults } from "./corpus/engine.ts";
import { escapePrelude, escapes } from "./corpus/escapes.ts";
import { moduleOf } from "./corpus/hostile.ts";
import { Cell } from "./support/cell.ts";
import { assertContained } from "./support/contained.ts";
import { Ward } from "./support/ward.ts";

let cell: Cell;

before(async () => {
  cell = await Cell.open({ turnMsMax: 400, startMsMax: 2_000 });
});
after(() => cell.close());

for (const hostile of escapes) {
  test(`X7 ${hostile.name}`, async () => assertContained(hostile, await cell.attack(hostile, escapePrelude)));
}

for (const hostile of engineFaults) {
  test(`X8 ${hostile.name}`, async () => assertContained(hostile, await cell.attack(hostile)));
}

test("X7 where a host does leak something of its own, these programs find it", () => {
  const said: string[] = [];
  const leaky = createContext({
    console: { log: (line: string) => said.push(line) },
    leaked: { error: new Error("x"), host: { process } },
  });
  runInContext(`${escapePrelude} tell({}); tell(leaked); tell(leaked.error); tell(leaked.host.process);`, leaky);
  assert.match(said[0]!, /^OUTSIDE: WebAssembly/, "which is a way out as well");
  assert.deepEqual(said.slice(1), ["OUTSIDE: another realm", "OUTSIDE: another realm", "OUTSIDE: another realm"]);
});

/** Whatever a program could have changed of the realm its host runs in. */
function realm(): readonly string[] {
  const holders = { globalThis, Object, Array, Function, Promise, Error, JSON, Map, Set, Symbol, RegExp, String, Reflect, WebAssembly };
  return Object.entries(holders).flatMap(([name, holder]) =>
    [holder, "prototype" in holder ? (holder as { prototype: object }).prototype : {}].flatMap((each) =>
      Reflect.ownKeys(each).map((key) => `${name}.${String(key)} ${describe(Object.getOwnPropertyDescriptor(each, key)!)}`),
    ),
  );
}

const values = new Map<unknown, number>();
/** The same for the same values, whatever they are. */
function describe({ value, get, set, writable, enumerable, configurable }: PropertyDescriptor): string {
  const names = [value, get, set].map((each) => {
    if (!values.has(each)) values.set(each, values.size);
    return values.get(each);
  });
  return [...names, writable, enumerable, configurable].join();
}

test("X9 after all of them nothing in their host's own realm is other than it was", () => {
  const ward = new Ward(4);
  const cwd = process.cwd();
  const environment = { ...process.env };
  // Node itself loads some of it only once somebody looks.
  realm();
  const before = realm();
  for (const hostile of escapes) {
    ward.run(hostile.name, moduleOf(hostile, escapePrelude), hostile.times ?? 1);
    ward.drop(hostile.name);
  }
  assert.deepEqual(realm(), before);
  assert.deepEqual({ ...process.env }, environment);
  assert.equal(process.cwd(), cwd);
  assert.deepEqual(Object.keys({}), []);
});

test("X6 a neighbour of all who try to get out has the outcomes it has alone", async () => {
  const { here, alone } = await cell.neighbour();
  assert.ok(here.length > escapes.length + engineFaults.length);
  assert.deepEqual(here, alone);
});
