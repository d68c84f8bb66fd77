import type { RecordDensity } from "@elsewhere/protocol";

/** What is drawn of a density, the lowest first. */
export const layers = ["speech", "doings", "comings"] as const;
export type Layer = (typeof layers)[number];

/**
 * One path for each layer, each lying on the one before it, in a box of 1 bin a unit by `height`. Heights go by the square
 * root of how much happened, so that a quiet hour still shows beside a loud one. Where nothing happened a path is empty.
 */
export function pathsOf(density: RecordDensity, height: number): Readonly<Record<Layer, string>> {
  const totals = density.speech.map((_, i) => layers.reduce((sum, layer) => sum + (density[layer][i] ?? 0), 0));
  const most = Math.max(1, ...totals);
  const base = totals.map(() => 0);
  const path = (layer: Layer): string => {
    let text = "";
    for (const [i, count] of density[layer].entries()) {
      if (count === 0) continue;
      const from = base[i]!;
      base[i] = from + count;
      // All of a bin is as high as the root says; within it layers share by what they count.
      const unit = (Math.sqrt(totals[i]! / most) * height) / totals[i]!;
      text += `M${i} ${round(height - from * unit)}h1V${round(height - (from + count) * unit)}h-1z`;
    }
    return text;
  };
  return { speech: path("speech"), doings: path("doings"), comings: path("comings") };
}

const round = (value: number): number => Math.round(value * 100) / 100;
