/** How something grows, as a picture: a panel for each thing measured, two in a row; both axes are logarithmic. */
export interface Series {
  readonly name: string;
  readonly color: string;
  readonly points: readonly (readonly [along: number, value: number])[];
}

export interface Panel {
  readonly title: string;
  readonly unit: string;
  /** What there is more of from left to right. */
  readonly along: string;
  readonly series: readonly Series[];
}

export const colors = ["#b4552d", "#2d6cb4", "#3f8f4f"] as const;

const width = 420;
const height = 320;
const titleHeight = 28;
const margin = { left: 64, right: 16, top: 40, bottom: 48 };

export function plotOf(title: string, panels: readonly Panel[]): string {
  const columns = Math.min(panels.length, 2);
  const drawn = panels.map((panel, i) => {
    const [x, y] = [(i % columns) * width, Math.floor(i / columns) * height + titleHeight];
    return `<g transform="translate(${x} ${y})">${panelOf(panel)}</g>`;
  });
  const total = { width: columns * width, height: Math.ceil(panels.length / columns) * height + titleHeight };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${total.width} ${total.height}" width="${total.width}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="16" y="20" font-size="15" font-weight="600" fill="#222">${escape(title)}</text>`,
    drawn.join(""),
    "</svg>\n",
  ].join("\n");
}

function panelOf({ title, unit, along, series }: Panel): string {
  const points = series.flatMap((each) => each.points);
  const x = scaleOf(
    points.map(([at]) => at),
    margin.left,
    width - margin.right,
  );
  const y = scaleOf(
    points.map(([, value]) => value),
    height - margin.bottom,
    margin.top,
  );
  const grid = [
    ...x.ticks.map(
      (tick) =>
        line(x.at(tick), margin.top, x.at(tick), height - margin.bottom) +
        text(x.at(tick), height - margin.bottom + 18, short(tick), "middle"),
    ),
    ...y.ticks.map(
      (tick) => line(margin.left, y.at(tick), width - margin.right, y.at(tick)) + text(margin.left - 8, y.at(tick) + 4, short(tick), "end"),
    ),
  ];
  const curves = series.map(({ name, color, points: own }, i) => {
    const path = own.map(([at, value], k) => `${k === 0 ? "M" : "L"}${x.at(at).toFixed(1)} ${y.at(value).toFixed(1)}`).join("");
    const dots = own
      .map(([at, value]) => `<circle cx="${x.at(at).toFixed(1)}" cy="${y.at(value).toFixed(1)}" r="4" fill="${color}"/>`)
      .join("");
    const legend = `<circle cx="${margin.left + 12}" cy="${margin.top + 14 + i * 18}" r="4" fill="${color}"/>${text(margin.left + 22, margin.top + 18 + i * 18, name, "start")}`;
    return `<path d="${path}" fill="none" stroke="${color}" stroke-width="2"/>${dots}${legend}`;
  });
  const labels =
    text(margin.left, margin.top - 10, `${title} (${unit})`, "start") + text((margin.left + width) / 2, height - 10, along, "middle");
  return [...grid, ...curves, labels].join("");
}

/** Powers of ten around the values. */
function scaleOf(values: readonly number[], from: number, to: number): { ticks: number[]; at: (value: number) => number } {
  const positive = values.filter((value) => value > 0);
  const low = Math.floor(Math.log10(Math.min(...positive)) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive)) - 1e-9));
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
  return { ticks, at: (value) => from + ((Math.log10(Math.max(value, 10 ** low)) - low) / (high - low)) * (to - from) };
}

const line = (x1: number, y1: number, x2: number, y2: number): string =>
  `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="#ddd"/>`;
const text = (x: number, y: number, content: string, anchor: string): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="#333">${escape(content)}</text>`;
const short = (value: number): string =>
  value >= 1e6 ? `${value / 1e6}M` : value >= 1e3 ? `${value / 1e3}k` : String(Number(value.toPrecision(1)));
const escape = (content: string): string => content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
