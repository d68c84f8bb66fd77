import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  BlockReader,
  checkIntent,
  FrameReader,
  limits,
  parseClientFrame,
  type Percept,
  protocolVersion,
  type Seen,
  writeBlocks,
} from "@elsewhere/protocol";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const page = read("docs/PROTOCOL.md");

/** Every line of every JSON block: each holds one example. */
const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)]
  .flatMap(([, block]) => (block ?? "").trim().split("\n"))
  .map((line) => JSON.parse(line) as { readonly type?: string; readonly kind?: string });

const clientTypes = ["hello", "intent", "resync", "replay"];
const literalsIn = (path: string, pattern: RegExp): Set<string> => new Set([...read(path).matchAll(pattern)].map(([, name]) => name ?? ""));

test("G32 the page on the protocol shows every frame, intent and percept by an example, and every example is sound", () => {
  const shown = { frames: new Set<string>(), intents: new Set<string>(), percepts: new Set<string>() };
  for (const example of examples) {
    if (example.type === undefined) shown.percepts.add(example.kind ?? "");
    else shown.frames.add(example.type);
    if (!clientTypes.includes(example.type ?? "")) continue;
    const frame = parseClientFrame(JSON.stringify(example));
    if (frame.type === "intent") shown.intents.add(checkIntent(frame.intent).kind);
    if (frame.type === "hello") assert.equal(frame.version, protocolVersion);
  }
  const hostTypes = literalsIn("packages/protocol/src/frames.ts", /readonly type: "(\w+)"/g);
  assert.deepEqual(shown.frames, new Set([...shown.frames, ...clientTypes, ...hostTypes]));
  assert.deepEqual(shown.intents, literalsIn("packages/protocol/src/intents.ts", /kind: z\.literal\("(\w+)"\)/g));
  assert.deepEqual(shown.percepts, literalsIn("packages/protocol/src/percepts.ts", /readonly kind: "(\w+)"/g));
});

test("G32 the examples of percepts and views have the fields of their kind", () => {
  const baker: Seen = {
    id: 1,
    name: "",
    kind: "person",
    x: 0,
    y: 0,
    facing: "north",
    posture: "awake",
    traits: {},
    marks: {},
    carries: [],
  };
  const who = { id: 1, name: "" };
  const shapes: readonly Percept[] = [
    { kind: "appeared", body: baker },
    { kind: "vanished", body: who },
    { kind: "changed", body: baker },
    { kind: "heard", from: who, how: "say", text: "" },
    { kind: "emoted", from: who, text: "" },
    { kind: "used", from: who },
    { kind: "did", from: who, verb: "", data: null, to: null },
    { kind: "moved_thing", how: "take", from: who, thing: who, to: null },
    { kind: "door", name: "", open: true, x: 0, y: 0 },
    { kind: "arrived", map: "", x: 0, y: 0 },
    { kind: "found", place: "" },
    { kind: "offered", offer: "", to: "", place: null, by: "", forSeconds: 1 },
    { kind: "knocked", offer: "", name: "", host: "", heapBytes: 1, forSeconds: 1 },
  ];
  for (const shape of shapes) {
    const example = examples.find(({ kind }) => kind === shape.kind);
    assert.deepEqual(Object.keys(example ?? {}).toSorted(), Object.keys(shape).toSorted(), shape.kind);
    const bodies = [example, shape].map((percept) => Object.keys((percept as { body?: object }).body ?? {}).toSorted());
    assert.deepEqual(bodies[0], bodies[1], shape.kind);
  }
});

test("G32 the binary frames that the page spells out mean what it says", () => {
  const spelled = page.slice(page.indexOf("A view of one patch with two people"));
  const [view = "", tick = ""] = spelled
    .slice(spelled.indexOf("```") + 3)
    .split("```")[0]!
    .split("\n\n")
    .map((part) =>
      part
        .split("\n")
        .map((line) => /^(?:[0-9a-f]{2}(?: +|$))*/.exec(line)![0])
        .join(" "),
    );
  const bytes = (text: string): Uint8Array => Uint8Array.from(text.trim().split(/\s+/), (byte) => parseInt(byte, 16));
  const reader = new FrameReader();
  const shown = reader.read(bytes(view));
  assert.ok(shown?.type === "view");
  assert.deepEqual([shown.seq, shown.tick, shown.now, shown.map, shown.sight, shown.doors], [6, 5120, 1_000_000, "inn", 16, []]);
  assert.deepEqual(
    shown.bodies.map(({ id, name, kind, x, y, traits }) => [id, name, kind, x * 16, y * 16, traits]),
    [
      [7, "Ada", "person", 24, 40, {}],
      [12, "Bo", "program", 200, 8, { hat: "red" }],
    ],
  );
  const next = reader.read(bytes(tick));
  assert.ok(next?.type === "tick");
  assert.deepEqual([next.seq, next.tick, next.now, next.moves, next.percepts], [7, 5121, 1_006_000, [[7, 30 / 16, 2.5, 1]], []]);
});

test("G32 the block of a film that the page spells out is what is written, and reads as the page says", () => {
  const spelled = page.slice(page.indexOf("A block of two entries")).split("```")[1]!;
  const text = spelled.split("\n").map((line) => /^(?:[0-9a-f]{2}(?: +|$))*/.exec(line)![0]);
  const bytes = Uint8Array.from(text.join(" ").trim().split(/\s+/), (byte) => parseInt(byte, 16));
  // Nothing in it is packed.
  const never = (): Uint8Array => assert.fail("something is packed");
  const reader = new BlockReader(bytes, { decompress: never });
  const entries = [...reader.entries()];
  assert.deepEqual(
    entries.map(({ kind, tick, seq }) => [kind, tick, seq]),
    [
      ["keyframe", 5, 1],
      ["tick", 6, 2],
    ],
  );
  const [first, second] = [...reader.play()].map(({ state }) => state!.row(0)["x"]);
  assert.deepEqual([reader.head.map, first, second], ["inn", 27, 27]);
  assert.equal(reader.openingState()!.row(0)["x"], 24);
  const [written] = writeBlocks(entries, { compress: (raw) => raw, decompress: never });
  assert.deepEqual(written!.bytes, bytes);
});

test("G32 the page names every error code, and its figures are those of the limits", () => {
  const codes = literalsIn("packages/protocol/src/errors.ts", /^ {2}\| "(\w+)"/gm);
  assert.ok(codes.size > 10);
  for (const code of codes) assert.ok(page.includes(`| \`${code}\` |`), code);
  const number = (value: number): string => value.toLocaleString("en");
  for (const text of [
    `${number(limits.frameBytesMax)} bytes`,
    `${limits.framesPerSecondMax} a second, ${2 * limits.framesPerSecondMax} at once`,
    `within ${limits.helloMsMax / 1000} s`,
    `pings every ${limits.pingMs / 1000} s`,
    `sessions | ${number(limits.sessionsMax)} |`,
    `because ${limits.replaysMax} run already`,
    `from -${number(limits.replaySpeedMax)} to ${number(limits.replaySpeedMax)}`,
    `at most ${number(limits.replayStepTicksMax)}, or back`,
    `(at most ${limits.densityBinsMax}) equal spans`,
    `\`limit\` at most ${limits.searchItemsMax}, 20`,
    `1 to ${limits.searchCharsMax} characters`,
    `${limits.textCharsMax} characters`,
    `At most ${number(limits.memoryPageItemsMax)} items`,
    `than ${limits.httpRequestsPerSecondMax} requests a second`,
    `a JSON body of at most ${number(limits.httpBodyBytesMax)} bytes`,
    `\`limit\` is at most ${limits.programsPageItemsMax}`,
    `at most ${limits.programsSearchCharsMax} characters, leaves`,
    `at most ${limits.spawnMemoryBytesMax / 1024} KB of JSON`,
    `above 0 and at most ${limits.spawnShareMax}`,
  ]) {
    assert.ok(page.replaceAll("\n", " ").includes(text), text);
  }
});

test("G32 the page names every field and value of what is told of programs, and every command", () => {
  const source = read("packages/protocol/src/http.ts");
  const shapes = ["ProgramInfo", "ProgramsPage", "ProgramImage", "Quota", "ProgramDetail"].map((name) => {
    const shape = new RegExp(`interface ${name} \\{([^}]*)\\}`).exec(source)?.[1];
    assert.ok(shape, name);
    return shape;
  });
  const fields = shapes.flatMap((shape) => [...shape.matchAll(/readonly (\w+):/g)].map(([, field]) => field ?? ""));
  const values = shapes.flatMap((shape) => [...shape.matchAll(/"(\w+)"/g)].map(([, value]) => value ?? ""));
  const commands = [...source.matchAll(/readonly kind: "(\w+)"/g)].map(([, kind]) => kind ?? "");
  assert.deepEqual([fields.length > 30, values.length, commands.length], [true, 12, 5]);
  const told = page.slice(page.indexOf("## HTTP"));
  for (const word of [...fields, ...values]) assert.match(told, new RegExp(`[\`{,[ ]${word}[\`},\\]: ]`), word);
  for (const kind of commands) assert.ok(told.includes(`{"kind": "${kind}"`), kind);
});
