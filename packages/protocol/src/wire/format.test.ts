import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { ElsewhereError } from "../errors.ts";
import { protocolVersion } from "../frames.ts";
import type { Percept } from "../percepts.ts";
import { writeBody } from "./bodies.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { frameKinds, neighbours, patchParts, tickParts } from "./layout.ts";
import { FrameReader } from "./reader.ts";
import { readStep, writeStep } from "./steps.ts";
import { writeTick, writeView } from "./writer.ts";

/** The version that the bytes below belong to, and their hash. */
const pinned = { version: 2, hash: "36df783491cdd435" };

const bread: Percept = { kind: "heard", from: { id: 900, name: "Bo" }, how: "say", text: "Brot für alle" };
const plain = { kind: "program", x: 1_000, y: 88, facing: 3, asleep: false, traits: {}, marks: {}, carries: [] } as const;
const adorned = {
  kind: "person",
  x: 8,
  y: 7,
  facing: 0,
  asleep: true,
  traits: { hat: "red" },
  marks: { soot: 1 },
  carries: ["a loaf"],
} as const;

/** A view of two cells, and a tick in which somebody goes, walks over, comes, moves and changes, with all parts there are. */
function frames(): Uint8Array[] {
  const view = new ByteWriter(8);
  const head = { seq: 255, tick: 70_000, now: 1.5e12, worldMsPerTick: 6_000.25, map: "harbour", body: 7, sightTiles: 16 };
  writeView(
    view,
    head,
    (out) => {
      for (const number of [1, 0, 2, 1]) out.varint(number);
      out.varint(2);
      out.varint(7);
      writeBody(out, { ...adorned, name: "Ada" });
      out.varint(893);
      writeBody(out, { ...plain, name: "Bo" });
      out.varint(0);
      return tickParts.fresh;
    },
    [{ name: "hatch", open: true, x: 3, y: 400 }],
  );
  const tick = new ByteWriter(8);
  writeTick(tick, { seq: 256, passed: 3 }, changes, [bread], (percept) => new TextEncoder().encode(JSON.stringify(percept)));
  return [view.since(0), tick.since(0)];
}

function changes(out: ByteWriter): number {
  for (const number of [1, 0, 3, 1]) out.varint(number);
  out.byte(0b11);
  out.byte(patchParts.gone | patchParts.all | patchParts.looks);
  for (const number of [1, 1]) out.varint(number);
  writeStep(out, 0, 6, 2);
  for (const number of [1, 0]) out.varint(number);
  writeBody(out, { ...adorned, name: "Ada", y: 13 });
  out.byte(patchParts.referred | patchParts.came);
  for (const number of [1, 6, 1]) out.varint(number);
  writeStep(out, 3, -2, 1);
  for (const number of [1, 2]) out.varint(number);
  writeBody(out, { ...plain, name: "Cy" });
  out.varint(0);
  return tickParts.window | tickParts.patches;
}

test("Y4 the bytes of frames change only with a decision about protocolVersion", () => {
  const codes = Array.from({ length: 255 }, (_, code) => {
    const body = { x: 0, y: 0, facing: 9 };
    try {
      return [code, readStep(new ByteReader(Uint8Array.of(code)), body), body];
    } catch {
      return [code, null];
    }
  });
  const hash = createHash("sha256").update(JSON.stringify({ frameKinds, tickParts, patchParts, neighbours, codes }));
  for (const frame of frames()) hash.update(frame);
  const found = { version: protocolVersion, hash: hash.digest("hex").slice(0, 16) };
  const advice =
    "A client of this version would misread the new bytes: raise protocolVersion, say in docs/PROTOCOL.md what changed, and pin both here.";
  assert.deepEqual(pinned, found, advice);
});

test("Y4 a frame with every part there is reads as it was written", () => {
  const reader = new FrameReader();
  const [view, tick] = frames().map((bytes) => reader.read(bytes));
  assert.equal(view?.type, "view");
  assert.deepEqual(view.type === "view" && [view.map, view.tick, view.sight, view.doors, view.bodies.map(({ name }) => name)], [
    "harbour",
    70_000,
    16,
    [{ name: "hatch", open: true, x: 3, y: 400 }],
    ["Ada"],
  ]);
  assert.deepEqual(tick, {
    type: "tick",
    seq: 0,
    tick: 70_003,
    now: 1.5e12 + Math.round(3 * 6_000.25),
    moves: [],
    percepts: [
      {
        kind: "changed",
        body: {
          id: 7,
          name: "Ada",
          kind: "person",
          x: 0.5,
          y: 13 / 16,
          facing: "north",
          posture: "asleep",
          traits: { hat: "red" },
          marks: { soot: 1 },
          carries: ["a loaf"],
        },
      },
      bread,
    ],
  });
});

test("Y2 whatever bytes come, a reader makes a frame of them or refuses them by name, and reads the next view as ever", () => {
  const whole = frames();
  const bend = fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom("change", "cut", "add"));
  fc.assert(
    fc.property(fc.nat(1), fc.array(bend, { minLength: 1, maxLength: 4 }), (which, bends) => {
      const reader = new FrameReader();
      if (which === 1) reader.read(whole[0]!);
      let bytes = [...whole[which]!];
      for (const [at, value, how] of bends) {
        const place = at % bytes.length;
        if (how === "change") bytes[place] = value;
        else if (how === "cut") bytes = bytes.slice(0, Math.max(1, place));
        else bytes.splice(place, 0, value);
      }
      try {
        reader.read(Uint8Array.from(bytes));
      } catch (error) {
        assert.ok(error instanceof ElsewhereError && error.code === "malformed", String(error));
      }
      assert.equal(reader.read(whole[0]!)?.type, "view");
    }),
    { numRuns: 20_000 },
  );
});
