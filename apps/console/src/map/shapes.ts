import type { Seen } from "@elsewhere/protocol";

/** What a body is drawn as. */
export type Shape = "person" | "hooded" | "child" | "animal" | "lamp" | "thing";

/** Roles a body may show that say it is no walking, talking somebody. */
const shapeOfRole: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ...["lamp", "lantern", "light", "torch"].map((role) => [role, "lamp"] as const),
  ...["cat", "dog", "bird", "gull", "goat", "sheep", "cow", "horse", "hen", "rat", "animal"].map((role) => [role, "animal"] as const),
  ...["bell", "stall", "lock", "sign", "board", "clock", "machine", "door", "box", "thing"].map((role) => [role, "thing"] as const),
  ["child", "child"],
]);

/** People are always drawn as people; others as what the role among their traits says. */
export function shapeOf({ kind, traits }: Pick<Seen, "kind" | "traits">): Shape {
  if (kind === "person") return "person";
  const { role } = traits;
  const shape = typeof role === "string" ? shapeOfRole.get(role) : undefined;
  return shape ?? (kind === "thing" ? "thing" : "hooded");
}

/** Whether it stands where it stands, and matters less than those who come and go. */
export const isFixture = (body: Pick<Seen, "kind" | "traits">): boolean => {
  const shape = shapeOf(body);
  return shape === "thing" || shape === "lamp";
};
