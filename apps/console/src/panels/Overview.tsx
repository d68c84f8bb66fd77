import type { Stats } from "@elsewhere/protocol";
import { stats } from "../state/operator.ts";
import { largest } from "../state/programs.ts";
import { bytesText, countText } from "../state/table.ts";

/** Where the heaps of all programs are, and how large the largest are: the whole host at a glance. */
export function Overview() {
  return (
    <div class="overview">
      {stats.value !== null && <Residence figures={stats.value} />}
      {largest.value.length > 0 && <Largest />}
    </div>
  );
}

function Residence({ figures }: { readonly figures: Stats }) {
  const { programs, programsLive, programsParked, parkedBytes } = figures;
  const shares = [
    { kind: "live", count: programsLive, meaning: "in a memory of their own" },
    { kind: "parked", count: programsParked, meaning: `as images in the host's memory, ${bytesText(parkedBytes)} in all` },
    { kind: "stored", count: Math.max(0, programs - programsLive - programsParked), meaning: "in storage alone" },
  ];
  return (
    <div class="residence">
      <h2>Where their heaps are</h2>
      <div class="shares" aria-hidden="true">
        {shares.map(({ kind, count }) => count > 0 && <span key={kind} data-residence={kind} style={{ flexGrow: count }} />)}
      </div>
      <ul data-testid="residence">
        {shares.map(({ kind, count, meaning }) => (
          <li key={kind} title={meaning}>
            <span class="swatch" data-residence={kind} aria-hidden="true" />
            {countText(count)} {kind}
          </li>
        ))}
      </ul>
    </div>
  );
}

const barsHeight = 36;

function Largest() {
  const heaps = largest.value;
  const top = heaps[0]!;
  const least = heaps.at(-1)!;
  const words = `${heaps.length} largest heaps, from ${bytesText(top.heapBytes)} (${top.name}) to ${bytesText(least.heapBytes)}`;
  return (
    <div class="largest">
      <h2>
        Largest heaps <span class="count">up to {bytesText(top.heapBytes)}</span>
      </h2>
      <svg viewBox={`0 0 ${heaps.length * 6} ${barsHeight}`} height={barsHeight} preserveAspectRatio="none" role="img" aria-label={words}>
        {heaps.map(({ program, name, heapBytes }, i) => {
          const height = Math.max(1, (heapBytes / Math.max(1, top.heapBytes)) * barsHeight);
          return (
            <rect key={program} x={i * 6} y={barsHeight - height} width="5" height={height}>
              <title>
                {name}: {bytesText(heapBytes)}
              </title>
            </rect>
          );
        })}
      </svg>
    </div>
  );
}
