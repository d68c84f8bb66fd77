import { ElsewhereError } from "@elsewhere/protocol";
import { hiddenPlaceForm, readHiddenPlace } from "../sealing/hidden-place.ts";
import type { Authority } from "./authority.ts";

interface OpenOptions {
  /** Null asks for them. */
  readonly coordinates: string | null;
  /** Of the host, with a token behind its # if it has one. */
  readonly url: string;
  readonly token: string | null;
  readonly json: boolean;
}

/** `elsewhere place open`: has a running host open a closed place. */
export async function openPlaceCommand(
  { coordinates: given, url: address, token, json }: OpenOptions,
  authority: Pick<Authority, "print" | "say" | "askUnseen" | "fetch">,
): Promise<void> {
  const url = hostAt(address);
  const coordinates = (given ?? (await authority.askUnseen(`Coordinates, ${hiddenPlaceForm}: `)) ?? "").trim();
  const hidden = readHiddenPlace(coordinates);
  if (hidden === null) {
    throw new ElsewhereError("malformed", `these are no coordinates of a hidden place: write ${hiddenPlaceForm}`, { field: "coordinates" });
  }
  if (url.protocol === "http:" && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname)) {
    authority.say("note: the secret goes over the network for all on the way to read: use https:// if the host has it");
  }
  const opened = await ask(url, coordinates, token ?? tokenIn(url), authority);
  const { map, place } = hidden;
  if (json) authority.print(JSON.stringify({ map, place, opened }));
  else if (opened) authority.print(`${map}/${place} is open: whoever rested in it goes on, and whoever has its coordinates gets in.`);
  else authority.print(`${map}/${place} was open already.`);
}

function hostAt(address: string): URL {
  const url = URL.parse(address);
  if (url !== null && (url.protocol === "http:" || url.protocol === "https:")) return url;
  throw new ElsewhereError("malformed", `--url wants the address of a host, as http://localhost:7070`, { field: "--url" });
}

/** A host says its address with the operator's token behind it, and an invitation has a person's. */
function tokenIn(url: URL): string | null {
  const fields = new URLSearchParams(url.hash.slice(1));
  return fields.get("operator") ?? fields.get("token");
}

/** Whether the place had been closed. */
async function ask(url: URL, coordinates: string, token: string | null, authority: Pick<Authority, "fetch">): Promise<boolean> {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  const body = JSON.stringify({ coordinates });
  const { origin } = url;
  const response = await authority.fetch(new URL("/api/places/open", url).href, headers, body).catch((cause: unknown) => {
    throw new ElsewhereError("unreachable", `nothing answers at ${origin}: is the server running?`, { field: "--url" }, { cause });
  });
  const said = (await response.json().catch(() => null)) as { readonly opened?: unknown; readonly message?: unknown } | null;
  if (response.ok && typeof said?.opened === "boolean") return said.opened;
  if (response.status === 401 && token === null) {
    throw new ElsewhereError("forbidden", `${origin} wants to know who asks: give --token, the operator's or a person's`, {
      field: "--token",
    });
  }
  const message = typeof said?.message === "string" ? said.message : `it answered with ${response.status}: is it a host of Elsewhere?`;
  throw new ElsewhereError("unknown", `${origin} opened nothing: ${message}`, { field: "coordinates" });
}
