import { limits } from "@elsewhere/protocol";
import { z } from "zod";

/** What a program or an owner is called by. */
export const idSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]*$/, "lower-case letters, digits, - and _ only")
  .max(limits.nameCharsMax);
const name = z.string().min(1).max(limits.nameCharsMax);
const relativePath = z.string().min(1).max(200);
const objectAtMost = (bytes: number) =>
  z.record(z.string(), z.json()).refine((value) => Buffer.byteLength(JSON.stringify(value)) <= bytes, {
    message: `more than ${bytes} bytes of JSON`,
    params: { limit: bytes },
  });

/** What a program may use; what is left out is the default of `limits`. */
const quotaSchema = z.strictObject({
  turnsPerSecond: z.number().positive().max(1_000).optional(),
  msPerSecond: z.number().positive().max(1_000).optional(),
  heapBytes: z
    .int()
    .min(64 * 1024)
    .max(limits.heapBytesMax)
    .optional(),
  mailboxItems: z.int().min(1).max(limits.mailboxItemsMax).optional(),
  intentsPerTurn: z.int().min(0).max(limits.intentsPerTurnMax).optional(),
  speechPerMinute: z.number().min(0).max(100_000).optional(),
  logBytesPerMinute: z
    .number()
    .min(0)
    .max(64 * 1024 * 1024)
    .optional(),
  /** Programs that may live on it, itself included. */
  programs: z.int().min(1).max(limits.programsMax).optional(),
});

/** What all programs of an owner may use together; what is left out has no limit but each program's own. */
const ownerQuotaSchema = quotaSchema.extend({
  turnsPerSecond: z.number().positive().max(1_000_000).optional(),
  msPerSecond: z.number().positive().max(1_000_000).optional(),
  /** Of what they are given in all. */
  heapBytes: z
    .int()
    .min(64 * 1024)
    .optional(),
});

/** A layer by its number, or by a name in `layers`. */
const layer = z.union([
  z
    .int()
    .min(0)
    .max(limits.perceptionLayersMax - 1),
  name,
]);
const layersOf = (min: number) => z.array(layer).min(min).max(limits.perceptionLayersMax);

/** One program of a world: whose code it is, where its body first stands and what that body shows. */
const programSchema = z.strictObject({
  id: idSchema,
  name,
  /** Its module, relative to the world's folder. */
  code: relativePath,
  /** Coordinates `map/place` or `map@x,y`; of a hidden place with its secret. */
  at: z.string().max(limits.coordinatesCharsMax),
  /** Whether its body can walk; a bell or a stall does not. */
  walks: z.boolean().default(true),
  description: z.string().max(limits.textCharsMax).default(""),
  /** The layers its body is on, and those it sees. */
  on: layersOf(1).default([0]),
  sees: layersOf(0).default([0]),
  traits: objectAtMost(limits.traitsBytesMax).default({}),
  /** What its `memory` holds at its very first start. */
  memory: objectAtMost(limits.memoryBytesMax).default({}),
  /** Whose quota it lives on besides its own. */
  owner: idSchema.default("world"),
  quota: quotaSchema.default({}),
  /** Modules it may start as programs of its own, relative to the world's folder. */
  spawns: z.array(relativePath).max(32).default([]),
});

/** How long a map's record is kept whole, in real days, and what stays of it then. */
const retentionSchema = z.strictObject({
  detailDays: z.number().positive().max(36_500),
  keep: z.enum(["speech", "nothing"]),
});

/** `world.json`: what makes a folder of maps and programs a world. */
export const worldFileSchema = z.strictObject({
  name,
  description: z.string().max(limits.textCharsMax).default(""),
  maps: z.array(relativePath).min(1).max(limits.worldMapsMax),
  /** `map/entry` by which people come in. */
  start: z.string().max(limits.coordinatesCharsMax),
  clock: z.strictObject({
    /** World time at tick 0, ISO 8601 in UTC. */
    start: z.iso.datetime(),
    /** Real minutes that a world's day takes. */
    dayMinutes: z.number().positive().max(1440),
  }),
  /** Names of the layers, by their numbers. The first is the one of everybody. */
  layers: z.array(name).min(1).max(limits.perceptionLayersMax).default(["common"]),
  seed: z.int().min(0).max(0xffff_ffff).default(1),
  /** What all programs of one owner may use together. */
  owners: z.record(idSchema, ownerQuotaSchema).default({}),
  /** By map; what is left out is kept for ever. */
  record: z.record(z.string(), retentionSchema).default({}),
  programs: z.array(programSchema).max(limits.programsMax).default([]),
});

export type WorldFile = z.infer<typeof worldFileSchema>;
export type Retention = z.infer<typeof retentionSchema>;
export type QuotaFile = z.infer<typeof quotaSchema>;
export type ProgramFile = z.infer<typeof programSchema>;
