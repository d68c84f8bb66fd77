import type { DoorSeen, JsonObject, Look, Seen } from "@elsewhere/protocol";
import { bearing } from "./bearings.ts";
import { joinNames, plainJson } from "./sentences.ts";

/** What one sees of a body, as a few sentences. The host may answer a look with its description beside it. */
export function describeBody(body: Seen & { readonly description?: unknown }): string {
  const kinds = { person: "a person", program: "one of this world's own", thing: "a thing" } as const;
  const parts = [`${body.name} is ${kinds[body.kind]}${body.posture === "asleep" ? ", asleep" : ""}.`];
  if (typeof body.description === "string" && body.description !== "") parts.push(body.description);
  const shown = plainTraits(body.traits);
  if (shown !== "") parts.push(`Shows: ${shown}.`);
  const marks = plainTraits(body.marks);
  if (marks !== "") parts.push(`Bears: ${marks}.`);
  if (body.carries.length > 0) parts.push(`Carries ${joinNames(body.carries, 6)}.`);
  return parts.join(" ");
}

const plainTraits = (traits: JsonObject): string => (Object.keys(traits).length === 0 ? "" : plainJson(traits, 200));

/** What one sees around oneself: the answer to `look`, in words. */
export function describeLook(look: Look, me: number, title: string): string {
  const others = look.bodies.filter(({ id }) => id !== me);
  const where = look.place === null ? title : `${look.place}, ${title}`;
  const parts = [`You are at ${where} (tile ${Math.floor(look.x)}, ${Math.floor(look.y)}).`];
  if (look.description !== "") parts.push(look.description);
  parts.push(
    others.length === 0
      ? "Nobody is in sight."
      : `In sight: ${others
          .slice(0, 12)
          .map((body) => `${body.name}, ${bearing(look, body)}`)
          .join("; ")}${more(others.length - 12)}.`,
  );
  if (look.doors.length > 0) parts.push(`Doors: ${look.doors.map((door) => describeDoor(door, look)).join("; ")}.`);
  return parts.join(" ");
}

const more = (count: number): string => (count > 0 ? ` and ${count} more` : "");

export const describeDoor = (door: DoorSeen, from: { readonly x: number; readonly y: number }): string =>
  `${door.name}, ${door.open ? "open" : "closed"}, ${bearing(from, door)}`;
