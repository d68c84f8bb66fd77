import { readFileSync } from "node:fs";
import { BlockReader, type FilmEntry, type FilmStep, writeBlocks } from "@elsewhere/protocol";
import { MapState } from "@elsewhere/world";
import { writeRecord } from "../../packages/world/src/codec.ts";
import { Journal } from "../../packages/world/src/journal.ts";
import { asciiMap } from "../../packages/world/src/testing/ascii-map.ts";
import { zstd } from "../../packages/server/src/record/block.ts";
import { comes, packedBytes } from "./trace.ts";

/** What happened in a step of the day: who stood on another tile than before, and what was said. */
export interface DayStep {
  readonly step: number;
  readonly moves: readonly { readonly agent: string; readonly x: number; readonly y: number }[];
  readonly speech: readonly { readonly speaker: string; readonly text: string }[];
}

type Chat = readonly (readonly [speaker: string, text: string])[];
type Movements = Readonly<
  Record<string, Readonly<Record<string, { readonly movement: readonly [number, number]; readonly chat: Chat | null }>>>
>;

const [width, height, sixteenths] = [140, 100, 16];
const rowBytes = 150;
const hearingTiles = 4;

/** Reads a day of Smallville. A conversation stands in every record while it lasts: its utterances are told once, where it begins. */
function readDay(path: string): readonly DayStep[] {
  const found = JSON.parse(readFileSync(path, "utf8")) as Movements;
  const at = new Map<string, string>();
  const said = new Set<string>();
  const days = Object.keys(found).toSorted((a, b) => Number(a) - Number(b));
  return days.map((key) => {
    const records = Object.entries(found[key]!);
    const moves = records.flatMap(([agent, { movement }]) => {
      if (at.get(agent) === String(movement)) return [];
      at.set(agent, String(movement));
      return [{ agent, x: movement[0], y: movement[1] }];
    });
    const chats = records.flatMap(([, { chat }]) => (chat === null ? [] : [chat]));
    const fresh = chats.filter((chat) => {
      const text = JSON.stringify(chat);
      if (said.has(text)) return false;
      said.add(text);
      return true;
    });
    const order = [...at.keys()];
    moves.sort((a, b) => order.indexOf(a.agent) - order.indexOf(b.agent));
    return { step: Number(key), moves, speech: fresh.flat().map(([speaker, text]) => ({ speaker, text })) };
  });
}

/** The record a map would have of it: a tick a step, people set onto their tiles, and what they say as everybody near hears it. */
function recordDay(days: readonly DayStep[]): readonly FilmEntry[] {
  const line = ".".repeat(width);
  const state = MapState.fresh(asciiMap(Array.from({ length: height }, () => line).join("\n"), { name: "ville" }));
  const entries: FilmEntry[] = [];
  const put = (kind: FilmEntry["kind"], bytes: Uint8Array): void => {
    entries.push({ kind, tick: state.tick, seq: entries.length + 1, batch: state.tick + 1, bytes });
  };
  put("keyframe", state.keyframe());
  const agents = new Map<string, number>();
  const spoken = new Map<number, number>();
  for (const { step, moves, speech } of days) {
    state.advanceTo(step + 1);
    const journal = new Journal(state);
    for (const { agent, x, y } of moves) {
      if (!agents.has(agent)) agents.set(agent, agents.size + 1);
      place(journal, agents.get(agent)!, agent, x, y);
    }
    for (const { speaker, text } of speech) {
      const id = agents.get(speaker)!;
      const slot = state.bodyTable.slotOf(id);
      const n = (spoken.get(id) ?? 0) + 1;
      spoken.set(id, n);
      const scope = { tile: state.bodyTable.tile[slot]!, layers: 1, radius: hearingTiles };
      journal.setLastN(slot, n);
      journal.emit({ kind: "heard", from: { id, name: speaker }, how: "say", text, to: null, scope, cause: { body: id, n } });
      journal.emit({ kind: "reply", body: id, n, answer: { ok: true, data: null } });
    }
    const delta = journal.delta();
    if (delta) put("tick", writeRecord(delta));
  }
  return entries;
}

function place(journal: Journal, id: number, name: string, tileX: number, tileY: number): void {
  const { bodyTable } = journal.state;
  const [x, y] = [tileX * sixteenths + sixteenths / 2, tileY * sixteenths + sixteenths / 2];
  const slot = bodyTable.slotOf(id);
  if (slot !== -1) {
    const [dx, dy] = [x - bodyTable.x[slot]!, y - bodyTable.y[slot]!];
    journal.move(slot, x, y, Math.abs(dx) >= Math.abs(dy) ? (dx > 0 ? 1 : 3) : dy > 0 ? 2 : 0);
    return;
  }
  comes(journal, id, "program", name, x, y);
}

/** What the day takes, in bytes. */
export interface DaySizes {
  readonly moves: number;
  readonly utterances: number;
  readonly ours: number;
  readonly committed: number;
  readonly jsonLinesZstd: number;
}

/** Measures a day, having found every move and utterance of it again in what was written. */
export function smallvilleDay(path: string): DaySizes {
  const days = readDay(path);
  const entries = recordDay(days);
  const blocks = writeBlocks(entries, zstd);
  const lines = days.flatMap(({ step, moves, speech }) => [
    ...moves.map((move) => JSON.stringify({ step, ...move })),
    ...speech.map((one) => JSON.stringify({ step, ...one })),
  ]);
  if (linesOf(blocks.map(({ bytes }) => bytes)).join("\n") !== lines.join("\n")) throw new Error("the day did not come back as it was");
  return {
    moves: days.reduce((sum, { moves }) => sum + moves.length, 0),
    utterances: days.reduce((sum, { speech }) => sum + speech.length, 0),
    ours: blocks.reduce((sum, { bytes }) => sum + bytes.length + rowBytes, 0),
    committed: entries.reduce((sum, { bytes }) => sum + bytes.length, 0),
    jsonLinesZstd: packedBytes(`${lines.join("\n")}\n`),
  };
}

/** The same lines, out of what was written. */
function linesOf(blocks: readonly Uint8Array[]): readonly string[] {
  const lines: string[] = [];
  for (const block of blocks)
    for (const step of new BlockReader(block, zstd).play()) if (step.kind === "tick") lines.push(...linesOfStep(step));
  return lines;
}

function linesOfStep({ tick, told, moves, state }: FilmStep): readonly string[] {
  const step = tick - 1;
  const { bodies, x, y } = state!;
  const slots = [...(told.born ?? []).map(([slot]) => slot), ...moves.slots.subarray(0, moves.count)];
  const tile = (sixteenth: number): number => Math.floor(sixteenth / sixteenths);
  const moved = slots.map((slot) => JSON.stringify({ step, agent: bodies[slot]!.cold["name"], x: tile(x[slot]!), y: tile(y[slot]!) }));
  const heard = (told.events ?? []).filter((event) => event["kind"] === "heard");
  const said = heard.map((event) => JSON.stringify({ step, speaker: (event["from"] as { name: string }).name, text: event["text"] }));
  return [...moved, ...said];
}
