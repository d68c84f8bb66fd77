/** In one thread of one process, both sides by turns: what a turn, a creation and a wake cost. */
import { againstPeer, type Figure, median } from "../report.ts";
import { OurPrograms } from "./ours.ts";
import { PeerProgram } from "./peer.ts";
import { askedIn, inputOf } from "./script.ts";

export interface Sizes {
  readonly runs: number;
  /** Programs live at once; both sides hold them all. */
  readonly live: number;
  readonly turnsEach: number;
  readonly created: number;
  readonly parked: number;
}

const usSince = (startedMs: number, count: number): number => ((performance.now() - startedMs) * 1000) / count;

/** Turns of live programs, one after another in a round; both sides must have said the same. */
function turnsOf(run: (program: number, input: string) => string, { live, turnsEach }: Sizes): { us: number; asked: string } {
  let asked = "";
  for (let program = 0; program < live; program++) run(program, inputOf(1, program));
  const startedMs = performance.now();
  for (let turn = 2; turn < 2 + turnsEach; turn++) {
    for (let program = 0; program < live; program++) {
      const outcome = run(program, inputOf(turn, program));
      if (turn === 1 + turnsEach) asked += askedIn(outcome);
    }
  }
  return { us: usSince(startedMs, live * turnsEach), asked };
}

function peerTurns(sizes: Sizes): { us: number; asked: string } {
  const peers = Array.from({ length: sizes.live }, () => new PeerProgram());
  try {
    return turnsOf((program, input) => peers[program]!.run(input), sizes);
  } finally {
    for (const peer of peers) peer.dispose();
  }
}

/** Each is done away with before the next, as the peer's are. */
function createOurs({ live, created }: Sizes): number {
  const ours = new OurPrograms(live);
  const create = (program: number): void => {
    ours.run(program, inputOf(1, program));
    ours.drop(program);
  };
  for (let i = 0; i < live; i++) create(i);
  const startedMs = performance.now();
  for (let i = live; i < live + created; i++) create(i);
  return usSince(startedMs, created);
}

function createPeers({ created }: Sizes): number {
  const startedMs = performance.now();
  for (let i = 0; i < created; i++) {
    const peer = new PeerProgram();
    peer.run(inputOf(1, i));
    peer.dispose();
  }
  return usSince(startedMs, created);
}

/**
 * Wakes in a round among more programs than there are slots: each puts another to sleep first. Then turns of as many as
 * there are slots for, of the same age. Times of each, µs.
 */
function wakes({ live, parked }: Sizes): { waking: number[]; alive: number[] } {
  const ours = new OurPrograms(live);
  const timed = (program: number, turn: number): number => {
    const input = inputOf(turn, program);
    const startedMs = performance.now();
    ours.run(program, input);
    return usSince(startedMs, 1);
  };
  const round = (from: number, to: number, turn: number): number[] => Array.from({ length: to - from }, (_, i) => timed(from + i, turn));
  for (let turn = 1; turn <= turnsBefore; turn++) round(0, parked, turn);
  const waking = round(0, parked, turnsBefore + 1);
  const few = Math.floor(live / 2);
  const firstTurn = turnsBefore + 2;
  // Whoever is used over and over comes to stay in a slot.
  for (let turn = firstTurn; turn < firstTurn + 10; turn++) round(0, few, turn);
  const alive = Array.from({ length: 10 }, (_, i) => round(0, few, firstTurn + 10 + i)).flat();
  return { waking, alive };
}

/** Programs have lived for a while when they are measured. */
const turnsBefore = 20;

const percentile = (values: readonly number[], p: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * p))]!;

/** What is compiled once in a process is compiled by now; every program and every isolate is still a new one. */
function warmUp(sizes: Sizes): void {
  const ours = new OurPrograms(sizes.live);
  turnsOf((program, input) => ours.run(program, input), sizes);
  peerTurns(sizes);
  createOurs(sizes);
  wakes(sizes);
}

export function turnFigures(sizes: Sizes, say: (line: string) => void): Figure[] {
  const turns: [number, number][] = [];
  const creations: [number, number][] = [];
  const ratios: number[] = [];
  const p50s: number[] = [];
  const p99s: number[] = [];
  say("warming up: a server has run for a while");
  warmUp(sizes);
  for (let run = 1; run <= sizes.runs; run++) {
    say(`run ${run} of ${sizes.runs}: turns, creations and wakes of both sides`);
    const ours = new OurPrograms(sizes.live);
    const own = turnsOf((program, input) => ours.run(program, input), sizes);
    const peer = peerTurns(sizes);
    if (own.asked !== peer.asked || own.asked.length < sizes.live) throw new Error("the two sides did not say the same");
    turns.push([1e6 / own.us, 1e6 / peer.us]);
    creations.push([createOurs(sizes), createPeers(sizes)]);
    const { waking, alive } = wakes(sizes);
    p50s.push(percentile(waking, 0.5));
    p99s.push(percentile(waking, 0.99));
    ratios.push(percentile(waking, 0.5) / percentile(alive, 0.5));
  }
  const { runs } = sizes;
  const ratio = median(ratios);
  return [
    againstPeer("turns_per_second", "turns/s on one core", turns, { target: ">=1.3", reached: (each) => each >= 1.3 }),
    againstPeer("create", "µs, first turn included", creations, {
      target: ">=20 times faster",
      reached: (each) => each >= 20,
      lessIsBetter: true,
    }),
    { figure: "wake_parked", ours: median(p50s), peer: null, ratio, unit: "µs, p50", target: "<=5 live turns", reached: ratio <= 5, runs },
    { figure: "wake_parked_p99", ours: median(p99s), peer: null, ratio: null, unit: "µs", target: null, reached: null, runs },
  ];
}
