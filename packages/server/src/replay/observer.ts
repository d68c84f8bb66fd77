import { ElsewhereError } from "@elsewhere/protocol";
import { isHidden, type WorldMap } from "@elsewhere/world";
import { comparableName } from "../sessions/hellos.ts";
import type { Stretches } from "./archive.ts";
import type { Ends } from "./contract.ts";
import { PastWorld } from "./past-world.ts";

interface Somebody {
  readonly who: string;
  readonly name: string;
}

const hintsMax = 8;

/**
 * Who is meant by an id, with `program:` or `person:` or without, or by a name: looked for at a tick and at the newest. Throws `unknown`, with some
 * who are there and not hidden.
 */
export async function observerCalled(
  text: string,
  { maps, range }: { readonly maps: readonly WorldMap[]; readonly range: Ends },
  stretches: Stretches,
  tick: number,
  field: string,
): Promise<string> {
  const hints: string[] = [];
  for (const at of [tick, range.toTick]) {
    const past = new PastWorld(maps, stretches, null);
    await past.seek(at);
    const found = called(text, inhabitants(past));
    if (found !== null) return found;
    // They may be where nothing can be shown.
    if (past.isPartial && /^(program|person):./.test(text)) return text;
    for (const { who, name } of inTheOpen(past)) hints.push(who.startsWith("program:") ? who.slice("program:".length) : name);
  }
  const some = [...new Set(hints)].slice(0, hintsMax).join(", ");
  throw new ElsewhereError("unknown", `nobody is called "${text}" then or at the end${some === "" ? "" : `; there are ${some}`}`, {
    field,
  });
}

function called(text: string, all: readonly Somebody[]): string | null {
  for (const who of [text, `program:${text}`, `person:${text}`]) if (all.some((one) => one.who === who)) return who;
  return all.find(({ name }) => comparableName(name) === comparableName(text))?.who ?? null;
}

function inhabitants(past: PastWorld): readonly Somebody[] {
  return [...past.maps.values()].flatMap(({ state }) =>
    state === null
      ? []
      : [...state.bodies(), ...[...state.away.values()].map(({ luggage }) => luggage)].filter(({ kind }) => kind !== "thing"),
  );
}

function inTheOpen(past: PastWorld): readonly Somebody[] {
  return [...past.maps.values()].flatMap(({ map, state }) =>
    state === null ? [] : [...state.bodies()].filter(({ kind, tile }) => kind !== "thing" && !isHidden(map, tile)),
  );
}
