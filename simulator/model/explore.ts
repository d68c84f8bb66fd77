// Visits every state that can be reached, breadth first, so that what it tells of a violation is a shortest way there.
import { encode } from "./encode.ts";
import { type Invariant, isResolved, isSettled } from "./invariants.ts";
import { sentBetween } from "./messages.ts";
import { type Emit, initial, nothingSent, type Rules, type State } from "./state.ts";
import { disturb, sends, withAllSent, writes } from "./steps.ts";

export interface Violation {
  /** The name of what was broken: one of the invariants, or `resolvable`. */
  readonly invariant: string;
  readonly sentence: string;
  /** The steps that lead there from the beginning. */
  readonly trace: readonly string[];
}

export interface Exploration {
  /** How many different states were found. */
  readonly states: number;
  /** How many were visited to see whether all can be resolved; 0 if an invariant was broken before. */
  readonly healed: number;
  readonly violation: Violation | undefined;
}

/**
 * "apart": writing and sending are two steps, with everything else in between. "together": whatever there is cause to send is
 * sent with the write that gives the cause. A message that is sent may never be delivered, so that both reach the same disks;
 * a test compares them.
 */
export type Sending = "apart" | "together";

type Steps = (state: State, emit: Emit) => void;

interface Moves {
  readonly any: Steps;
  /** Those that remain once disturbances have ended. */
  readonly healed: Steps;
  /** A state with what is sent without a step of its own. */
  readonly complete: (state: State) => State;
}

function movesUnder(rules: Rules, sending: Sending): Moves {
  const healed: Steps = (state, emit) => {
    if (sending === "apart") sends(state, rules, emit);
    writes(state, rules, emit);
  };
  const any: Steps = (state, emit) => {
    healed(state, emit);
    disturb(state, rules, emit);
  };
  if (sending === "apart") return { any, healed, complete: (state) => state };
  const complete = (state: State): State => withAllSent(state, rules);
  const together =
    (steps: Steps): Steps =>
    (state, emit) =>
      steps(state, (next, name, attempt) => emit(complete(next), name, attempt));
  return { any: together(any), healed: together(healed), complete };
}

/** States in the order in which they were found, and where each was found from: -1 for those it began with. */
class Graph {
  readonly states: State[] = [];
  readonly parents: number[] = [];
  readonly #indices = new Map<string, number>();
  readonly #key: (state: State) => string;

  constructor(key: (state: State) => string) {
    this.#key = key;
  }

  add(state: State, parent: number): number {
    const key = this.#key(state);
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    this.#indices.set(key, this.states.length);
    this.parents.push(parent);
    return this.states.push(state) - 1;
  }

  /** The names of the steps to a state, found again by taking them. */
  traceTo(index: number, steps: Steps): readonly string[] {
    const parent = this.parents[index]!;
    if (parent < 0) return [];
    const before = this.states[parent]!;
    const key = this.#key(this.states[index]!);
    let found: string | undefined;
    steps(before, (next, name, attempt) => {
      if (found !== undefined || this.#key(next) !== key) return;
      const sent = sentBetween(before, next);
      found = `${name}${attempt === 0 ? "" : ` (attempt ${attempt})`}${sent.length === 0 ? "" : `; sent: ${sent.join(", ")}`}`;
    });
    return [...this.traceTo(parent, steps), found!];
  }

  rootOf(index: number): number {
    const parent = this.parents[index]!;
    return parent < 0 ? index : this.rootOf(parent);
  }
}

/** All states under `rules`; `key` tells which are the same. */
export function visit(rules: Rules, sending: Sending, key = encode): readonly State[] {
  const graph = new Graph(key);
  const { any, complete } = movesUnder(rules, sending);
  graph.add(complete(initial), -1);
  for (let index = 0; index < graph.states.length; index++) any(graph.states[index]!, (next) => graph.add(next, index));
  return graph.states;
}

/** Visits all states under `rules`, until one breaks one of `invariants`; then looks for one that cannot be resolved. */
export function explore(rules: Rules, invariants: readonly Invariant[], sending: Sending = "together"): Exploration {
  const graph = new Graph(encode);
  const moves = movesUnder(rules, sending);
  graph.add(moves.complete(initial), -1);
  for (let index = 0; index < graph.states.length; index++) {
    const state = graph.states[index]!;
    const broken = invariants.find(({ holds }) => !holds(state));
    if (broken) {
      const violation = { invariant: broken.name, sentence: broken.sentence, trace: graph.traceTo(index, moves.any) };
      return { states: graph.states.length, healed: 0, violation };
    }
    moves.any(state, (next) => graph.add(next, index));
  }
  return { states: graph.states.length, ...heal(graph, moves) };
}

/**
 * From every state, let all that is under way be lost and disturbances end: what is left must be able to resolve itself, in
 * whatever order it goes on. If from every state that can then be reached a resolved one can still be, every fair schedule
 * ends in one. Messages that were not lost only add to what can happen: the states they lead to are among those visited.
 */
function heal(disturbed: Graph, moves: Moves): Pick<Exploration, "healed" | "violation"> {
  const graph = new Graph(encode);
  /** Of each state that healing begins with, the disturbed one that it came from. */
  const origins: number[] = [];
  for (const [index, state] of disturbed.states.entries()) {
    const root = graph.add(moves.complete({ ...state, sent: nothingSent, backup: null }), -1);
    origins[root] ??= index;
  }
  const edges = { from: [] as number[], to: [] as number[] };
  let unsettled: number | undefined;
  for (let index = 0; index < graph.states.length; index++) {
    const state = graph.states[index]!;
    const mustStay = isSettled(state);
    moves.healed(state, (next) => {
      if (mustStay && !isSettled(next)) unsettled ??= index;
      edges.from.push(index);
      edges.to.push(graph.add(next, index));
    });
  }
  const stuck = unsettled ?? firstThatCannotResolve(graph.states, edges);
  if (stuck === undefined) return { healed: graph.states.length, violation: undefined };
  const sentence =
    unsettled === undefined ? "hosts that reach each other again come to an end, whatever happened" : "what has come to an end stays so";
  const trace = [
    ...disturbed.traceTo(origins[graph.rootOf(stuck)]!, moves.any),
    "all messages are lost, disturbances end",
    ...graph.traceTo(stuck, moves.healed),
  ];
  return { healed: graph.states.length, violation: { invariant: "resolvable", sentence, trace } };
}

interface Edges {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** The first state from which no resolved one can be reached. Goes backwards from the resolved ones. */
function firstThatCannotResolve(states: readonly State[], edges: Edges): number | undefined {
  const heads = new Int32Array(states.length).fill(-1);
  const nexts = new Int32Array(edges.from.length);
  for (const [edge, to] of edges.to.entries()) {
    nexts[edge] = heads[to]!;
    heads[to] = edge;
  }
  const canResolve = new Uint8Array(states.length);
  const open: number[] = [];
  const reach = (index: number): void => {
    if (canResolve[index] === 1) return;
    canResolve[index] = 1;
    open.push(index);
  };
  for (const [index, state] of states.entries()) if (isResolved(state)) reach(index);
  for (let index = open.pop(); index !== undefined; index = open.pop())
    for (let edge = heads[index]!; edge >= 0; edge = nexts[edge]!) reach(edges.from[edge]!);
  const first = canResolve.indexOf(0);
  return first < 0 ? undefined : first;
}
