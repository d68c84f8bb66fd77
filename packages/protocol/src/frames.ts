import { z } from "zod";
import { ElsewhereError, type ErrorJson } from "./errors.ts";
import { issueToError } from "./intents.ts";
import { limits } from "./limits.ts";
import type { DoorSeen, Percept, Seen } from "./percepts.ts";

/** Version of the frames below; a client and a host with different versions refuse each other. */
export const protocolVersion = 2;

const sought = ["heard", "emoted", "used", "did", "moved_thing", "door", "appeared", "vanished", "entered", "left"] as const;

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
    /** See the world's past instead of its present: a person their own, the operator what is not hidden. */
    replay: z
      .strictObject({
        /** Operators only: through whose eyes, `program:…` or `person:…`. */
        as: z.string().max(limits.nameCharsMax).optional(),
        /** Operators only: everything of this map that is not hidden. */
        map: z.string().max(limits.nameCharsMax).optional(),
        /** World time to begin at, ms since 1970; the newest moment where it is left out. */
        at: z.number().optional(),
        /** Operators only: coordinates of hidden places, `map/place~SECRET`, that are to be seen as well. */
        places: z.array(z.string().max(limits.coordinatesCharsMax)).max(limits.replayPlacesMax).optional(),
      })
      .optional(),
    /** How `view` and `tick` come: as JSON text, or as the binary messages that `FrameReader` reads. */
    frames: z.enum(["json", "binary"]).default("json"),
  }),
  /** `n` counts up by one from `welcome.lastN`; the intent itself is checked by `checkIntent`. */
  z.strictObject({ type: z.literal("intent"), n: z.int().min(1), intent: z.unknown() }),
  /** Ask for the present state in one `view`. */
  z.strictObject({ type: z.literal("resync") }),
  /** On a connection that replays: where to be, how fast to go on, and as whom. What is left out stays as it is. */
  z.strictObject({
    type: z.literal("replay"),
    /** World time, ms since 1970. */
    at: z.number().optional(),
    /** Times the pace the world had; 0 stops, a negative one runs backwards. */
    speed: z.number().min(-limits.replaySpeedMax).max(limits.replaySpeedMax).optional(),
    /** So many ticks on, or back where it is negative. */
    step: z.int().min(-limits.replayStepTicksMax).max(limits.replayStepTicksMax).optional(),
    /** On to the next time something of that kind happens, or back to the last. */
    next: z
      .strictObject({
        kind: z.enum(sought),
        /** Who did it: `program:…`, `person:…` (operators only) or the name others see. */
        who: z.string().min(1).max(limits.nameCharsMax).optional(),
        back: z.boolean().default(false),
      })
      .optional(),
    as: z.string().max(limits.nameCharsMax).optional(),
    map: z.string().max(limits.nameCharsMax).optional(),
  }),
]);

/** What one can go on to in a replay: `entered` and `left` are of the world and of a map. */
export type Sought = (typeof sought)[number];

/** What a connection that replays may ask for. */
export type ReplayOrder = Omit<Extract<ClientFrame, { type: "replay" }>, "type">;

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
  /** Where a replay stands: after whatever is asked for, whenever one of these changes, and each second while it runs. */
  | {
      readonly type: "replaying";
      readonly tick: number;
      /** World time, milliseconds since 1970. */
      readonly now: number;
      /** How fast it goes on: 0 once an end of the record is reached. */
      readonly speed: number;
      /** World time of the record's ends. */
      readonly from: number;
      readonly to: number;
      /** Through whose eyes, and all of which map; one of them is null. */
      readonly as: string | null;
      readonly map: string | null;
      /**
       * Why nothing is shown: not in the world then, or unplugged; in a hidden room; not come yet; taken out of it for good.
       * Null while something is.
       */
      readonly gone: "away" | "hidden" | "before" | "after" | null;
      /** Of the answer to `next`: whether there is such a moment. Null in all others. */
      readonly found: boolean | null;
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
