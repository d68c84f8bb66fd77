/** Attempts that an operator took back after their release: the other host is told until it says that it has no such life. */
import type { Desk, Timing } from "./desk.ts";
import { drop, put, type Void } from "./journal.ts";
import { aboutOf, type MessageOf } from "./messages.ts";

export class Voids {
  readonly #desk: Desk;
  readonly #voids = new Map<string, { readonly row: Void; readonly timing: Timing }>();

  constructor(desk: Desk, rows: readonly Void[]) {
    this.#desk = desk;
    for (const row of rows) this.#keep(row);
  }

  get count(): number {
    return this.#voids.size;
  }

  has(attempt: string): boolean {
    return this.#voids.has(attempt);
  }

  add(row: Void): void {
    this.#desk.write([put("void", row.attempt, row)]);
    this.#keep(row);
  }

  heard(from: string, { attempt }: MessageOf<"gone">): void {
    const known = this.#voids.get(attempt);
    if (known === undefined || !this.#desk.isHost(from, known.row.to)) return;
    this.#voids.delete(attempt);
    this.#desk.write([drop("void", attempt)]);
  }

  advance(nowMs: number): void {
    for (const { row, timing } of this.#voids.values())
      if (this.#desk.isAgain(timing, nowMs)) this.#desk.say(row.to, { kind: "revoke", ...aboutOf(row) });
  }

  #keep(row: Void): void {
    this.#voids.set(row.attempt, { row, timing: this.#desk.timing(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY) });
  }
}
