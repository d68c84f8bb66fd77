import type { BodyTable } from "../bodies.ts";

const columns = [
  "id",
  "x",
  "y",
  "tile",
  "facing",
  "at",
  "asleepSince",
  "speed",
  "layerOn",
  "layerSees",
  "epoch",
  "lastN",
  "cold",
  "activity",
] as const satisfies readonly (keyof BodyTable)[];

/**
 * Counts from now on every look at a body of the table: each value read of one, and each search for one by its id. Tells
 * what a step costs without a clock; the table must not grow meanwhile.
 */
export function countLooks(bodies: BodyTable): () => number {
  let looks = 0;
  const counting = (target: object): object =>
    new Proxy(target, {
      get: (_, key) => {
        if (typeof key === "string" && /^\d+$/.test(key)) looks++;
        return Reflect.get(target, key, target) as unknown;
      },
      set: (_, key, value) => Reflect.set(target, key, value, target),
    });
  for (const column of columns) Object.assign(bodies, { [column]: counting(bodies[column]) });
  const slotOf = bodies.slotOf.bind(bodies);
  bodies.slotOf = (id) => {
    looks++;
    return slotOf(id);
  };
  return () => looks;
}
