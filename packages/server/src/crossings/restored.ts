/** What a restored host makes of what its witness tells: for each life it ever let go, where that is now. */
import { type ErrorJson } from "@elsewhere/protocol";
import { mergeBatches } from "../storage/batches.ts";
import type { SettingRow } from "../storage/contract.ts";
import { isPast, type Under } from "./departing.ts";
import type { Desk } from "./desk.ts";
import { type Departure, drop, type Leaving, put } from "./journal.ts";
import type { Lives } from "./lives.ts";
import { aboutOf, type MessageOf, refusal } from "./messages.ts";

type Row = MessageOf<"fenced">["rows"][number];

/** Departures, as far as they are changed by it. */
export interface Hands {
  readonly desk: Desk;
  readonly lives: Lives;
  all(): readonly Under[];
  add(row: Departure): Under;
  forget(attempt: string): void;
  leaving(program: string, to: string): Leaving;
  stay(under: Under, error: ErrorJson): void;
  giveBack(under: Under, epoch: number): void;
  tell(under: Under): void;
}

/** `of`: the host that this one was restored from. */
export function learn(of: string, rows: readonly Row[], hands: Hands): void {
  const known = new Set(rows.map(({ attempt }) => attempt));
  for (const under of hands.all())
    if (!isPast(under.row) && !known.has(under.row.attempt))
      hands.stay(under, refusal("interrupted", "its host was restored from a backup"));
  for (const row of rows) if (row.epoch >= hands.lives.epochOf(row.life)) learnOf(of, row, hands);
}

function learnOf(of: string, row: Row, hands: Hands): void {
  const { desk, lives } = hands;
  const program = lives.programOf(row.life);
  if (program === null) return;
  const under = hands.all().find((each) => each.row.program === program && !each.isEnding);
  if (row.given && row.by === of) {
    if (under === undefined) desk.write(lives.stayed(program, row.epoch + 1));
    else hands.giveBack(under, row.epoch + 1);
    return;
  }
  const before = under?.row ?? null;
  const isSame = before?.attempt === row.attempt;
  if (isSame && before.state === "released") return;
  if (before !== null) hands.forget(before.attempt);
  const forgotten = before === null || isSame ? [] : [drop("out", before.attempt), drop("payload", before.attempt)];
  // The heap that the backup has waits for the answer to what it had asked for then.
  const n = before !== null && "n" in before ? before.n : 0;
  if (row.to === of) unclear(program, row, n, forgotten, hands);
  else if (row.by === of) goOnWithRelease(program, row, isSame ? before : null, n, forgotten, hands);
  else movedOn(program, row, forgotten, hands);
}

function goOnWithRelease(
  program: string,
  row: Row,
  known: Departure | null,
  n: number,
  forgotten: readonly SettingRow[],
  hands: Hands,
): void {
  const { desk } = hands;
  // All mail that the backup has was taken or packed by the host that is gone.
  const frozen = known?.state === "frozen" ? known : { n, key: null, offer: null, mailThrough: Number.MAX_SAFE_INTEGER };
  const leaving = known ?? { ...hands.leaving(program, row.to), ...aboutOf(row) };
  const released = { ...leaving, ...frozen, state: "released", box: null } as const;
  const under = hands.add(released);
  under.isWitnessed = true;
  const settings = [...forgotten, put("out", row.attempt, released)];
  desk.inTick(
    (tick) => mergeBatches([sendOff(program, row, tick, desk), { settings }]),
    () => hands.tell(under),
  );
}

/** It was let go to the host that is gone. Whether it came to life there and was lost with it, nobody here can tell. */
function unclear(program: string, row: Row, n: number, forgotten: readonly SettingRow[], { desk, lives, leaving, add }: Hands): void {
  const { travellers } = desk.options;
  if (!travellers.livesHere(program)) return desk.write([...forgotten, ...lives.stayed(program, row.epoch)]);
  const held = { ...leaving(program, row.by), ...aboutOf(row), epoch: row.epoch + 1, state: "unclear", n } as const;
  add(held);
  const settings = [...forgotten, put("out", row.attempt, held)];
  desk.inTick((tick) => mergeBatches([travellers.hold(program, row.attempt, tick), { settings }]));
}

/** It left, and has left again where it came to. */
function movedOn(program: string, row: Row, forgotten: readonly SettingRow[], { desk, lives }: Hands): void {
  const { travellers, peers } = desk.options;
  const settings = [...forgotten, ...lives.left(program, row.epoch + 1)];
  desk.inTick((tick) => {
    const isHere = travellers.livesHere(program);
    return mergeBatches([
      sendOff(program, row, tick, desk),
      isHere ? travellers.bury(program, peers.nameOf(row.to), tick) : {},
      { settings },
    ]);
  });
}

/** No turn of it begins from this tick on, and its body goes. */
function sendOff(program: string, { attempt }: Row, tick: number, { options: { travellers } }: Desk) {
  if (!travellers.livesHere(program)) return {};
  const held = travellers.hold(program, attempt, tick);
  travellers.depart(program);
  return held;
}
