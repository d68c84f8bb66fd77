import assert from "node:assert/strict";
import { test } from "node:test";
import { haven, havenLine, operated, self } from "./testing/operating.ts";

test("V112 a host says its own line, with the address it is reached at should that be another", async () => {
  const { run } = await operated();
  const own = await run(["pair"]);
  assert.deepEqual([own.printed, own.error], [[`elsewhere://localhost:7070#${self}`], null]);
  assert.match(own.said.join(), /^note: this address means this very machine; .* --address$/);
  const told = await run(["pair", "--address", "elsewhere://Harbour.example", "--json"]);
  assert.deepEqual([told.printed, told.said], [[`{"line":"elsewhere://harbour.example:7070#${self}"}`], []]);
  assert.match((await run(["pair", "--address", "elsewhere://harbour.example/quay"])).error!, /leave out \/quay$/);
});

test("V112 hosts are paired, shown, changed and parted from the command line", async () => {
  const { run, pairings } = await operated();
  assert.match((await run(["pair", "--list"])).printed.join(), /^This host is paired with none: elsewhere pair LINE/);
  const paired = await run(["pair", havenLine, "--name", "haven", "--grants", "programs/chick.ts,programs/hen.ts"]);
  assert.equal(
    paired.printed.join(),
    "haven (elsewhere://localhost:7071) is paired with this host: you are asked before anybody comes in from there, at most 100 at once " +
      "with heaps of up to 2097152 bytes. They may start programs/chick.ts, programs/hen.ts. It has to be paired with this one too.",
  );
  await run(["pair", havenLine, "--admits", "program:keeper", "--guests", "3", "--heap-bytes", "1000", "--grants", ""]);
  const [pairing] = pairings.list();
  assert.deepEqual(pairing, {
    host: haven,
    name: "haven",
    address: "elsewhere://localhost:7071",
    admits: "program:keeper",
    guestsMax: 3,
    heapBytesMax: 1000,
    spawns: [],
    inPlaceOf: null,
  });
  const { printed } = await run(["pair", "--list"]);
  assert.deepEqual(printed.join().split("\n"), [
    "name   address                     admits          guests  heap bytes  may start  host key",
    `haven  elsewhere://localhost:7071  program:keeper  3       1000                   ${haven}`,
  ]);
  assert.deepEqual((await run(["pair", "--list", "--json"])).printed, [JSON.stringify({ pairings: [pairing] })]);
  const again = `elsewhere://localhost:7072#${"R".repeat(43)}`;
  assert.match((await run(["pair", again, "--in-place-of", haven])).printed.join(), new RegExp(`speaks for the earlier host ${haven}`));
  assert.match((await run(["pair", "--remove", "haven"])).printed.join(), /^haven is paired with this host no longer/);
  assert.deepEqual(pairings.list(), []);
});

test("V112 what cannot be paired is one line that says what to do, and pairs nobody", async () => {
  const { run, pairings } = await operated();
  for (const [args, message] of [
    [["pair", "haven"], /^"haven" is no pairing line: write elsewhere:/],
    [["pair", havenLine, "--admits", "maybe"], /paired with nobody: .*write always, ask, never or program:ID/],
    [["pair", `elsewhere://localhost:7070#${self}`], /paired with nobody: this is the line of this very host/],
    [["pair", "--name", "haven"], /^terms are those of a pairing: give its line as well$/],
    [["pair", "--list", "--remove", "haven"], /^one thing at a time/],
    [["pair", "--remove", "haven"], /^none is called "haven": elsewhere pair --list/],
    [["pair", havenLine, "--guests", "many"], /It must be a whole number from 0/],
    [["pair", havenLine, "--url", "harbour"], /^--url wants the address of a host/],
    [["pair", havenLine, "--token", "ada"], /only the operator may see this/],
  ] as const) {
    const { error, printed } = await run(args);
    assert.match(error!, message, args.join(" "));
    assert.deepEqual(printed, [], args.join(" "));
  }
  assert.deepEqual(pairings.list(), []);
});
