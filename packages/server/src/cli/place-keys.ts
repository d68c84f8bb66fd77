import { ElsewhereError } from "@elsewhere/protocol";
import { hiddenPlaceForm, readHiddenPlace } from "../sealing/hidden-place.ts";
import type { Authority } from "./authority.ts";

const field = "--place-keys";

/**
 * The coordinates of hidden places in a file, one a line; a line that begins with `#` is a comment. Says it where others may read
 * that file. Throws `unknown` if there is none, and `malformed` with file and line, and without what is written there.
 */
export async function readPlaceKeys(
  path: string | null,
  authority: Pick<Authority, "absolute" | "readFile" | "isShared" | "say">,
): Promise<readonly string[]> {
  if (path === null) return [];
  const file = authority.absolute(path);
  const bytes = await authority.readFile(file);
  if (bytes === null)
    throw new ElsewhereError("unknown", `there is no file ${path}: give ${field} one with a place's coordinates a line`, { field });
  if (await authority.isShared(file))
    authority.say(`note: others may read ${path}, which holds secrets: make it yours alone with chmod 600`);
  return placeKeysIn(new TextDecoder().decode(bytes), path);
}

function placeKeysIn(text: string, path: string): readonly string[] {
  return text.split("\n").flatMap((written, i) => {
    const line = written.trim();
    if (line === "" || line.startsWith("#")) return [];
    if (readHiddenPlace(line) !== null) return [line];
    const message = `${path}:${i + 1} is no coordinates of a hidden place: write ${hiddenPlaceForm}, or # before a comment`;
    throw new ElsewhereError("malformed", message, { field });
  });
}
