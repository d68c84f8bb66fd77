import { ElsewhereError } from "@elsewhere/protocol";

/** What a body is on and sees: masks with a bit for each layer. */
export interface Layers {
  readonly on: number;
  readonly sees: number;
}

/** Throws `malformed` for names that cannot be told apart or from numbers. */
export function requireLayerNames(names: readonly string[]): void {
  const odd = names.find((name, i) => /^\d+$/.test(name) || names.indexOf(name) !== i);
  const wrong = odd === undefined ? null : `"${odd}" is a number or there twice`;
  const told = names[0] === "common" ? wrong : 'the first must be "common", the layer of everybody';
  if (told !== null) throw new ElsewhereError("malformed", `world.json: layers: ${told}`, { field: "layers" });
}

/** The mask of layers given by number or by name. Throws `unknown` naming the field. */
export function maskOf(layers: readonly (number | string)[], names: readonly string[], field: string): number {
  let mask = 0;
  for (const layer of layers) {
    const number = typeof layer === "number" ? layer : names.indexOf(layer);
    if (number === -1) throw new ElsewhereError("unknown", `world.json: ${field}: there is no layer "${layer}" in layers`, { field });
    mask |= 1 << number;
  }
  return mask >>> 0;
}
