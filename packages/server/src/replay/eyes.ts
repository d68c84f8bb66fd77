import type { Percept } from "@elsewhere/protocol";
import { toldOf } from "../sessions/showing.ts";
import { type Outgoing, Phrases, Stream, type Visible } from "../sessions/stream.ts";
import type { Timing } from "../ticks/clock.ts";
import { heartbeatTicks } from "../ticks/ticker.ts";
import type { Moment, PastWorld, Whereabouts } from "./past-world.ts";
import { keysOf, type RoomKeys } from "./room-keys.ts";
import { type Gone, Missed, type Viewpoint } from "./viewpoint.ts";

export interface EyesOptions {
  readonly past: PastWorld;
  readonly timing: Timing;
  readonly who: string;
  /** `present`: they see their own past; `observing`: an operator looks through them, and into no hidden rooms but those of `keys`. */
  readonly kind: "present" | "observing";
  readonly keys: RoomKeys;
  readonly frames: "json" | "binary";
  /** Whether somebody of that name is in the world at its newest moment, or at rest outside. */
  readonly stillKnown: () => boolean;
}

/** The past as one of the world's inhabitants perceived it, in the frames that a live connection of theirs was sent. */
export class Eyes implements Viewpoint {
  readonly map = null;
  gone: Gone = "away";
  readonly #options: EyesOptions;
  readonly #stream: Stream;
  readonly #missed = new Missed();
  /** Replies to who was between two maps. */
  #held: readonly Percept[] = [];
  /** What the frames shown last were of; null when the next one must be a whole view. */
  #shown: Visible | null = null;

  constructor(options: EyesOptions) {
    this.#options = options;
    this.#stream = new Stream(options.timing, options.frames);
  }

  get as(): string {
    return this.#options.who;
  }

  self(): { readonly body: number; readonly name: string } {
    const where = this.#options.past.locate(this.#options.who);
    if (where?.kind === "away") return { body: where.body, name: where.name };
    if (where?.kind !== "present" || this.#isHidden(where)) return { body: 0, name: "" };
    return { body: where.body, name: where.on.state!.body(where.body)!.name };
  }

  pass(moment: Moment): void {
    const { past, who, kind } = this.#options;
    const where = past.locate(who);
    // What nobody looks at need not be followed.
    this.close();
    if (where?.kind === "present" && !this.#isHidden(where)) this.#missed.add(toldOf(moment, kind));
  }

  show(moment: Moment, whole: boolean): readonly Outgoing[] {
    const { past, who, kind } = this.#options;
    const told = toldOf(moment, kind);
    const where = past.locate(who);
    if (where?.kind === "transit") {
      this.#held = [...this.#held, ...told.filter((percept) => percept.kind === "reply")];
      this.#shown = null;
      return [];
    }
    if (where?.kind !== "present") return this.#last(moment.tick, told, where === null ? this.#notHere() : "away");
    if (this.#isHidden(where)) return this.#shut("hidden");
    if (where.on.state!.body(where.body)!.posture === "asleep") return this.#shut("away");
    this.gone = null;
    const visible = where.on.visible!;
    const goesOn = !whole && !moment.isNew && this.#shown === visible && !this.#clockIsSet(moment.tick);
    return goesOn ? this.#tick(moment.tick, told) : this.#view(visible, where.body, moment.tick, told);
  }

  close(): void {
    this.#stream.close();
    this.#shown = null;
  }

  #tick(tick: number, told: readonly Percept[]): readonly Outgoing[] {
    const frame = this.#stream.tick(tick, told, new Phrases(), tick % heartbeatTicks === 0);
    return frame === null ? [] : [frame];
  }

  #view(visible: Visible, body: number, tick: number, told: readonly Percept[]): readonly Outgoing[] {
    if (this.#shown !== visible) this.#stream.close();
    this.#shown = visible;
    const all = [...this.#missed.take(), ...this.#held, ...told];
    this.#held = [];
    const view = this.#stream.view(visible, body, tick);
    const rest = all.length > 0 ? this.#stream.tell(tick, all, new Phrases()) : null;
    return rest === null ? [view] : [view, rest];
  }

  /** Who leaves is still told how its last acts ended. */
  #last(tick: number, told: readonly Percept[], gone: Gone): readonly Outgoing[] {
    const all = [...this.#held, ...told];
    const last = this.gone === null && all.length > 0 ? this.#stream.tell(tick, all, new Phrases()) : null;
    this.#shut(gone);
    return last === null ? [] : [last];
  }

  #shut(gone: Gone): readonly Outgoing[] {
    this.gone = gone;
    this.#held = [];
    this.#missed.take();
    this.close();
    return [];
  }

  #notHere(): Gone {
    if (this.#options.past.isPartial) return "hidden";
    return this.#options.stillKnown() ? "before" : "after";
  }

  #isHidden({ on, body }: Whereabouts & { kind: "present" }): boolean {
    const { kind, keys } = this.#options;
    return kind === "observing" && on.isHidden(body, keysOf(keys, on.map));
  }

  /** Readers of frames take it that a world's time goes on as it did when they were shown a view. */
  #clockIsSet(tick: number): boolean {
    const { timing } = this.#options;
    return timing.worldMsPerTickAt(tick) !== timing.worldMsPerTickAt(tick - 1);
  }
}
