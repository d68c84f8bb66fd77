import { z } from "zod";
import { requireShallow } from "./depth.ts";
import { ElsewhereError } from "./errors.ts";
import { limits } from "./limits.ts";

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

const utf8 = new TextEncoder();
const jsonBytes = (value: unknown): number => utf8.encode(JSON.stringify(value)).length;

const body = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const text = z.string().min(1).max(limits.textCharsMax);
const coordinates = z.string().min(1).max(limits.coordinatesCharsMax);
const jsonAtMost = (bytes: number) =>
  z.json().refine((value) => jsonBytes(value) <= bytes, { message: `more than ${bytes} bytes of JSON`, params: { limit: bytes } });
const objectAtMost = (bytes: number) =>
  z
    .record(z.string(), z.json())
    .refine((value) => jsonBytes(value) <= bytes, { message: `more than ${bytes} bytes of JSON`, params: { limit: bytes } });

/** What an inhabitant may ask to do. The same schema checks an intent in the SDK and on the server. */
export const intentSchema = z.discriminatedUnion("kind", [
  /** Walk to coordinates (`map@x,y`, `map/place`, `@x,y`, `place`) or to within reach of a body. Answered on arrival. */
  z.strictObject({ kind: z.literal("walk"), to: z.union([coordinates, z.strictObject({ body })]) }),
  /** Walk after a body and keep doing so until something else is asked. Answered when it begins. */
  z.strictObject({ kind: z.literal("follow"), body }),
  z.strictObject({ kind: z.literal("stop") }),
  z.strictObject({ kind: z.literal("face"), direction: z.enum(["north", "east", "south", "west"]) }),
  /** Heard within the map's hearing (8 tiles) in the same room. */
  z.strictObject({ kind: z.literal("say"), text }),
  /** Heard by one body within 2 tiles. */
  z.strictObject({ kind: z.literal("whisper"), text, to: body }),
  /** Heard within 32 tiles in the same room. */
  z.strictObject({ kind: z.literal("shout"), text }),
  z.strictObject({ kind: z.literal("emote"), text: z.string().min(1).max(limits.emoteCharsMax) }),
  /** Answered with what is in sight (`Look`), or with one body's description. */
  z.strictObject({ kind: z.literal("look"), at: body.optional() }),
  /** Use a door by its name (with its code, if it has one) or a body within reach. */
  z.strictObject({
    kind: z.literal("use"),
    target: z.union([body, z.string().min(1).max(limits.nameCharsMax)]),
    code: z.string().max(limits.doorCodeCharsMax).optional(),
  }),
  z.strictObject({ kind: z.literal("take"), thing: body }),
  z.strictObject({ kind: z.literal("drop"), thing: body }),
  z.strictObject({ kind: z.literal("give"), thing: body, to: body }),
  /** Change what one's body shows: the whole traits object is replaced. */
  z.strictObject({ kind: z.literal("show"), traits: objectAtMost(limits.traitsBytesMax) }),
  /** A verb of the world's own: perceived by all in sight, or by `to` alone. */
  z.strictObject({
    kind: z.literal("do"),
    verb: z.string().min(1).max(limits.verbCharsMax),
    data: jsonAtMost(limits.doDataBytesMax).optional(),
    to: body.optional(),
  }),
  /**
   * Start a program beside oneself; only a program with a grant for that code may. `share` of what is left of one's own
   * quota becomes the child's. Answered with `{ program, body }`.
   */
  z.strictObject({
    kind: z.literal("spawn"),
    code: z.string().min(1).max(limits.spawnCodeCharsMax),
    name: z.string().min(1).max(limits.nameCharsMax),
    memory: objectAtMost(limits.spawnMemoryBytesMax).optional(),
    share: z.number().gt(0).max(limits.spawnShareMax).optional(),
  }),
  /** A program's wish to go on at another host, `elsewhere://host:port/place`, or by what that host is called here. Answered there. */
  z.strictObject({ kind: z.literal("cross"), to: z.string().min(1).max(limits.urlCharsMax) }),
  /** A program's consent to a crossing it was offered, answered where it goes on; or to let somebody in. */
  z.strictObject({ kind: z.literal("accept"), offer: z.string().max(limits.attemptCharsMax) }),
  z.strictObject({ kind: z.literal("decline"), offer: z.string().max(limits.attemptCharsMax), why: text.optional() }),
  /** Leave the world through the exit one stands at. */
  z.strictObject({ kind: z.literal("leave") }),
]);

export type Intent = z.infer<typeof intentSchema>;
export type IntentKind = Intent["kind"];
export type Direction = "north" | "east" | "south" | "west";

/** Checks an intent of unknown origin. Throws `malformed`, `unknown` or `limit` naming the field. */
export function checkIntent(value: unknown): Intent {
  requireShallow(value, "intent");
  const result = intentSchema.safeParse(value);
  if (result.success) return result.data;
  throw issueToError(result.error.issues[0]!, "intent");
}

/** Turns zod's first issue into the error a user meets: what was wrong, in which field, what the limit is. */
export function issueToError(issue: z.core.$ZodIssue, root: string): ElsewhereError {
  const field = [root, ...issue.path].join(".").slice(0, limits.coordinatesCharsMax);
  if (issue.code === "too_big") {
    const limit = Number(issue.maximum);
    return new ElsewhereError("limit", `${field} is larger than ${limit}`, { field, limit });
  }
  if (issue.code === "custom" && typeof issue.params?.["limit"] === "number") {
    return new ElsewhereError("limit", `${field} has ${issue.message}`, { field, limit: issue.params["limit"] });
  }
  if (issue.code === "invalid_union" && issue.path.at(-1) === "kind") {
    return new ElsewhereError("unknown", `${field} is not one this world knows`, { field });
  }
  return new ElsewhereError("malformed", `${field}: ${issue.message}`, { field });
}
