/** One measured figure. `ratio` is the one the target speaks of; without a peer, `peer` and `ratio` are null. */
export interface Figure {
  readonly figure: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly ratio: number | null;
  readonly unit: string;
  readonly target: string | null;
  readonly reached: boolean | null;
  /** How many runs the figure is the median of. */
  readonly runs: number;
}

/** A figure that has no peer and no target: a baseline for later work. */
export function baseline(figure: string, values: readonly number[], unit: string): Figure {
  return { figure, ours: median(values), peer: null, ratio: null, unit, target: null, reached: null, runs: values.length };
}

export interface Target {
  readonly target: string;
  readonly reached: (ratio: number) => boolean;
  /** The ratio is then the peer's figure over ours. */
  readonly lessIsBetter?: boolean;
}

/** Pairs of ours and the peer's, run by run; the ratio is the median of the runs' ratios. */
export function againstPeer(figure: string, unit: string, pairs: readonly (readonly [ours: number, peer: number])[], of: Target): Figure {
  const ratio = median(pairs.map(([ours, peer]) => (of.lessIsBetter === true ? peer / ours : ours / peer)));
  const [ours, peer] = [median(pairs.map(([own]) => own)), median(pairs.map(([, theirs]) => theirs))];
  return { figure, ours, peer, ratio, unit, target: of.target, reached: of.reached(ratio), runs: pairs.length };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The figures as a table for people, or as one line of JSON each. */
export function reportOf(bench: string, figures: readonly Figure[], { json, quick }: { json: boolean; quick: boolean }): string {
  if (json) return figures.map((figure) => `${JSON.stringify({ bench, ...figure, ...(quick ? { quick } : {}) })}\n`).join("");
  const rows = [["figure", "ours", "peer", "ratio", "unit", "target", "reached", "runs"]];
  for (const { figure, ours, peer, ratio, unit, target, reached, runs } of figures) {
    rows.push([
      figure,
      short(ours),
      short(peer),
      short(ratio),
      unit,
      target ?? "-",
      reached === null ? "-" : reached ? "yes" : "no",
      String(runs),
    ]);
  }
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
  return `${bench}${quick ? " (quick: smaller sizes)" : ""}\n${lines.join("\n")}\n`;
}

function short(value: number | null): string {
  if (value === null) return "-";
  return Math.abs(value) >= 100 ? Math.round(value).toString() : Number(value.toPrecision(3)).toString();
}
