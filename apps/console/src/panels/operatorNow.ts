import { followed, stats } from "../state/operator.ts";
import { perceiver } from "../state/session.ts";
import { worldInfo } from "../state/world.ts";

let first: { readonly tick: number; readonly now: number } | null = null;

/** World time as far as an operator without a body can know it: counted on from the page's first look, by ticks. */
export function operatorNow(): number {
  const seer = followed.value?.perceiver ?? perceiver.value;
  if (seer !== null) return seer.world.now;
  const world = worldInfo.value;
  const figures = stats.value;
  if (world === null || figures === null) return world?.now ?? 0;
  first ??= { tick: figures.tick, now: world.now };
  return first.now + (figures.tick - first.tick) * world.tickMs * world.speed;
}
