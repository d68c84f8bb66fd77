import { ElsewhereError, formatCoordinates, limits, parseCoordinates } from "@elsewhere/protocol";
import { placeKey } from "../sealing/place-key.ts";
import type { Authority } from "./authority.ts";

interface MakeOptions {
  /** `map/place`. */
  readonly at: string;
  /** Null has one made. */
  readonly secret: string | null;
  readonly json: boolean;
}

/** Letters and digits that are not taken for one another, read or heard: five bits each. */
const letters = "0123456789abcdefghjkmnpqrstvwxyz";
const groupLetters = 4;
const groups = 5;
/** What whoever has the map could guess with patience. */
const guessedCharsMax = 15;

/** `elsewhere place key MAP/PLACE`: the public half of a place's key, for its map, and the coordinates that open it. */
export async function placeKeyCommand(
  { at, secret: given, json }: MakeOptions,
  authority: Pick<Authority, "print" | "say" | "randomBytes">,
): Promise<void> {
  const { map, place } = placeAt(at);
  const secret = given ?? makeSecret((count) => authority.randomBytes(count));
  checkSecret(secret);
  if (secret.length <= guessedCharsMax) {
    authority.say(
      `note: a secret of at most ${guessedCharsMax} characters can be guessed by whoever has the map: leave --secret out to have one made`,
    );
  }
  const { recipient } = await placeKey(map, place, secret);
  const coordinates = formatCoordinates({ map, place, secret });
  if (json) {
    authority.print(JSON.stringify({ map, place, recipient, coordinates }));
    return;
  }
  authority.print(`The area "${place}" of the map ${map} is a closed room with these custom properties, and without world:secret:`);
  authority.print("  world:hidden     true");
  authority.print(`  world:recipient  ${recipient}`);
  authority.print("Its coordinates, to keep and to give to those who may find it:");
  authority.print(`  ${coordinates}`);
  authority.print("They are kept nowhere, and without them nobody can open the room. After every start it is closed until somebody does:");
  authority.print("  elsewhere place open");
}

function placeAt(at: string): { readonly map: string; readonly place: string } {
  const to = parseCoordinates(at);
  if (!("place" in to) || to.map === null) {
    throw new ElsewhereError("malformed", `"${at.replace(/~.*/s, "")}" names no place of a map: write MAP/PLACE`, { field: "place" });
  }
  if (to.secret !== undefined)
    throw new ElsewhereError("malformed", "write MAP/PLACE, and its secret, if it has one, with --secret", { field: "place" });
  const limit = limits.nameCharsMax;
  if (Math.max(to.map.length, to.place.length) > limit) {
    throw new ElsewhereError("limit", `a map's and a place's names have at most ${limit} characters`, { field: "place", limit });
  }
  return { map: to.map, place: to.place };
}

/** As maps and coordinates take it. */
function checkSecret(secret: string): void {
  const field = "--secret";
  const limit = limits.placeSecretCharsMax;
  if (secret.length > limit) throw new ElsewhereError("limit", `a secret has at most ${limit} characters`, { field, limit });
  if (secret === "" || secret !== secret.trim() || /[\p{Cc}\u2028\u2029]/u.test(secret)) {
    throw new ElsewhereError("malformed", "a secret is one line of text, without blanks at its ends", { field });
  }
}

/** 100 bits, in groups one can say and type. */
function makeSecret(randomBytes: (count: number) => Uint8Array): string {
  const drawn = [...randomBytes(groups * groupLetters)].map((byte) => letters[byte % letters.length]!);
  return Array.from({ length: groups }, (_, i) => drawn.slice(i * groupLetters, (i + 1) * groupLetters).join("")).join("-");
}
