import { ElsewhereError } from "@elsewhere/protocol";
import type { MapDrawing } from "@elsewhere/world";
import type { Context } from "hono";
import type { HostView } from "../contract.ts";
import { tagged, tagOf } from "./tagged.ts";

const noMap = (map: string): ElsewhereError =>
  new ElsewhereError("unknown", `there is no map ${JSON.stringify(map)} here`, { field: "map" });

/** `GET /api/maps/:map` and its images. A drawing never changes while it is held, so it is written out once. */
export function createMaps(view: HostView): {
  drawing(context: Context, map: string): Response;
  image(context: Context, map: string, index: string): Promise<Response>;
} {
  const written = new WeakMap<MapDrawing, { readonly json: string; readonly tag: string }>();
  return {
    drawing(context, map) {
      const drawing = view.drawing(map);
      if (drawing === null) throw noMap(map);
      let entry = written.get(drawing);
      if (!entry) {
        const json = JSON.stringify(drawing);
        entry = { json, tag: tagOf(json) };
        written.set(drawing, entry);
      }
      return tagged(context, entry.json, entry.tag, "application/json");
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
