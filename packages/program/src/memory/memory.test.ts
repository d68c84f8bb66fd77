import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "@elsewhere/protocol";
import fc from "fast-check";
import { Memory } from "./memory.ts";
import { isObject, type Node } from "./tree.ts";

/** All objects that are kept alive from here; a proxy keeps what lies behind it. */
function reach(memory: Memory, from: unknown, seen = new Set<Node>()): Set<Node> {
  if (!isObject(from)) return seen;
  const node = memory.behind(from)?.node ?? from;
  if (seen.has(node)) return seen;
  seen.add(node);
  for (const key of Object.keys(node)) reach(memory, node[key], seen);
  return seen;
}

/** A memory whose author holds what `held` says and nothing else, as if all else were collected at once. */
function memoryHeldBy(held: () => readonly unknown[]): Memory {
  const memory: Memory = new Memory((node) => ({
    deref: () => {
      const alive = reach(memory, memory.view);
      for (const one of held()) reach(memory, one, alive);
      return alive.has(node) ? node : undefined;
    },
  }));
  return memory;
}

/** A variable of the author's, and what it would be if the memory were a plain object. */
interface Variable {
  real: unknown;
  plain: unknown;
}

const variables = 3;
const keys = ["a", "0"];
const variable = fc.nat(variables - 1);
const where = fc.option(variable, { freq: 2 });
const key = fc.constantFrom(...keys);
const act = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant("make" as const), to: variable, list: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("read" as const), to: variable, from: where, key }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("write" as const), to: where, from: variable, key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("count" as const), to: where, key, n: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), to: where, key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("drop" as const), to: variable }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("turn" as const) }) },
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

class Author {
  readonly own: Variable[] = Array.from({ length: variables }, () => ({ real: 0, plain: 0 }));
  readonly memory = memoryHeldBy(() => this.own.map(({ real }) => real));
  readonly root: Variable = { real: this.memory.view, plain: {} };
  #told = "{}";

  do(step: Act): void {
    if (step.do === "turn") return this.turn();
    const to = step.to === null ? this.root : this.own[step.to]!;
    if (step.do === "make") return this.#make(to, step.list);
    if (step.do === "drop") return void ([to.real, to.plain] = [0, 0]);
    if (step.do === "read") return this.#read(to, step.from === null ? this.root : this.own[step.from]!, step.key);
    if (!isObject(to.plain)) this.#make(to, false);
    if (step.do === "write") return this.#write(to, this.own[step.from]!, step.key);
    const [real, plain] = [to.real as Node, to.plain as Node];
    if (step.do === "delete") return void [delete real[step.key], delete plain[step.key]];
    [real[step.key], plain[step.key]] = [step.n, step.n];
  }

  #make(to: Variable, list: boolean): void {
    [to.real, to.plain] = list ? [[{ in: 1 }], [{ in: 1 }]] : [{ a: { a: [] } }, { a: { a: [] } }];
  }

  #read(to: Variable, from: Variable, name: string): void {
    if (isObject(from.plain)) [to.real, to.plain] = [(from.real as Node)[name], from.plain[name]];
  }

  /** Never into itself: a circle is no JSON. */
  #write(to: Variable, from: Variable, name: string): void {
    if (!isObject(from.plain)) this.#make(from, true);
    if (reach(this.memory, from.plain).has(to.plain as Node)) return;
    [(to.real as Node)[name], (to.plain as Node)[name]] = [from.real, from.plain];
  }

  turn(): void {
    const text = JSON.stringify(this.root.plain);
    assert.equal(this.memory.changed(), text === this.#told ? null : text);
    this.#told = text;
  }

  /** Everything looks as if the memory were a plain object, by whatever way one looks. */
  look(): void {
    for (const { real, plain } of [...this.own, this.root]) assert.equal(JSON.stringify(real), JSON.stringify(plain));
  }
}

test("P68 a memory is what a plain object would be, whoever holds what of it, and every change of it is told", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 80, size: "max" }), (steps) => {
      const author = new Author();
      for (const step of steps) {
        author.do(step);
        author.look();
      }
      author.turn();
      author.turn();
    }),
    { numRuns: 1_500 },
  );
});

/** How often a memory was written out: every time asks the object in it what it is as JSON. */
function counted(memory: Memory): () => number {
  let times = 0;
  const { view } = memory;
  Object.defineProperty(view, "toJSON", {
    configurable: true,
    value(this: Node) {
      times++;
      return { ...this };
    },
  });
  return () => times;
}

test("P69 what did not change is not written out again, once nobody holds what was put in", () => {
  const held: unknown[] = [];
  const memory = memoryHeldBy(() => held);
  memory.begin({ deep: { list: [{ n: 1 }] } });
  const times = counted(memory);
  const { view } = memory as unknown as { view: { deep: { list: { n: number }[] }; put?: { n: number } } };
  memory.changed();
  const before = times();
  const kept = view.deep.list;
  for (let turn = 0; turn < 10; turn++) assert.equal(memory.changed(), null);
  assert.equal(kept[0]?.n, 1);
  assert.equal(times(), before, "reading and holding costs nothing");

  const put = { n: 1 };
  held.push(put);
  view.put = put;
  assert.match(memory.changed()!, /"put":\{"n":1\}/);
  put.n = 2;
  assert.match(memory.changed()!, /"put":\{"n":2\}/, "what is held is compared");
  held[0] = view.put;
  for (let turn = 0; turn < 20; turn++) memory.changed();
  const after = times();
  for (let turn = 0; turn < 20; turn++) assert.equal(memory.changed(), null);
  assert.equal(times(), after, "what is held through the memory alone is not");
  view.put.n = 3;
  assert.match(memory.changed()!, /"put":\{"n":3\}/);
});

test("P69 much that is put in at once is made the memory's own over several turns", () => {
  let asked = 0;
  const memory = new Memory(() => ({ deref: () => void asked++ }));
  const people = Array.from({ length: 250 }, (_, n) => ({ n }));
  memory.view["people"] = people;
  const turns = Array.from({ length: 4 }, () => {
    asked = 0;
    memory.changed();
    return asked;
  });
  assert.deepEqual(turns, [100, 100, 51, 0]);
  assert.deepEqual(memory.view["people"], people);
});

test("P68 objects of a memory behave as objects and lists do", () => {
  const memory = new Memory();
  memory.begin({ list: [3, 1, 2], deep: { a: 1 } });
  const view = memory.view as { list: number[]; deep: Record<string, unknown>; also?: unknown };
  assert.ok(Array.isArray(view.list) && view.list === view.list);
  view.list.sort((a, b) => a - b);
  view.list.push(4);
  view.list.splice(0, 1);
  assert.deepEqual([...view.list], [2, 3, 4]);
  assert.deepEqual(view.list.map(String), ["2", "3", "4"]);
  view.list.length = 1;
  assert.deepEqual(Object.entries({ ...view.deep, b: 2 }), [
    ["a", 1],
    ["b", 2],
  ]);
  assert.ok("a" in view.deep && !("z" in view.deep));
  assert.deepEqual(Object.getOwnPropertyDescriptor(view, "list")?.value, [2]);
  const put = { in: { also: null as unknown } };
  view.also = put;
  (view.also as typeof put).in.also = view.list;
  assert.equal(put.in.also, view.list, "in what one put in oneself a part of the memory shows as it does anywhere");
  Object.assign(view.deep, { c: view.list });
  delete view.deep["a"];
  view.also = view.deep;
  assert.equal(memory.changed(), '{"list":[2],"deep":{"c":[2]},"also":{"c":[2]}}');
  view.list.push(9);
  assert.equal(memory.changed(), '{"list":[2,9],"deep":{"c":[2,9]},"also":{"c":[2,9]}}');
  assert.equal(memory.changed(), null);
});

test("P68 what a copy would not equal stays what it is, and is compared after every turn", () => {
  const memory = memoryHeldBy(() => []);
  const { view } = memory;
  const when = new Date(5);
  const frozen = Object.freeze({ in: { n: 1 } });
  Object.assign(view, { when, frozen, hole: [1, , 3] }); // oxlint-disable-line no-sparse-arrays -- a list with a hole is meant
  assert.match(memory.changed()!, /1970-01-01T00:00:00.005Z/);
  assert.ok(view["when"] === when && view["frozen"] === frozen);
  frozen.in.n = 2;
  when.setTime(6);
  assert.match(memory.changed()!, /00.006Z.*"n":2.*\[1,null,3\]/);
  assert.equal(memory.changed(), null);
});

test("P68 a memory the host would not take is refused here: the bytes of its UTF-8 count, and how deep it is", () => {
  const memory = new Memory();
  const { view } = memory;
  const fits = limits.memoryBytesMax - '{"a":""}'.length;
  view["a"] = "x".repeat(fits);
  assert.equal(memory.changed()?.length, limits.memoryBytesMax);
  for (const [char, bytes] of [
    ["é", 2],
    ["€", 3],
    ["😀", 4],
  ] as const) {
    view["a"] = `${char.repeat(Math.floor(fits / bytes))}${"x".repeat(fits % bytes)}`;
    assert.equal(Buffer.byteLength(memory.changed()!), limits.memoryBytesMax);
    view["a"] += "x";
    assert.throws(() => memory.changed(), { code: "limit", detail: { field: "memory", limit: limits.memoryBytesMax } });
  }
  const nested = (depth: number): unknown => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);
  view["a"] = nested(limits.jsonDepthMax - 1);
  assert.notEqual(memory.changed(), null);
  view["a"] = nested(limits.jsonDepthMax);
  assert.throws(() => memory.changed(), { code: "limit", detail: { field: "memory", limit: limits.jsonDepthMax } });
  view["a"] = Array.from({ length: 2 * limits.jsonDepthMax }, () => ({}));
  assert.notEqual(memory.changed(), null);
});

test("P68 what is no JSON is told once, and what comes after it is kept", () => {
  const memory = new Memory();
  const { view } = memory;
  view["a"] = 1n;
  assert.throws(() => memory.changed(), TypeError);
  assert.equal(memory.changed(), null);
  view["a"] = 1;
  assert.equal(memory.changed(), '{"a":1}');
});
