/** Who is near. Every inhabitant of Harbour shows its `role`, so that others can find a baker without knowing her name. */
import { me, type Seen } from "@elsewhere/program";

export const roleOf = (body: Seen): string => (typeof body.traits["role"] === "string" ? body.traits["role"] : "");
export const distance = (a: { x: number; y: number }, b: { x: number; y: number }): number =>
  Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y));

/** All in sight, the nearest first. */
export async function nearby(tiles = 16): Promise<readonly Seen[]> {
  const { x, y, bodies } = await me.look();
  const here = { x, y };
  return bodies.filter((body) => distance(here, body) <= tiles).toSorted((a, b) => distance(here, a) - distance(here, b));
}

/** The nearest of that role in sight. */
export async function nearest(role: string, tiles = 16): Promise<Seen | undefined> {
  return (await nearby(tiles)).find((body) => roleOf(body) === role);
}

/** Those one can talk with: awake, and neither a thing nor something that only looks alive. */
export const isSomebody = (body: Seen): boolean =>
  body.kind !== "thing" && body.posture === "awake" && !["lamp", "bell", "cat"].includes(roleOf(body));
