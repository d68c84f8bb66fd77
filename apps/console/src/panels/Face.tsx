import type { BodyKind } from "@elsewhere/protocol";
import { colourOfName, cssColour } from "../map/palette.ts";

/** A body's colour and initial, as on the map: round for people, pointed for programs, square for things. */
export function Face({ name, kind }: { readonly name: string; readonly kind: BodyKind }) {
  return (
    <span class="face" data-kind={kind} style={{ background: cssColour(colourOfName(name)) }} aria-hidden="true">
      {[...name][0]?.toUpperCase() ?? "?"}
    </span>
  );
}
