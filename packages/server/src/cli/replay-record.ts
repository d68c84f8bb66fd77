import { ElsewhereError, type HostFrame, limits, type Sought } from "@elsewhere/protocol";
import { type Command, InvalidArgumentError } from "commander";
import { type Recorded, recordedWorld } from "../export/recorded.ts";
import { timeText } from "../gateways/http/remembered.ts";
import { Archive, StretchCache, type Stretches } from "../replay/archive.ts";
import type { Ends, Look } from "../replay/contract.ts";
import { withoutSecrets } from "../replay/messages.ts";
import { Replay, type Shown } from "../replay/replay.ts";
import { type RoomKeys, roomsAt } from "../replay/room-keys.ts";
import { sealedPastIn } from "../sealing/past.ts";
import { observerCalled } from "../replay/observer.ts";
import { openRecordReader } from "../storage/sqlite/record-reader.ts";
import type { Authority } from "./authority.ts";
import { parseMoment, tickAt } from "./moment.ts";
import { openWorld } from "./open-world.ts";
import { draw } from "./replaying/picture.ts";
import { Telling } from "./replaying/telling.ts";

interface Flags {
  readonly at?: string;
  readonly until?: string;
  readonly as?: string;
  readonly map?: string;
  readonly place: readonly string[];
  readonly speed: number;
  readonly next?: string;
  readonly back?: boolean;
  readonly picture?: boolean;
  readonly world?: string;
  readonly json?: boolean;
}

const kinds = [
  "heard",
  "emoted",
  "used",
  "did",
  "moved_thing",
  "door",
  "appeared",
  "vanished",
  "entered",
  "left",
] as const satisfies readonly Sought[];

const cacheBytesMax = 128 * 1024 * 1024;

/** `elsewhere replay`. */
export function addReplay(program: Command, authority: Authority): void {
  program
    .command("replay")
    .description("see the past of a world again, as somebody perceived it")
    .argument("<dir>", "the data directory; its server must not be running")
    .option("--as <observer>", "through whose eyes: a program's id, person:ID, or a name")
    .option("--map <name>", "instead: all of this map that is not hidden")
    .option("--place <coordinates>", "with a hidden place, map/place~SECRET, in sight; may be given several times", several, [])
    .option("--at <time>", "begin there: 2026-03-01T10:00, 10:00 of the last day, +90s from the start, #1200 (default: the start)")
    .option("--until <time>", "end there (default: at the end of the record; with --next, at once)")
    .option("--speed <times>", "times the pace the world had; 0 or max does not wait", replaySpeed, 1)
    .option("--next <kind>", `go on to where that happens, KIND or KIND:WHO, KIND one of ${kinds.join(", ")}`)
    .option("--back", "with --next: to where it happened last before --at (default: the end)")
    .option("--picture", "draw what is in sight, in place")
    .option("--world <path>", "folder with the world.json of that world, or the Tiled map it was made of (default: the harbour)")
    .option("--json", "the frames, one line of JSON each")
    .addHelpText("after", help)
    .action((dir: string, flags: Flags) => replayCommand(dir, flags, authority));
}

const help = `
What was in a hidden place is not shown without --place.

  elsewhere replay data/harbour --as baker --at 10:00 --speed 10
  elsewhere replay data/harbour --map harbour --next heard:Baker --back`;

const several = (text: string, given: readonly string[]): readonly string[] => [...given, text];

function replaySpeed(text: string): number {
  const value = text === "max" ? Infinity : Number(text);
  if (text.trim() === "" || !(value >= 0 && (value <= limits.replaySpeedMax || value === Infinity))) {
    throw new InvalidArgumentError(`It must be a number from 0 to ${limits.replaySpeedMax}, or max.`);
  }
  return value === 0 ? Infinity : value;
}

async function replayCommand(dir: string, flags: Flags, authority: Authority): Promise<void> {
  const next = flags.next === undefined ? null : nextOf(flags.next);
  const moments = {
    at: flags.at === undefined ? null : parseMoment(flags.at, "--at"),
    until: flags.until === undefined ? null : parseMoment(flags.until, "--until"),
  };
  const record = openRecordReader(authority.absolute(dir));
  try {
    const loaded = await openWorld(worldChoice(flags.world), authority);
    const recorded = await recordedWorld(record, loaded, { map: null, from: null, to: null });
    const ends: Ends = recorded.range;
    const span = { firstTick: ends.fromTick, lastTick: ends.toTick, clock: recorded.clock };
    const sealed = await sealedPastIn(record, recorded.maps, flags.place);
    const keys = roomsAt(recorded.maps, flags.place, "--place");
    const stretches = new StretchCache(new Archive(record, sealed, () => ends.toTick), cacheBytesMax);
    const begin = flags.back === true ? ends.toTick : ends.fromTick;
    const fromTick = moments.at === null ? begin : tickAt(moments.at, span, "--at");
    const untilTick = moments.until === null ? ends.toTick : tickAt(moments.until, span, "--until");
    const look = await lookOf(flags, recorded, stretches, fromTick);
    const screening = new Screening({ recorded, stretches, look, keys, flags, dayMinutes: loaded.dayMinutes }, authority);
    await screening.begin(fromTick, next === null ? null : { ...next, back: flags.back ?? false });
    if (next === null || moments.until !== null) await screening.play(untilTick);
  } finally {
    record.close();
  }
}

function nextOf(text: string): { readonly kind: Sought; readonly who?: string } {
  const [name, ...who] = text.split(":");
  const kind = kinds.find((each) => each === name);
  if (kind === undefined)
    throw new ElsewhereError("unknown", `there is no kind "${name}": it is one of ${kinds.join(", ")}`, { field: "--next" });
  return who.length === 0 ? { kind } : { kind, who: who.join(":") };
}

async function lookOf({ as, map }: Flags, recorded: Recorded, stretches: Stretches, tick: number): Promise<Look> {
  if ((as === undefined) === (map === undefined)) {
    const names = recorded.maps.map(({ name }) => name).join(", ");
    throw new ElsewhereError("malformed", `say through whose eyes (--as), or which map is to be seen (--map ${names})`, { field: "--as" });
  }
  if (map !== undefined) return { map };
  return { who: await observerCalled(as!, recorded, stretches, tick, "--as"), as: "observing" };
}

const worldChoice = (path: string | undefined): Parameters<typeof openWorld>[0] =>
  path !== undefined && /\.(tmj|json|tmx)$/.test(path)
    ? { world: null, map: path, profile: null }
    : { world: path ?? null, map: null, profile: null };

interface ScreeningOptions {
  readonly recorded: Recorded;
  readonly stretches: Stretches;
  readonly look: Look;
  readonly keys: RoomKeys;
  readonly flags: Flags;
  readonly dayMinutes: number;
}

/** So many ticks are shown each. */
const ticksAtOnce = 10;
const waitMsMin = 10;
const linesKept = 6;
const home = "\u001b[H\u001b[2J";

/** One replay on a terminal. */
class Screening {
  readonly #options: ScreeningOptions;
  readonly #authority: Authority;
  readonly #replay: Replay;
  readonly #telling: Telling;
  #body = 0;
  #tick = 0;
  #stopped = false;
  /** With a picture: what was told last. */
  #lines: readonly string[] = [];

  constructor(options: ScreeningOptions, authority: Authority) {
    const { recorded, stretches, look, keys } = options;
    this.#options = options;
    this.#authority = authority;
    const { clock } = recorded;
    const maps = recorded.maps.map(withoutSecrets);
    const rest = { due: false, take: async () => {} };
    this.#replay = new Replay({ maps, clock, stretches, rest }, { by: "operator", look, at: null, frames: "json", keys });
    this.#telling = new Telling(maps, "who" in look ? look : null);
    authority.onStop(async () => {
      this.#stopped = true;
    });
  }

  async begin(tick: number, next: { readonly kind: Sought; readonly who?: string; readonly back: boolean } | null): Promise<void> {
    const { clock, range } = this.#options.recorded;
    const { self, ...shown } = await this.#replay.open(clock.at(tick), range);
    this.#body = self.body;
    if (next === null) return this.#show(shown);
    const found = await this.#replay.order({ next }, range);
    if (found.standing.found === true) return this.#show(found);
    const when = `${next.back ? "before" : "after"} ${timeText(clock.at(tick))}`;
    throw new ElsewhereError("unknown", `nothing of that kind was perceived ${when}`, { field: "--next" });
  }

  async play(untilTick: number): Promise<void> {
    const { time } = this.#authority;
    let dueMs = time.monotonicMs();
    while (!this.#stopped && this.#tick < untilTick) {
      const tickMs = this.#tickMs();
      const ticks = Math.min(untilTick - this.#tick, tickMs < waitMsMin ? ticksAtOnce : 1);
      this.#show(await this.#replay.advance(ticks, this.#options.recorded.range));
      dueMs = Math.max(dueMs + ticks * tickMs, time.monotonicMs() - waitMsMin);
      const waitMs = dueMs - time.monotonicMs();
      // Even without a wait others get their turn: who presses Ctrl-C, and what was printed.
      await new Promise<void>((resolve) => (waitMs >= 1 ? void time.after(waitMs, resolve) : time.soon(resolve)));
    }
  }

  /** Real ms a tick takes. */
  #tickMs(): number {
    const { recorded, dayMinutes, flags } = this.#options;
    return (recorded.clock.worldMsPerTickAt(this.#tick) * dayMinutes) / 1440 / flags.speed;
  }

  #show({ frames, standing }: Shown): void {
    const { flags } = this.#options;
    const { print } = this.#authority;
    this.#tick = standing.tick;
    const read = frames as readonly HostFrame[];
    if (flags.json) {
      for (const frame of read) print(JSON.stringify(frame));
      return;
    }
    const lines = this.#telling.tell(read, this.#bodyIn(read), standing);
    if (!flags.picture) for (const line of lines) print(line);
    else if (frames.length > 0 || lines.length > 0) this.#draw(lines, standing.now);
  }

  /** Whoever had not come yet when it began has come by now. */
  #bodyIn(frames: readonly HostFrame[]): number {
    if (this.#body === 0 && frames.some(({ type }) => type === "view")) this.#body = this.#replay.self().body;
    return this.#body;
  }

  #draw(lines: readonly string[], now: number): void {
    this.#lines = [...this.#lines, ...lines].slice(-linesKept);
    const { sight } = this.#telling;
    const map = this.#options.recorded.maps.find(({ name }) => name === sight.map);
    const picture = map === undefined ? [] : draw(map, sight, this.#body);
    this.#authority.print(`${home}${[...picture, "", `${timeText(now)}  ${sight.map}`, ...this.#lines].join("\n")}`);
  }
}
