/**
 * One size of the scene, our side alone, in a process of its own: `grow.ts BODIES OBSERVERS IN_SIGHT TICKS` prints what it
 * costs to find and encode what everybody sees. Some of the observers decode it and compare it with what they must see.
 */
import { median } from "../report.ts";
import { OurSide } from "./our-side.ts";
import { checkKnown, seenBy } from "./truth.ts";

export interface GrowthFigures {
  /** CPU of the whole process in a tick, ms. */
  readonly cpuMs: number;
  /** What one observer is sent in a tick, and how many it has in sight, itself included; means. */
  readonly bytes: number;
  readonly inSight: number;
  /** How many times what an observer knew was compared. */
  readonly compared: number;
}

const comparing = 20;

function measure(size: { bodies: number; observers: number; inSight: number; ticks: number }): GrowthFigures {
  const { observers, ticks } = size;
  const side = new OurSide({ seed: 4, ...size });
  const clients = Array.from({ length: comparing }, (_, i) => ({
    observer: Math.floor((i * observers) / comparing),
    client: side.client(),
  }));
  const cpuMs: number[] = [];
  let [bytes, seen] = [0, 0];
  for (let tick = 0; tick <= ticks; tick++) {
    side.move(tick);
    const before = process.cpuUsage();
    const frames = side.encode(tick);
    const { user, system } = process.cpuUsage(before);
    const { moment } = side;
    const measured = tick > ticks >> 1;
    if (measured) {
      cpuMs.push((user + system) / 1000);
      bytes += frames.reduce((sum, frame) => sum + frame.length, 0) / observers;
    }
    for (const { observer, client } of clients) {
      client.take(frames[observer]!);
      const must = seenBy(moment, observer);
      checkKnown(moment, must, client, `tick ${tick}, observer ${observer}`);
      if (measured) seen += must.length / comparing;
    }
  }
  const count = cpuMs.length;
  return { cpuMs: median(cpuMs), bytes: bytes / count, inSight: seen / count, compared: comparing * (ticks + 1) };
}

const [bodies, observers, inSight, ticks] = process.argv.slice(2).map(Number) as [number, number, number, number];
process.stdout.write(JSON.stringify(measure({ bodies, observers, inSight, ticks })));
