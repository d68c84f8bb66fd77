import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { limits } from "@elsewhere/protocol";
import { helpFor, helpLines } from "./help.ts";
import { type Command, commandWords, parseCommand, type Surroundings } from "./parse.ts";

const around: Surroundings = {
  bodies: [
    { id: 1, name: "Marta the baker" },
    { id: 2, name: "Marta" },
    { id: 3, name: "Old Wen" },
    { id: 4, name: "loaf" },
    { id: 5, name: "loaf" },
  ],
  carried: [
    { id: 10, name: "brass key" },
    { id: 11, name: "rope" },
  ],
  places: ["bakery", "bath house", "market"],
  doors: ["cellar door"],
};

const parse = (line: string): Command => parseCommand(line, around);
const mistake = (line: string): string => {
  const command = parse(line);
  assert.equal(command.kind, "mistake", `${line} should be a mistake`);
  return command.kind === "mistake" ? command.message : "";
};

test("K1 plain text is said, and two slashes begin speech with one", () => {
  assert.deepEqual(parse("  Good morning "), { kind: "say", text: "Good morning" });
  assert.deepEqual(parse("//shrug"), { kind: "say", text: "/shrug" });
  assert.deepEqual(parse("   "), { kind: "nothing" });
});

test("K1 every word of the help is understood, and every word understood has a reader", () => {
  for (const { word } of helpLines) assert.ok(commandWords.includes(word), word);
  assert.match(mistake("/dance"), /no \/dance/);
  assert.match(mistake("/constructor"), /no \/constructor/);
});

test("K2 a whisper finds the longest name that fits, a quoted name, or the beginning of a word", () => {
  assert.deepEqual(parse("/w Marta the baker two loaves"), { kind: "whisper", to: around.bodies[0], text: "two loaves" });
  assert.deepEqual(parse("/w marta hello"), { kind: "whisper", to: around.bodies[1], text: "hello" });
  assert.deepEqual(parse('/w "Marta the baker" marta'), { kind: "whisper", to: around.bodies[0], text: "marta" });
  assert.deepEqual(parse("/whisper wen psst"), { kind: "whisper", to: around.bodies[2], text: "psst" });
  assert.match(mistake("/w nobody hi"), /“nobody”/);
  assert.match(mistake("/w wen"), /what to whisper to Old Wen/);
});

test("K2 a name that could be several is asked back, unless they are all called the same", () => {
  assert.match(mistake("/go ba"), /bakery, bath house/);
  assert.deepEqual(parse("/take loaf"), { kind: "take", thing: around.bodies[3] });
});

test("K3 a verb takes JSON, and what is none is a mistake that shows how", () => {
  assert.deepEqual(parse('/do trade {"loaves": 2}'), { kind: "do", verb: "trade", data: { loaves: 2 } });
  assert.deepEqual(parse("/do wave"), { kind: "do", verb: "wave", data: null });
  assert.match(mistake("/do trade {loaves"), /not JSON/);
  assert.match(mistake("/do"), /Write a verb/);
});

test("K3 doors take a code, things are given and dropped from what one carries", () => {
  assert.deepEqual(parse("/use cellar 1234"), { kind: "use", target: "cellar door", name: "cellar door", code: "1234" });
  assert.deepEqual(parse("/use wen"), { kind: "use", target: 3, name: "Old Wen", code: null });
  assert.deepEqual(parse("/give key to Old Wen"), { kind: "give", thing: around.carried[0], to: around.bodies[2] });
  assert.deepEqual(parse("/drop rope"), { kind: "drop", thing: around.carried[1] });
  assert.match(parseCommandEmpty("/give rope wen"), /carry nothing/);
});

function parseCommandEmpty(line: string): string {
  const command = parseCommand(line, { ...around, carried: [] });
  return command.kind === "mistake" ? command.message : "";
}

test("K3 one goes to places, bodies and coordinates, and to what only the world may know", () => {
  assert.deepEqual(parse("/go bakery"), { kind: "go", to: "bakery" });
  assert.deepEqual(parse("/go bath"), { kind: "go", to: "bath house" });
  assert.deepEqual(parse("/go @12,30"), { kind: "go", to: "@12,30" });
  assert.deepEqual(parse("/go mill/loft"), { kind: "go", to: "mill/loft" });
  assert.deepEqual(parse("/go cellar~under the ivy"), { kind: "go", to: "cellar~under the ivy" });
  assert.deepEqual(parse("/go wen"), { kind: "go", to: around.bodies[2] });
  assert.deepEqual(parse("/go the moon"), { kind: "go", to: "the moon" });
  assert.deepEqual(parse("/look"), { kind: "look", at: null });
});

test("K4 text over the limit is refused before it is sent, with the limit", () => {
  assert.match(mistake("x".repeat(limits.textCharsMax + 1)), new RegExp(`${limits.textCharsMax}`));
  assert.match(mistake(`/me ${"x".repeat(limits.emoteCharsMax + 1)}`), new RegExp(`${limits.emoteCharsMax}`));
  assert.equal(parse("x".repeat(limits.textCharsMax)).kind, "say");
});

test("K1 no line of text is too odd to be read", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.string().map((text) => `/${text}`),
        fc.constantFrom(...commandWords).chain((word) => fc.string().map((rest) => `/${word} ${rest}`)),
      ),
      (line) => {
        assert.equal(typeof parse(line).kind, "string");
        helpFor(line);
      },
    ),
  );
});

test("K1 the hints follow what is being written", () => {
  assert.deepEqual(
    helpFor("/dr").map(({ word }) => word),
    ["drop"],
  );
  assert.deepEqual(
    helpFor("/go bak").map(({ word }) => word),
    ["go"],
  );
  assert.deepEqual(helpFor("hello"), []);
  assert.deepEqual(helpFor("//hello"), []);
  assert.equal(helpFor("/").length, helpLines.length);
});
