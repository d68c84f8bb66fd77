import assert from "node:assert/strict";
import { test } from "node:test";
import type { Percept } from "@elsewhere/protocol";
import fc from "fast-check";
import type { Code, Image, Outcome, RecordedTurn, TurnInput } from "../contract.ts";
import type { Load, Pager, PagerTurn } from "./pager.ts";
import { buildBase } from "../sandbox/base.ts";
import { decodeBase, encodeBase, encodeEngine } from "../sandbox/ground.ts";
import {
  base,
  codeOf,
  dawn,
  engine,
  fresh,
  good,
  heapBytesMax,
  heapOf,
  library,
  loadOf,
  openPager,
  startInput,
  templatesOf,
  texts,
  turnInput,
} from "../testing/guest.ts";
import { done, heard } from "../testing/percepts.ts";

/** A program of a pager, with what a pool would keep of it: where it is, its last image, and the turns since. */
class Kept {
  readonly pager: Pager;
  readonly name: string;
  readonly #code: Code;
  #image: Image | null = null;
  #turns: RecordedTurn[] = [];
  #turn = 0;
  #unanswered: number[] = [];

  constructor(pager: Pager, name: string, code: Code) {
    this.pager = pager;
    this.name = name;
    this.#code = code;
  }

  /** The next turn, in which it hears these words and learns that all it did worked. */
  turn(words: readonly string[], withImage = false): PagerTurn {
    const turn = ++this.#turn;
    const percepts: Percept[] = [...this.#unanswered.map(done), ...words.map(heard)];
    const input: TurnInput = turn === 1 ? startInput() : turnInput(turn, dawn + turn * 600_000, percepts);
    const json = JSON.stringify(input);
    const ran = this.pager.run(this.name, this.load, json, withImage);
    if (!ran.ok) return ran;
    this.#unanswered = (JSON.parse(ran.json) as Outcome).intents.map(({ n }) => n);
    this.#turns.push({ turn, input: json, outcome: ran.json });
    if (ran.image) this.park(ran.image);
    return ran;
  }

  get load(): Load | null {
    return this.pager.has(this.name) ? null : loadOf(this.#code, this.#image?.bytes ?? null, this.#turns);
  }

  get image(): Image {
    const image = this.pager.image(this.name, this.load);
    assert.ok(!("fault" in image), this.name);
    return image;
  }

  park(image: Image): void {
    this.#image = image;
    this.#turns = this.#turns.filter(({ turn }) => turn > image.turn);
  }

  /** The image was never stored: the heap is to come from the transcript. */
  forget(): void {
    if (this.#turns[0]?.turn === 1) this.#image = null;
    this.pager.drop(this.name);
  }

  get begun(): boolean {
    return this.#turn > 0;
  }

  get turns(): readonly RecordedTurn[] {
    return this.#turns;
  }
}

/** Gives each what was parked of it, and another pager the templates. */
function collect(pager: Pager, all: readonly Kept[]): void {
  for (const { program, image } of pager.takeParked()) all.find(({ name }) => name === program)!.park(image);
}

const counting = codeOf(`let n = 0; const held = new Map();
  me.on("heard", async ({ text }) => { held.set(text, ++n); await me.say(text + n); console.log(n, held.size, Math.random()); });`);
const hoarding = codeOf(`const held = [];
  me.on("heard", async ({ text }) => { for (let i = 0; i < 1500; i++) held.push({ text, i }); await me.say("have " + held.length); });`);
const waiting = codeOf(`class Count { #n = 0; more() { return ++this.#n; } } const count = new Count();
  function* words() { let all = ""; for (;;) all += (yield all) ?? "."; } const said = words(); said.next();
  me.on("heard", ({ text }) => console.log(said.next(text).value, count.more()));
  for (;;) { await sleep({ minutes: 25 }); await me.go("@1,1"); console.log(count.more(), new Date().toISOString()); }`);
const codes = [counting, hoarding, waiting];

type Step = { readonly who: number; readonly words: readonly string[]; readonly after: "nothing" | "image" | "forget" };
const steps = fc.array(
  fc.record({
    who: fc.nat(5),
    words: fc.array(fc.constantFrom("a", "bb", "ccc"), { maxLength: 3 }),
    after: fc.constantFrom("nothing", "nothing", "nothing", "image", "forget"),
  }),
  { minLength: 5, maxLength: 40 },
);

/** All outcomes, and the heaps at the end. `slotsMax` 6 keeps everybody live. */
function play(script: readonly Step[], slotsMax: number): { outcomes: string[]; heaps: Buffer[] } {
  const pager = openPager(slotsMax);
  const all = Array.from({ length: 6 }, (_, i) => new Kept(pager, `p${i}`, codes[i % codes.length]!));
  const outcomes = script.map(({ who, words, after }) => {
    const ran = good(all[who]!.turn(words, after === "image" && slotsMax < 6));
    collect(pager, all);
    if (after === "forget" && slotsMax < 6) all[who]!.forget();
    return `${ran.json} ${ran.polls} ${ran.memoryBytes}`;
  });
  const images = all.filter(({ begun }) => begun).map((each) => each.image);
  collect(pager, all);
  templatesOf(pager);
  return { outcomes, heaps: images.map(heapOf) };
}

test("P30 P41 programs parked, imaged and replayed at any moment, in whatever slots, go on exactly as if they had stayed live", () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 3 }), (script, slotsMax) => {
      const [alone, crowded] = [play(script, 6), play(script, slotsMax)];
      assert.deepEqual(crowded.outcomes, alone.outcomes);
      assert.equal(crowded.heaps.length, alone.heaps.length);
      crowded.heaps.forEach((heap, i) => assert.ok(heap.equals(alone.heaps[i]!), `heap ${i}`));
    }),
    { numRuns: 25 },
  );
});

test("P41 programs of different sizes take turns in too few slots, and each has just the memory it would have alone", () => {
  const sizes = (slotsMax: number): number[] => {
    const pager = openPager(slotsMax);
    const all = Array.from({ length: 4 }, (_, i) => new Kept(pager, `p${i}`, i % 2 === 0 ? counting : hoarding));
    const grown: number[] = [];
    for (let round = 0; round < 6; round++)
      for (const each of all) {
        grown.push(good(each.turn(["a", "b"])).memoryBytes);
        collect(pager, all);
        assert.ok(pager.live <= slotsMax);
      }
    return grown;
  };
  assert.deepEqual(sizes(2), sizes(4));
  assert.deepEqual(sizes(1), sizes(4));
  assert.ok(new Set(sizes(4)).size > 2, "they were to grow");
});

test("P42 a turn that failed leaves nothing: its program is gone, and goes on from what was kept of it", () => {
  const pager = openPager(2);
  const code = codeOf(
    `let n = 0; me.on("heard", ({ text }) => { console.log(++n); if (text === "loop") for (;;); if (text === "throw") throw 1; });`,
  );
  const one = new Kept(pager, "one", code);
  good(one.turn([]));
  good(one.turn(["a"]));
  const kept = { load: loadOf(code, null, one.turns) };
  const failing = pager.run("one", null, JSON.stringify(turnInput(3, dawn, [heard("loop")])), false);
  assert.deepEqual(failing, { ok: false, fault: { reason: "time", message: "used more computation than a turn may" } });
  assert.deepEqual([pager.has("one"), pager.live], [false, 0]);
  const again = good(pager.run("one", kept.load, JSON.stringify(turnInput(3, dawn, [heard("b")])), false));
  assert.deepEqual(texts(JSON.parse(again.json) as Outcome), ["2"]);
});

test("P7 a transcript that asks for something else when it is replayed fails that program alone, and nothing further of it is run", () => {
  const pager = openPager(2);
  const [one, other] = [new Kept(pager, "one", counting), new Kept(pager, "other", counting)];
  for (const each of [one, other]) for (const words of [[], ["a"], ["b"]]) good(each.turn(words));
  const falsified = one.turns.map((turn) => ({ ...turn, outcome: turn.outcome.replace(`"text":"b2"`, `"text":"b3"`) }));
  assert.notDeepEqual(falsified, one.turns);
  const run = (turns: Load["turns"]): PagerTurn =>
    pager.run("one", loadOf(counting, null, turns), JSON.stringify(turnInput(4, dawn)), false);
  const failed = run(falsified);
  assert.ok(!failed.ok && failed.fault.reason === "image" && /turn 3 .* something else/.test(failed.fault.message));
  assert.equal(pager.has("one"), false);
  const gap = run(one.turns.slice(1));
  assert.ok(!gap.ok && gap.fault.reason === "image");
  good(other.turn(["c"]));
  good(run(one.turns));
});

test("P46 a transcript holds although the host now judges an intent differently; what was asked for has to be the same", () => {
  const asking = codeOf(`me.on("heard", ({ text }) => { me.act({ kind: text }); me.say("well"); console.log(text); });`);
  const one = new Kept(openPager(), "one", asking);
  good(one.turn([]));
  good(one.turn(["stop"]));
  const last = one.turns[1]!;
  const { intents, refused, ...rest } = JSON.parse(last.outcome) as Outcome;
  assert.equal(intents.length, 2);
  const replayed = (outcome: object): boolean => {
    const turns = [one.turns[0]!, { ...last, outcome: JSON.stringify(outcome) }];
    return openPager().run("one", loadOf(asking, null, turns), JSON.stringify(turnInput(3, dawn)), false).ok;
  };
  const [first, second] = intents;
  const error = { code: "unknown", message: "intent.kind is not one this world knows" };
  assert.ok(replayed({ intents: [second], refused: [{ n: first!.n, error }], ...rest }));
  assert.ok(!replayed({ intents: [second], refused, ...rest }));
  assert.ok(!replayed({ intents: [first, { ...second!, intent: { kind: "say", text: "ill" } }], refused, ...rest }));
  assert.ok(!replayed({ intents, refused, ...rest, log: [] }));
});

test("P45 a program has as much heap as its input says, above what the base takes, in every turn anew", () => {
  const guest = fresh(
    `const held = []; me.on("heard", ({ text }) => { held.push(new Uint8Array(Number(text) * 1024)); console.log(held.length); });`,
  );
  const tries = (turn: number, kilobytes: number, most: number): string => {
    const ran = guest.run({ ...turnInput(turn, dawn, [heard(String(kilobytes))]), heapBytesMax: most * 1024 });
    return ran.ok ? texts(ran.outcome).join().split("\n")[0]! : ran.fault.reason;
  };
  good(guest.run(startInput()));
  assert.equal(tries(2, 300, 512), "1");
  assert.match(tries(3, 300, 512), /out of memory/);
  assert.equal(tries(4, 300, 1024), "2");
  assert.match(tries(5, 4096, 1_000_000), /out of memory/, "no more than the memory has, whatever is asked for");
});

test("P18 a program that runs out of memory fails alone, with the limit it met, and goes on if it catches that", () => {
  const ran = fresh(`const all = []; for (;;) all.push(new Array(1000).fill({}));`).run(startInput());
  assert.deepEqual(ran, { ok: false, fault: { reason: "memory", message: `used more than its ${heapBytesMax} bytes of memory` } });
  const greedy = fresh(
    `let times = 0; me.on("heard", () => { try { const all = []; for (;;) all.push(new Array(4000).fill(1)); } catch (e) { times++; console.log(e.name, times); } });`,
  );
  good(greedy.run(startInput()));
  for (let turn = 2; turn < 5; turn++) {
    assert.deepEqual(texts(good(greedy.run(turnInput(turn, dawn, [heard("go")]))).outcome), [`InternalError ${turn - 1}`]);
  }
});

test("P16 ordinary code that computes too long ends by fuel, after the same step in every slot", () => {
  const pager = openPager();
  const busy = codeOf(`let n = 0; me.on("heard", ({ text }) => { for (let i = 0; i < Number(text); i++) n += i; console.log(n); });`);
  const polls = ["one", "two"].map((name) => {
    const program = new Kept(pager, name, busy);
    good(program.turn([]));
    return good(program.turn(["300000"])).polls;
  });
  assert.ok(polls[0]! > 1 && polls[0] === polls[1]);
  const endless = fresh(`me.on("heard", () => { try { for (;;); } finally { console.log("never said"); } });`);
  good(endless.run(startInput()));
  assert.deepEqual(endless.run(turnInput(2, dawn, [heard("go")])), {
    ok: false,
    fault: { reason: "time", message: "used more computation than a turn may" },
  });
});

test("P44 an engine and a base come back from what is kept of them, and programs go on upon their old ones after an upgrade", () => {
  const stored = { base: encodeBase(base), engine: encodeEngine(base) };
  assert.deepEqual([stored.base.hash, stored.base.needs, stored.engine.needs], [base.hash, [stored.engine.hash], []]);
  const upgraded = buildBase(engine, `${library}\nglobalThis.upgraded = true;`);
  assert.notEqual(upgraded.hash, base.hash);
  const before = openPager();
  const one = new Kept(before, "one", counting);
  for (const words of [[], ["a"]]) good(one.turn(words));
  const { bytes, template } = one.image;
  const expected = good(one.turn(["b"]));
  const pager = openPager(2, [upgraded, decodeBase(stored.base.bytes, stored.engine.bytes)]);
  pager.addTemplate(templatesOf(before).get(template)!);
  const input = one.turns.at(-1)!.input;
  const wrong = pager.run("one", loadOf(counting, bytes, [], upgraded), input, false);
  assert.ok(!wrong.ok && wrong.fault.reason === "image" && /another base/.test(wrong.fault.message));
  assert.equal(good(pager.run("one", loadOf(counting, bytes), input, false)).json, expected.json);
  const young = codeOf(`console.log(globalThis.upgraded);`);
  const begun = good(pager.run("young", loadOf(young, null, [], upgraded), JSON.stringify(startInput()), true));
  assert.deepEqual(texts(JSON.parse(begun.json) as Outcome), ["true"]);
  assert.deepEqual(pager.takeTemplates()[0]?.needs, [upgraded.hash]);
  const unknown = openPager(1, [upgraded]).run("one", loadOf(counting), JSON.stringify(startInput()), false);
  assert.ok(!unknown.ok && unknown.fault.reason === "image" && /not known/.test(unknown.fault.message));
});

test("P44 a base that is damaged, of another engine or of another version is refused", () => {
  const [kept, of] = [Buffer.from(encodeBase(base).bytes), encodeEngine(base).bytes];
  const doctored = (change: (bytes: Buffer) => void): Buffer => {
    const bytes = Buffer.from(kept);
    change(bytes);
    return bytes;
  };
  const refuses = (bytes: Uint8Array, code: string, by = of): void =>
    assert.throws(() => decodeBase(bytes, by), { name: "ElsewhereError", code });
  refuses(kept.subarray(0, 50), "corrupt");
  refuses(kept.subarray(0, -1), "corrupt");
  refuses(
    doctored((bytes) => (bytes[0]! ^= 1)),
    "corrupt",
  );
  refuses(
    doctored((bytes) => (bytes[4]! ^= 1)),
    "unsupported",
  );
  refuses(
    doctored((bytes) => (bytes[8]! ^= 1)),
    "unsupported",
  );
  refuses(
    doctored((bytes) => bytes.writeUInt32LE(base.stackPointer - 65_536, 40)),
    "corrupt",
  );
  refuses(
    doctored((bytes) => bytes.writeUInt32LE(12, 48)),
    "corrupt",
  );
  refuses(kept, "unsupported", Uint8Array.of(...of.subarray(0, 100)));
});

test("P47 siblings with as many turns behind them share a template, and their images take a few hundred bytes", () => {
  const pager = openPager(3);
  const all = Array.from({ length: 40 }, (_, i) => new Kept(pager, `p${i}`, counting));
  const sizes: number[] = [];
  for (let round = 0; round < 5; round++)
    for (const [i, each] of all.entries()) {
      good(each.turn([`word ${i}`]));
      if (round === 4) sizes.push(each.image.bytes.length);
      collect(pager, all);
    }
  assert.ok(sizes.toSorted((a, b) => a - b)[20]! < 500, sizes.join());
  assert.ok(templatesOf(pager).size > 0);
});

test("P47 however many images a code has, its templates become rare", () => {
  const pager = openPager(2);
  const all = Array.from({ length: 12 }, (_, i) => new Kept(pager, `p${i}`, counting));
  for (const each of all) good(each.turn([]));
  for (let step = 0; step < 600; step++) {
    good(all[(step * step * 7) % all.length]!.turn([`w${step % 5}`]));
    collect(pager, all);
  }
  const made = pager.takeTemplates();
  assert.ok(made.length >= 1 && made.length < 25, `${made.length}`);
});

test("P47 an image never stands on a template that was dropped", () => {
  const pager = openPager();
  const one = new Kept(pager, "one", counting);
  good(one.turn([]));
  const dropped = one.image.template;
  pager.dropTemplate(dropped);
  assert.notEqual(one.image.template, "");
  good(one.turn(["a"]));
  const { template, bytes } = one.image;
  const next = openPager();
  next.addTemplate(templatesOf(pager).get(template)!);
  assert.ok(next.run("one", loadOf(counting, bytes), JSON.stringify(turnInput(3, dawn)), false).ok);
});

test("P48 the first turn of a code that is known gives what it gives when the code is compiled", () => {
  const pager = openPager(4);
  const first = good(new Kept(pager, "first", waiting).turn([], true));
  for (const name of ["second", "third"]) {
    const again = good(new Kept(pager, name, waiting).turn([], true));
    assert.deepEqual([again.json, again.polls, again.memoryBytes], [first.json, first.polls, first.memoryBytes]);
    templatesOf(pager);
    assert.ok(heapOf(again.image!).equals(heapOf(first.image!)));
  }
});

test("P48 code that does not parse fails each turn in which it would begin, and nobody else's", () => {
  const pager = openPager();
  for (const name of ["one", "two"]) {
    const ran = new Kept(pager, name, codeOf(`let let = 1;`)).turn([]);
    assert.ok(!ran.ok && ran.fault.reason === "threw" && /SyntaxError/.test(ran.fault.message));
    good(new Kept(pager, `${name} else`, counting).turn([]));
  }
});

test("P49 programs used over and over keep their slots while others pass through", () => {
  const pager = openPager(4);
  const regulars = ["a", "b"].map((name) => new Kept(pager, name, counting));
  const passers = Array.from({ length: 30 }, (_, i) => new Kept(pager, `p${i}`, counting));
  const all = [...regulars, ...passers];
  let parked = 0;
  for (let step = 0; step < 120; step++) {
    for (const each of [...regulars, passers[step % passers.length]!]) {
      if (step > 5 && regulars.includes(each) && !pager.has(each.name)) parked++;
      good(each.turn([]));
      collect(pager, all);
    }
  }
  assert.ok(parked <= 2, `${parked}`);
});

test("P7 a program that is neither live nor loaded, or that has not begun, is a fault of its own", () => {
  const pager = openPager();
  const nobody = pager.run("nobody", null, JSON.stringify(startInput()), false);
  assert.ok(!nobody.ok && nobody.fault.reason === "engine");
  const unbegun = pager.image("unbegun", loadOf(counting));
  assert.ok("fault" in unbegun && unbegun.fault.reason === "image");
  assert.equal(pager.live, 0);
});
