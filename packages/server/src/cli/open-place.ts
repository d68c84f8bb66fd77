import { ElsewhereError } from "@elsewhere/protocol";
import { hiddenPlaceForm, readHiddenPlace } from "../sealing/hidden-place.ts";
import type { Authority } from "./authority.ts";
import { askHost, runningHost } from "./running-host.ts";

interface OpenOptions {
  /** Null asks for them. */
  readonly coordinates: string | null;
  /** Of the host, with a token behind its # if it has one. */
  readonly url: string;
  readonly token: string | null;
  readonly json: boolean;
}

const question = {
  path: "/api/places/open",
  whose: "the operator's or a person's",
  undone: "opened nothing",
  field: "coordinates",
  expects: "opened",
};

/** `elsewhere place open`: has a running host open a closed place. */
export async function openPlaceCommand(
  { coordinates: given, json, ...asking }: OpenOptions,
  authority: Pick<Authority, "print" | "say" | "askUnseen" | "fetch">,
): Promise<void> {
  const host = runningHost(asking);
  const coordinates = (given ?? (await authority.askUnseen(`Coordinates, ${hiddenPlaceForm}: `)) ?? "").trim();
  const hidden = readHiddenPlace(coordinates);
  if (hidden === null) {
    throw new ElsewhereError("malformed", `these are no coordinates of a hidden place: write ${hiddenPlaceForm}`, { field: "coordinates" });
  }
  if (!host.isPrivate) authority.say("note: the secret goes over the network for all on the way to read: use https:// if the host has it");
  const { opened } = await askHost<{ readonly opened: boolean }>(host, { ...question, body: { coordinates } }, authority);
  const { map, place } = hidden;
  if (json) authority.print(JSON.stringify({ map, place, opened }));
  else if (opened) authority.print(`${map}/${place} is open: whoever rested in it goes on, and whoever has its coordinates gets in.`);
  else authority.print(`${map}/${place} was open already.`);
}
