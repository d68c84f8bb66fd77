import { stats } from "../state/operator.ts";
import { bytesText, msText } from "../state/table.ts";
import { worldInfo } from "../state/world.ts";

/** How the host fares, each second. */
export function Figures() {
  const figures = stats.value;
  const wanted = 1000 / (worldInfo.value?.tickMs ?? 100);
  if (figures === null) return <dl class="figures" aria-label="Figures of the host" />;
  const slow = figures.ticksPerSecond < wanted * 0.9 || figures.tickLagMs > 200;
  const shown: readonly (readonly [string, string, boolean?])[] = [
    ["Ticks a second", figures.ticksPerSecond.toFixed(1), slow],
    ["Lag", msText(figures.tickLagMs), slow],
    ["Tick p50 / p99", `${figures.tickMsP50.toFixed(1)} / ${figures.tickMsP99.toFixed(1)} ms`],
    ["Commit p99", msText(figures.commitMsP99)],
    ["Bodies", figures.bodies.toLocaleString("en")],
    ["Sessions", figures.sessions.toLocaleString("en")],
    ["Workers lost", figures.workersLost.toLocaleString("en"), figures.workersLost > 0],
    ["Memory", bytesText(figures.rssBytes)],
  ];
  return (
    <dl class="figures" aria-label="Figures of the host" data-testid="figures">
      {shown.map(([title, text, bad]) => (
        <div key={title} data-bad={bad === true}>
          <dt>{title}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
