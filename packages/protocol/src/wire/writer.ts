import type { DoorSeen, Percept } from "../percepts.ts";
import type { ByteWriter } from "./bytes.ts";
import { frameKinds, tickParts } from "./layout.ts";

/** What stays the same from one view to the next. */
export interface ViewHead {
  readonly seq: number;
  readonly tick: number;
  /** World time, milliseconds since 1970. */
  readonly now: number;
  readonly worldMsPerTick: number;
  readonly map: string;
  /** The body that perceives. */
  readonly body: number;
  readonly sightTiles: number;
}

/** What a frame tells of the bodies in sight: writes it and returns which `tickParts` it wrote. */
export type WriteBodies = (out: ByteWriter) => number;

/** Writes a `view`: everything perceived now. */
export function writeView(out: ByteWriter, head: ViewHead, bodies: WriteBodies, doors: readonly DoorSeen[]): void {
  out.byte(frameKinds.view);
  out.byte(head.seq & 0xff);
  out.varint(head.tick);
  out.float(head.now);
  out.float(head.worldMsPerTick);
  out.text(head.map);
  out.varint(head.body);
  out.varint(head.sightTiles);
  const partsAt = out.length;
  out.byte(0);
  out.byteAt(partsAt, bodies(out));
  out.varint(doors.length);
  for (const { name, open, x, y } of doors) {
    out.text(name);
    out.byte(open ? 1 : 0);
    out.varint(x);
    out.varint(y);
  }
}

/** What a `tick` is written from besides the bodies in sight. */
export interface TickHead {
  readonly seq: number;
  /** Ticks since the frame before. */
  readonly passed: number;
}

/** Writes a `tick`; returns whether there is anything in it but the passing of time. `encode` gives a percept as JSON text in UTF-8. */
export function writeTick(
  out: ByteWriter,
  head: TickHead,
  bodies: WriteBodies,
  percepts: readonly Percept[],
  encode: (percept: Percept) => Uint8Array,
): boolean {
  out.byte(frameKinds.tick);
  out.byte(head.seq & 0xff);
  out.varint(head.passed);
  const partsAt = out.length;
  out.byte(0);
  const parts = bodies(out) | (percepts.length > 0 ? tickParts.percepts : 0);
  out.byteAt(partsAt, parts);
  if (percepts.length > 0) {
    out.varint(percepts.length);
    for (const percept of percepts) out.block(encode(percept));
  }
  return parts !== 0;
}
