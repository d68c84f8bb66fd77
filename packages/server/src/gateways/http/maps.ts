import { ElsewhereError } from "@elsewhere/protocol";
import type { MapDrawing } from "@elsewhere/world";
import type { Context } from "hono";
import type { Tokens } from "../../tokens/tokens.ts";
import { type HostView, operatorWho } from "../contract.ts";
import { bearerIfAny } from "./authorize.ts";
import { tagged, tagOf } from "./tagged.ts";

const noMap = (map: string): ElsewhereError =>
  new ElsewhereError("unknown", `there is no map ${JSON.stringify(map)} here`, { field: "map" });

/**
 * `GET /api/maps/:map` and its images. Whoever bears a token is shown the hidden rooms that they hold in the world: the operator
 * none, unless the operator came in and found them. A drawing never changes while it is held, so it is written out once.
 */
export function createMaps(
  view: HostView,
  tokens: Pick<Tokens, "verify">,
): {
  drawing(context: Context, map: string): Promise<Response>;
  image(context: Context, map: string, index: string): Promise<Response>;
} {
  const written = new WeakMap<MapDrawing, { readonly json: string; readonly tag: string }>();
  return {
    async drawing(context, map) {
      const bearer = await bearerIfAny(context, tokens);
      const who = bearer === null ? null : bearer.role === "person" ? bearer.who : operatorWho;
      const drawing = who === null ? view.drawing(map) : await view.drawingFor(map, who);
      if (drawing === null) throw noMap(map);
      let entry = written.get(drawing);
      if (!entry) {
        const json = JSON.stringify(drawing);
        entry = { json, tag: tagOf(json) };
        written.set(drawing, entry);
      }
      context.header("vary", "authorization", { append: true });
      return tagged(context, entry.json, entry.tag, "application/json", who === null ? "no-cache" : "private, no-cache");
    },
    async image(context, map, index) {
      const image = /^\d{1,4}$/.test(index) ? await view.tilesetImage(map, Number(index)) : null;
      if (image === null) throw new ElsewhereError("unknown", `map ${JSON.stringify(map)} has no such image`, { field: "image" });
      // Map authors choose these files: what is no picture is never served as anything a browser would run.
      const type = /^image\/[\w.+-]+$/.test(image.type) ? image.type : "application/octet-stream";
      return tagged(context, new Uint8Array(image.bytes), tagOf(image.bytes), type);
    },
  };
}
