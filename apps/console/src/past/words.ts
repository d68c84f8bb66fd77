import type { HostFrame, Sought } from "@elsewhere/protocol";
import { dayText, exactText } from "../state/clock.ts";
import type { Viewpoint } from "./film.ts";

type Gone = Extract<HostFrame, { readonly type: "replaying" }>["gone"];

/** `Thu 21 Mar, 07:42:10` */
export const momentText = (now: number): string => `${dayText(now)}, ${exactText(now)}`;

/** What one can go on to, with a verb for somebody who does it. */
export const soughtWords: readonly (readonly [Sought, string])[] = [
  ["heard", "speaks"],
  ["did", "does something"],
  ["moved_thing", "takes or gives a thing"],
  ["used", "uses or touches"],
  ["emoted", "makes a gesture"],
  ["door", "moves a door"],
  ["appeared", "comes into sight"],
  ["vanished", "goes out of sight"],
  ["entered", "comes in"],
  ["left", "leaves"],
];

const verbOf = (kind: Sought): string => soughtWords.find(([known]) => known === kind)![1];

/** Why there is no such moment, and what to do then. */
export function notFound({
  kind,
  who,
  back,
}: {
  readonly kind: Sought;
  readonly who?: string | undefined;
  readonly back: boolean;
}): string {
  const [where, other] = back ? ["before this", "on"] : ["after this", "back"];
  return `${who ?? "Nobody"} ${who === undefined ? verbOf(kind) : `never ${verbOf(kind)}`} ${where} moment. Look ${other} instead, or for something else.`;
}

/** Whose past is shown. */
export function viewpointText(from: Viewpoint, titleOf: (map: string) => string): string {
  if (from.kind === "own") return "As you perceived it.";
  return from.kind === "map" ? `All of ${titleOf(from.map)}.` : `As ${from.name} perceived it.`;
}

/** Why there is nothing to see. */
export function goneText(gone: NonNullable<Gone>, from: Viewpoint, titleOf: (map: string) => string): string {
  if (from.kind === "map") return `${titleOf(from.map)} was not there yet at this moment. Go on in time.`;
  const [name, was] = from.kind === "own" ? ["You", "were"] : [from.name, "was"];
  switch (gone) {
    case "away":
      return `${name} ${was} not in the world at this moment: out of it, or asleep.`;
    case "hidden":
      return `${name} ${was} out of sight at this moment, as in a hidden room. What happened there is not shown.`;
    case "before":
      return `${name} had not come into the world yet. Go on in time.`;
    case "after":
      return `${name} had been taken out of the world for good. Go back in time.`;
  }
}
