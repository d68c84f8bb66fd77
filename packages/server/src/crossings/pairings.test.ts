import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "@elsewhere/protocol";
import fc from "fast-check";
import type { CommitBatch } from "../storage/contract.ts";
import { code } from "../storage/testing/rows.ts";
import { addressAt, parseAddress, parsePairingLine, webAddressOf } from "./address.ts";
import type { Offer } from "./messages.ts";
import { Pairings, pairingRequest, type PairingRequest } from "./pairings.ts";

const fingerprint = (letter: string): string => letter.repeat(43);
const [self, haven, other, earlier] = [fingerprint("S"), fingerprint("H"), fingerprint("O"), fingerprint("E")];
const havenLine = `elsewhere://haven.example#${haven}`;

/** A disk that settings lie on, and that writes when it is told to. */
function disk() {
  const settings = new Map<string, string>();
  const waiting: (() => void)[] = [];
  let holding = false;
  return {
    settings,
    hold: () => (holding = true),
    write: () => waiting.shift()!(),
    setting: async (key: string) => settings.get(key) ?? null,
    commit: async (batch: CommitBatch) => {
      if (holding) await new Promise<void>((done) => waiting.push(done));
      for (const { key, value } of batch.settings ?? []) settings.set(key, value!);
    },
  };
}

const load = (storage = disk()) => Pairings.load({ storage, self, address: "elsewhere://harbour.example:7070" });
const offerOf = (heapBytes: number) => ({ heapBytes }) as Offer;
const guests = (count: number) => Array.from({ length: count }, () => ({ heapBytes: 1 }));

test("V100 an address is read in one spelling, and asked in the clear on its own machine alone", () => {
  const read = (text: string) => {
    const { address, place } = parseAddress(text, "to");
    return [address, place, webAddressOf(address)];
  };
  assert.deepEqual(read("elsewhere://haven.example"), ["elsewhere://haven.example:7070", null, "https://haven.example:7070"]);
  assert.deepEqual(read("elsewhere://Haven.Example:80/"), ["elsewhere://haven.example:80", null, "https://haven.example:80"]);
  assert.deepEqual(read("ELSEWHERE://haven.example:443/town/the%20gate"), [
    "elsewhere://haven.example:443",
    "town/the gate",
    "https://haven.example",
  ]);
  assert.deepEqual(read("elsewhere://localhost:7071"), ["elsewhere://localhost:7071", null, "http://localhost:7071"]);
  assert.deepEqual(read("elsewhere://[::1]:80/gate"), ["elsewhere://[::1]:80", "gate", "http://[::1]"]);
  assert.deepEqual(read("elsewhere://127.0.0.1"), ["elsewhere://127.0.0.1:7070", null, "http://127.0.0.1:7070"]);
  assert.deepEqual(["http://localhost:7071", "https://haven.example", "http://10.0.0.5"].map(addressAt), [
    "elsewhere://localhost:7071",
    "elsewhere://haven.example:443",
    "elsewhere://10.0.0.5:80",
  ]);
});

test("V100 what is no address or no line is refused in one line that repeats no secret", () => {
  const bad = ["", "haven", "http://haven.example", "elsewhere://", "elsewhere://haven:0", "elsewhere://haven:65536", "elsewhere://a b"];
  bad.push("elsewhere://ha%7Even", "elsewhere://ada@haven", "elsewhere://haven?x", "elsewhere://haven/%", "elsewhere://haven/a/b/c");
  for (const text of bad) assert.throws(() => parseAddress(text, "to"), code("malformed"), text);
  assert.throws(() => parseAddress(`elsewhere://${"a".repeat(limits.urlCharsMax)}`, "to"), code("limit"));
  assert.throws(
    () => parseAddress("elsewhere:/haven/vault~lantern", "to"),
    ({ message }: Error) => !message.includes("lantern"),
  );
  assert.deepEqual(parsePairingLine(` ${havenLine}\n`, "line"), { address: "elsewhere://haven.example:7070", host: haven });
  const lines = ["elsewhere://haven.example", `${havenLine}#`, `${havenLine}x`, `elsewhere://haven.example/gate#${haven}`, `#${haven}`];
  for (const line of lines) assert.throws(() => parsePairingLine(line, "line"), code("malformed"), line);
});

test("V101 a pairing says who may come, how many and how large, and whom to ask", async () => {
  const pairings = await load();
  const admission = async (terms: Partial<PairingRequest>, heapBytes = 1_000, count = 0) => {
    await pairings.pair({ line: havenLine, ...terms });
    const answer = pairings.admission(offerOf(heapBytes), haven, guests(count));
    return answer.kind === "refused" ? [answer.error.code, answer.error.limit] : answer;
  };
  assert.deepEqual(await admission({}), { kind: "asked", program: null });
  assert.deepEqual(await admission({ admits: "program:keeper" }), { kind: "asked", program: "keeper" });
  assert.deepEqual(await admission({ admits: "never" }), ["forbidden", undefined]);
  assert.deepEqual(await admission({ admits: "always", guestsMax: 2, heapBytesMax: 500 }, 500, 1), { kind: "taken" });
  assert.deepEqual(await admission({}, 500, 2), ["limit", 2]);
  assert.deepEqual(await admission({}, 501, 1), ["limit", 500]);
  assert.equal(pairings.admission(offerOf(1), other, []).kind, "refused", "a host that is not paired sends nobody");
  for (const admits of ["", "sometimes", "program:", "program:the keeper", "Always"]) {
    assert.equal(pairingRequest.safeParse({ line: havenLine, admits }).success, false, admits);
  }
});

test("V102 a pairing counts once it is durable, changes come one after the other, and all is there after a restart", async () => {
  const storage = disk();
  const pairings = await load(storage);
  storage.hold();
  const first = pairings.pair({ line: havenLine });
  const second = pairings.pair({ line: havenLine, admits: "always", spawns: ["programs/chick.ts"] });
  await new Promise(setImmediate);
  assert.deepEqual([pairings.list(), pairings.isPaired(haven), storage.settings.size], [[], false, 0]);
  storage.write();
  await first;
  assert.equal(pairings.admission(offerOf(1), haven, []).kind, "asked");
  await new Promise(setImmediate);
  storage.write();
  const pairing = await second;
  assert.deepEqual((await load(storage)).list(), [pairing]);
  assert.deepEqual((await load(storage)).spawnsFor(haven), ["programs/chick.ts"]);
  storage.settings.set("pairings", '[{"host":"x"}]');
  await assert.rejects(load(storage), code("corrupt"));
});

test("V102 whatever was paired with is read again", async () => {
  const request = fc.record(
    {
      line: fc.tuple(fc.webAuthority({ withPort: true }), fc.stringMatching(/^[\w-]{43}$/)).map(([at, key]) => `elsewhere://${at}#${key}`),
      name: fc.string({ maxLength: limits.nameCharsMax, unit: "binary" }),
      guestsMax: fc.nat(limits.programsMax),
    },
    { requiredKeys: ["line"] },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 5 }), async (requests) => {
      const storage = disk();
      const pairings = await load(storage);
      for (const each of requests) {
        const checked = pairingRequest.safeParse(each);
        if (checked.success) await pairings.pair(checked.data).catch(() => null);
      }
      assert.deepEqual((await load(storage)).list(), pairings.list());
    }),
    { numRuns: 50 },
  );
});

test("V103 terms are as usual at first, and what is not said again stays", async () => {
  const pairings = await load();
  const usual = {
    host: haven,
    name: "haven.example",
    address: "elsewhere://haven.example:7070",
    admits: "ask",
    guestsMax: 100,
    heapBytesMax: limits.programHeapBytesMax,
    spawns: [],
    inPlaceOf: null,
  };
  assert.deepEqual(await pairings.pair({ line: havenLine }), usual);
  const changed = { ...usual, name: "haven", admits: "always" };
  assert.deepEqual(await pairings.pair({ line: havenLine, name: "haven", admits: "always" }), changed);
  const moved = { ...changed, address: "elsewhere://haven.example:7071", guestsMax: 3 };
  assert.deepEqual(await pairings.pair({ line: `elsewhere://haven.example:7071#${haven}`, guestsMax: 3 }), moved);
  assert.deepEqual(pairings.list(), [moved]);
  await pairings.unpair(haven);
  await assert.rejects(pairings.unpair(haven), code("unknown"));
  assert.deepEqual([pairings.list(), pairings.nameOf(haven)], [[], haven]);
});

test("V103 names and addresses mean one host each, and nobody is paired with itself", async () => {
  const pairings = await load();
  await pairings.pair({ line: havenLine });
  const otherAt = (port: number) => `elsewhere://haven.example:${port}#${other}`;
  await assert.rejects(pairings.pair({ line: otherAt(7071) }), { code: "taken", detail: { field: "name" } });
  await assert.rejects(pairings.pair({ line: otherAt(7070), name: "other" }), { code: "taken", detail: { field: "line" } });
  await assert.rejects(pairings.pair({ line: pairings.line }), code("malformed"));
  await pairings.pair({ line: otherAt(7071), name: "other" });
  assert.deepEqual(
    pairings.list().map(({ name }) => name),
    ["haven.example", "other"],
  );
  for (const name of ["", "a/b", "a b", "a#b", "a~b", "elsewhere://x", "a\nb", "x".repeat(65)]) {
    assert.equal(pairingRequest.safeParse({ line: havenLine, name }).success, false, name);
  }
});

test("V104 a paired host is found by its name or address, with a place or without, and no other is", async () => {
  const pairings = await load();
  await pairings.pair({ line: havenLine, name: "haven" });
  for (const [to, place] of [
    ["haven", null],
    ["haven/", null],
    ["haven/gate", "gate"],
    ["haven/town/gate", "town/gate"],
    ["elsewhere://haven.example", null],
    ["elsewhere://HAVEN.example:7070/town/gate", "town/gate"],
    ["elsewhere://haven.example/@3,4", "@3,4"],
  ] as const) {
    assert.deepEqual(pairings.find(to), { host: haven, place }, to);
  }
  const strangers = ["", "Haven", "havens", "/haven", "haven/a/b/c", "elsewhere://haven.example:7071", "elsewhere://haven", "http://haven"];
  for (const to of strangers) assert.equal(pairings.find(to), null, to);
  assert.deepEqual([pairings.nameOf(haven), pairings.addressOf(haven)], ["haven", "elsewhere://haven.example:7070"]);
  assert.deepEqual([pairings.nameOf(other), pairings.addressOf(other), pairings.spawnsFor(other)], [other, null, []]);
});

test("V105 a restored host takes the place of the one it was copied from, which is trusted no longer", async () => {
  const pairings = await load();
  await pairings.pair({ line: `elsewhere://haven.example#${earlier}`, name: "haven", admits: "always", guestsMax: 7 });
  await assert.rejects(pairings.pair({ line: havenLine }), code("taken"));
  const restored = await pairings.pair({ line: havenLine, inPlaceOf: earlier });
  assert.deepEqual(
    [restored.name, restored.admits, restored.guestsMax, pairings.list().length, pairings.isPaired(earlier)],
    ["haven", "always", 7, 1, false],
  );
  assert.deepEqual([pairings.predecessorOf(haven), pairings.predecessorOf(earlier), pairings.nameOf(earlier)], [earlier, null, "haven"]);
  assert.deepEqual([pairings.successorOf(earlier), pairings.successorOf(haven)], [haven, haven]);
  assert.equal((await pairings.pair({ line: havenLine, guestsMax: 8 })).inPlaceOf, earlier, "said once, it stays said");
  const second = { line: `elsewhere://elsewhere.example#${other}`, inPlaceOf: earlier };
  await assert.rejects(pairings.pair(second), { code: "taken", detail: { field: "inPlaceOf" } });
  const former = pairings.pair({ line: `elsewhere://other.example#${earlier}` });
  await assert.rejects(former, { code: "taken", detail: { field: "line" } }, "whoever has the earlier key is heard no more");
  for (const inPlaceOf of [haven, self]) await assert.rejects(pairings.pair({ line: havenLine, inPlaceOf }), code("malformed"));
});
