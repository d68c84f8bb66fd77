import type { BodyKind, FilmState, JsonObject } from "@elsewhere/protocol";
import type { Reel, ReelTick } from "./reel.ts";

/** Somebody in sight. Positions are in tiles. */
export interface Member {
  readonly id: number;
  readonly name: string;
  readonly kind: BodyKind;
  readonly traits: JsonObject;
  x: number;
  y: number;
  /** Where it stood before the tick in which it moved last. */
  fromX: number;
  fromY: number;
  movedTick: number;
  /** 0 north, 1 east, 2 south, 3 west. */
  facing: number;
  asleep: boolean;
}

const sixteenths = 16;

/** Who is in sight, and how the doors stand, at the end of a tick. */
export class Cast {
  tick: number;
  readonly bySlot: (Member | null)[] = [];
  readonly doors = new Map<string, boolean>();
  readonly #doorNames: string[] = [];

  constructor(opening: FilmState) {
    this.tick = opening.tick;
    for (let slot = 0; slot < opening.end; slot += 1) if (opening.has(slot)) this.bySlot[slot] = memberOf(opening.row(slot));
    for (const [name, open] of opening.doors) {
      this.#doorNames.push(name);
      this.doors.set(name, open);
    }
  }

  *[Symbol.iterator](): Generator<Member> {
    for (const member of this.bySlot) if (member) yield member;
  }

  apply(told: ReelTick, reel: Reel): void {
    this.tick = told.tick;
    for (const slot of told.gone) this.bySlot[slot] = null;
    for (const [slot, row] of told.born) this.bySlot[slot] = memberOf(row);
    for (let row = told.fromRow; row < told.toRow; row += 1) {
      const member = this.bySlot[reel.slots[row]!]!;
      member.fromX = member.x;
      member.fromY = member.y;
      member.x += reel.dx[row]! / sixteenths;
      member.y += reel.dy[row]! / sixteenths;
      member.facing = reel.facing[row]!;
      member.movedTick = told.tick;
    }
    for (let i = 0; i < told.numbered.length; i += 4) this.bySlot[told.numbered[i]!]!.asleep = told.numbered[i + 3]! !== -1;
    for (const [door, open] of told.doors) this.doors.set(this.#doorNames[door]!, open);
  }
}

function memberOf(row: JsonObject): Member {
  const { name, kind, traits } = row["cold"] as unknown as { name: string; kind: BodyKind; traits: JsonObject };
  const [x, y] = [(row["x"] as number) / sixteenths, (row["y"] as number) / sixteenths];
  const [id, facing] = [row["id"] as number, row["facing"] as number];
  return { id, name, kind, traits, x, y, fromX: x, fromY: y, movedTick: -1, facing, asleep: row["asleepSince"] !== -1 };
}
