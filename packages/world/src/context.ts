import { ElsewhereError, type ErrorCode, type ErrorDetail, type ErrorJson, type Json, type Who } from "@elsewhere/protocol";
import type { Atlas } from "./atlas.ts";
import type { BodyTable } from "./bodies.ts";
import type { Scope } from "./events.ts";
import type { Journal } from "./journal.ts";
import type { WorldMap } from "./map.ts";
import type { MapState } from "./state.ts";

/** What every rule of one step works with. */
export interface Context {
  readonly map: WorldMap;
  readonly state: MapState;
  readonly bodies: BodyTable;
  readonly journal: Journal;
  readonly atlas: Atlas;
  /** Looks asked for in this step; answered at its end with what is then in sight. */
  readonly looks: { readonly body: number; readonly n: number; readonly at: number | null }[];
}

/** Whose intent a rule carries out. */
export interface Actor {
  readonly slot: number;
  readonly id: number;
  readonly n: number;
}

export function fault(code: ErrorCode, message: string, detail: ErrorDetail = {}): ErrorJson {
  return new ElsewhereError(code, message, detail).toJSON();
}

export function accept(context: Context, body: number, n: number, data: Json = null): void {
  context.journal.emit({ kind: "reply", body, n, answer: { ok: true, data } });
}

export function refuse(context: Context, body: number, n: number, error: ErrorJson): void {
  context.journal.emit({ kind: "reply", body, n, answer: { ok: false, error } });
}

export function whoIn(bodies: BodyTable, slot: number): Who {
  return { id: bodies.id[slot]!, name: bodies.coldOf(slot).name };
}

/** Around where a body stands, for those who see it. */
export function around({ bodies }: Context, slot: number, radius: number): Scope {
  return { tile: bodies.tile[slot]!, layers: bodies.layersOf(slot), radius };
}
