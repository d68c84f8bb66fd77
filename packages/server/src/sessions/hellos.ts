import { type ClientFrame, ElsewhereError, limits, protocolVersion } from "@elsewhere/protocol";
import type { Bearer, Connection } from "../gateways/contract.ts";
import type { Look } from "../replay/contract.ts";
import type { Hello } from "./session.ts";

/** What a hello is checked against. */
export interface HelloPolicy {
  verify(token: string): Promise<Bearer>;
  guestAllowed(connection: Connection): boolean;
  /** A fresh identity for a guest of that name, with the token to come back with. */
  newGuest(name: string): Promise<{ readonly who: string; readonly token: string }>;
  isProgram(program: string): boolean;
  /** Whether somebody who is here, or a program wherever it is, bears that name. */
  nameTaken(name: string): boolean;
}

/** Decides who a connection speaks for. Throws `unsupported`, `forbidden`, `taken`, `unknown` or `malformed`. */
export async function checkHello(frame: ClientFrame & { type: "hello" }, connection: Connection, policy: HelloPolicy): Promise<Hello> {
  if (frame.version !== protocolVersion) {
    throw new ElsewhereError("unsupported", `protocol ${frame.version} is not spoken here: this host speaks ${protocolVersion}`, {
      field: "hello.version",
    });
  }
  const bearer = frame.token === undefined ? null : await policy.verify(frame.token);
  if (frame.replay !== undefined) {
    const { replay, frames } = frame;
    const by = bearer?.role ?? "person";
    return { as: "replay", request: { by, look: lookOf(replay, bearer), at: replay.at ?? null, frames, places: replay.places ?? [] } };
  }
  if (frame.observe !== undefined) return observer(frame.observe, bearer, policy);
  const entry = frame.entry ?? null;
  if (bearer?.role === "person") return { as: "person", who: bearer.who, name: bearer.name, entry, guestToken: null };
  const name = cleanName(frame.name ?? (bearer === null ? "Guest" : "Warden"));
  if (bearer !== null) return { as: "person", who: "person:operator", name, entry, guestToken: null };
  if (!policy.guestAllowed(connection)) {
    throw new ElsewhereError("forbidden", "guests may not enter from here: bring a token", { field: "hello.token" });
  }
  requireFreeName(name, (wanted) => policy.nameTaken(wanted));
  const guest = await policy.newGuest(name);
  return { as: "person", who: guest.who, name, entry, guestToken: guest.token };
}

type Replayed = NonNullable<(ClientFrame & { type: "hello" })["replay"]>;

function lookOf({ as, map, places }: Replayed, bearer: Bearer | null): Look {
  if (bearer === null) throw new ElsewhereError("forbidden", "the past is shown to whoever brings a token", { field: "hello.token" });
  if (bearer.role === "operator") return operatorsLook(as, map, "hello.replay");
  if (as === undefined && map === undefined && places === undefined) return { who: bearer.who, as: "present" };
  throw new ElsewhereError("forbidden", "a person sees their own past: leave out as, map and places", { field: "hello.replay" });
}

/** What an operator asks to look at. Throws `malformed` unless it is one thing, `as` or `map`. */
export function operatorsLook(as: string | undefined, map: string | undefined, field: string): Look {
  if (as !== undefined && as !== "" && map === undefined) return { who: as, as: "observing" };
  if (map !== undefined && as === undefined) return { map };
  throw new ElsewhereError("malformed", "say through whose eyes (as: program:…, person:… or a name) or which map", { field });
}

function observer(program: string, bearer: Bearer | null, policy: HelloPolicy): Hello {
  if (bearer?.role !== "operator") {
    throw new ElsewhereError("forbidden", "only an operator may look through a program's eyes", { field: "hello.observe" });
  }
  if (!policy.isProgram(program)) {
    throw new ElsewhereError("unknown", `there is no program "${program}"`, { field: "hello.observe" });
  }
  return { as: "observer", program };
}

/** Throws `taken`. */
export function requireFreeName(name: string, isTaken: (name: string) => boolean): void {
  if (!isTaken(name)) return;
  throw new ElsewhereError("taken", `somebody here is already called "${name}": choose another name`, { field: "hello.name" });
}

/** Names that look alike but for case, width or ligatures are one name. */
export const comparableName = (name: string): string => name.normalize("NFKC").toLowerCase();

/** A name as others will see it: printable, single-spaced, not empty. */
function cleanName(name: string): string {
  const clean = name
    .normalize("NFC")
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, limits.nameCharsMax);
  if (clean === "") throw new ElsewhereError("malformed", "a name needs at least one letter", { field: "hello.name" });
  return clean;
}
