import { z } from "zod";
import { ElsewhereError, type ErrorJson } from "./errors.ts";
import { issueToError } from "./intents.ts";
import { limits } from "./limits.ts";
import type { DoorSeen, Percept, Seen } from "./percepts.ts";

/** Version of the frames below; a client and a host with different versions refuse each other. */
export const protocolVersion = 2;

/** Client → host, always one JSON text per WebSocket message. */
export const clientFrameSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("hello"),
    version: z.int(),
    /** A JWT for a person or the operator; without one, a guest, where guests are allowed. */
    token: z.string().max(limits.tokenCharsMax).optional(),
    /** Name of a guest. */
    name: z.string().min(1).max(limits.nameCharsMax).optional(),
    /** `map/entry` to come in by, the first time. */
    entry: z.string().max(limits.coordinatesCharsMax).optional(),
    /** Operators only: perceive as this program does, without a body of one's own. */
    observe: z.string().max(limits.nameCharsMax).optional(),
    /** How `view` and `tick` come: as JSON text, or as the binary messages that `FrameReader` reads. */
    frames: z.enum(["json", "binary"]).default("json"),
  }),
  /** `n` counts up by one from `welcome.lastN`; the intent itself is checked by `checkIntent`. */
  z.strictObject({ type: z.literal("intent"), n: z.int().min(1), intent: z.unknown() }),
  /** Ask for the present state in one `view`. */
  z.strictObject({ type: z.literal("resync") }),
]);

export type ClientFrame = z.infer<typeof clientFrameSchema>;

/**
 * Host → client, one JSON text per WebSocket message; `view` and `tick` come binary to who asks for it. `seq` counts the
 * frames of both kinds, modulo 256: whoever misses one asks for the present state with `resync`.
 */
export type HostFrame =
  | {
      readonly type: "welcome";
      readonly version: number;
      readonly world: string;
      /** The body that perceives: one's own, or the observed program's. */
      readonly body: number;
      readonly name: string;
      readonly epoch: number;
      /** The last intent number of this inhabitant the world has taken. */
      readonly lastN: number;
      readonly tickMs: number;
      /** World milliseconds that pass in a real millisecond. */
      readonly speed: number;
      /** Set for a guest: the token to come back with. */
      readonly token: string | null;
      readonly observing: boolean;
    }
  /** All that is perceived now: on entering, on a new map, after `resync` or for a slow reader. */
  | {
      readonly type: "view";
      readonly seq: number;
      readonly map: string;
      readonly tick: number;
      /** World time, milliseconds since 1970. */
      readonly now: number;
      /** How far one sees here, in tiles. */
      readonly sight: number;
      readonly bodies: readonly Seen[];
      readonly doors: readonly DoorSeen[];
    }
  /** What one tick changed for this observer. */
  | {
      readonly type: "tick";
      readonly seq: number;
      readonly tick: number;
      readonly now: number;
      /** `[body, x, y, facing]`: tiles, facing 0 north 1 east 2 south 3 west. */
      readonly moves: readonly (readonly [number, number, number, number])[];
      readonly percepts: readonly Percept[];
    }
  /** The world holds its breath (a full disk) or goes on. */
  | { readonly type: "paused"; readonly reason: string | null }
  | { readonly type: "error"; readonly n: number | null; readonly error: ErrorJson }
  | { readonly type: "bye"; readonly reason: "left" | "fenced" | "refused" | "closing" | "withdrawn"; readonly error: ErrorJson | null };

/** Reads one client frame. Throws `limit`, `malformed` or `unknown`. */
export function parseClientFrame(text: string): ClientFrame {
  if (text.length > limits.frameBytesMax) {
    throw new ElsewhereError("limit", `frame is larger than ${limits.frameBytesMax} bytes`, {
      field: "frame",
      limit: limits.frameBytesMax,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ElsewhereError("malformed", "frame is not JSON", { field: "frame" });
  }
  const result = clientFrameSchema.safeParse(value);
  if (result.success) return result.data;
  throw issueToError(result.error.issues[0]!, "frame");
}
