/** What a parcel says in words, checked to the last field: whoever reads it was told it by a stranger. */
import { SourceMap } from "node:module";
import { type JsonObject, limits, type Percept, requireShallow, sensations } from "@elsewhere/protocol";
import { z } from "zod";
import { perceptKinds } from "../programs/sandbox/outcome.ts";
import type { Letter, Parcel } from "./contract.ts";
import { type MessageOf, nameSchema, quotaSchema } from "./messages.ts";

export type ParcelWords = Omit<Parcel, "image">;

const lostItemsMax = 100;
const mapSourcesMax = 1_000;
const tooMuch = (limit: number) => ({ message: `more than ${limit} bytes`, params: { limit }, abort: true });
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);

/** An object out of `JSON.parse`, which needs no look into it but for its depth. Throws `limit` where it is too deep. */
const jsonObject = (bytesMax: number) =>
  z
    .custom<JsonObject>((value) => isObject(value) && shallow(value), { message: "Invalid input: expected object", abort: true })
    .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= bytesMax, tooMuch(bytesMax));

function shallow(value: object): true {
  requireShallow(value, "parcel");
  return true;
}

const textOf = (bytesMax: number) => z.string().refine((text) => Buffer.byteLength(text) <= bytesMax, tooMuch(bytesMax));
const count = z.int().min(0);
/** What `Date` knows as a moment, ms since 1970. */
const moment = z.number().min(-8.64e15).max(8.64e15);

const mapSchema = z.strictObject({
  version: z.literal(3),
  sources: z.array(z.string().max(limits.spawnCodeCharsMax)).max(mapSourcesMax),
  sourcesContent: z.array(z.null()).optional(),
  names: z.array(z.string()),
  mappings: z.string(),
});

/** Errors of the program will be told by it: that must not be the first time it is read. */
function isSourceMap(text: string): boolean {
  try {
    const map: unknown = mapSchema.parse(JSON.parse(text));
    void new SourceMap(map as ConstructorParameters<typeof SourceMap>[0]);
    return true;
  } catch {
    return false;
  }
}

const kinds: ReadonlySet<unknown> = new Set(perceptKinds.filter((kind) => !sensations.has(kind)));
/** Beyond its kind it is the program's to read, which believes what its host tells it and no host believes. */
const percept = jsonObject(limits.perceptBytesMax).refine(({ kind }) => kinds.has(kind), { message: "no percept that is kept" });

export const wordsSchema = z
  .strictObject({
    name: nameSchema,
    description: z.string().max(limits.textCharsMax),
    traits: jsonObject(limits.traitsBytesMax),
    marks: jsonObject(limits.marksBytesMax),
    walks: z.boolean(),
    now: moment,
    code: z.strictObject({
      hash: z.string().regex(/^[0-9a-f]{64}$/),
      text: textOf(limits.codeBytesMax),
      map: textOf(limits.codeMapBytesMax).refine((map) => map === "" || isSourceMap(map), { message: "no source map" }),
    }),
    heapBytes: count.max(limits.heapBytesMax),
    memory: jsonObject(limits.memoryBytesMax),
    wants: z.array(z.enum(perceptKinds)).max(perceptKinds.length),
    wakeAt: moment.nullable(),
    lastN: count,
    n: z.int().min(1),
    turns: count,
    faults: count,
    quota: quotaSchema,
    mail: z
      .array(z.strictObject({ seq: z.int().min(1), percept: percept.transform((value) => value as unknown as Percept) }))
      .max(limits.mailboxItemsMax),
    mailThrough: count,
    lost: z.array(z.string().max(limits.textCharsMax)).max(lostItemsMax),
  })
  .refine(({ n, lastN }) => n <= lastN, { message: "n is no intent that it has used", path: ["n"] })
  .refine(({ mail, mailThrough }) => mail.every(({ seq }, i) => seq > (mail[i - 1]?.seq ?? 0) && seq <= mailThrough), {
    message: "not in the order of its numbers",
    path: ["mail"],
  }) satisfies z.ZodType<ParcelWords>;

/** Mail that another host forwards; null if any of it is none. */
export function readLetters(letters: MessageOf<"forward">["letters"]): readonly Letter[] | null {
  try {
    return letters.map(({ seq, json }) => ({ seq, percept: percept.parse(JSON.parse(json)) as unknown as Percept }));
  } catch {
    return null;
  }
}
