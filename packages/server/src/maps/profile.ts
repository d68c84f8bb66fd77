import { ElsewhereError, issueToError, limits } from "@elsewhere/protocol";
import { type MapFiles, meanings, type Profile, type ProfileLayer, resolveReference } from "@elsewhere/world";
import { z } from "zod";

const regionName = z.string().min(1).max(200);
const gid = z.string().regex(/^\d{1,9}$/, "a tile's number");

const layerSchema = z.strictObject({
  as: z.enum(meanings),
  name: z.string().min(1).max(limits.nameCharsMax).optional(),
  description: z.string().max(limits.textCharsMax).optional(),
  /** Names by tile id, here … */
  regions: z.record(gid, regionName).optional(),
  /** … or in a file of lines `id, word, word`, whose words from `firstColumn` on are joined with ":". */
  table: z.strictObject({ file: z.string().min(1).max(200), firstColumn: z.int().min(1).max(100).default(1) }).optional(),
  drawn: z.boolean().default(false),
});

const profileSchema = z.strictObject({
  layers: z.record(z.string(), layerSchema).default({}),
  entries: z
    .array(z.strictObject({ name: z.string().min(1).max(limits.nameCharsMax), x: z.int().min(0), y: z.int().min(0) }))
    .max(1000)
    .default([]),
  properties: z.record(z.string(), z.json()).default({}),
});

/**
 * Reads the profile at `path`, tables included, or answers null if there is no such file. Throws an error that names the
 * file and the field.
 */
export async function readProfile(files: MapFiles, path: string): Promise<Profile | null> {
  const text = await readText(files, path);
  if (text === null) return null;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ElsewhereError("malformed", `${path} is not JSON`, { field: path }, { cause });
  }
  const parsed = profileSchema.safeParse(json);
  if (!parsed.success) throw issueToError(parsed.error.issues[0]!, path);
  const layers: [string, ProfileLayer][] = [];
  for (const [name, { table, regions, ...layer }] of Object.entries(parsed.data.layers)) {
    const read = table ? await readTable(files, resolveReference(path, table.file), table.firstColumn, path) : {};
    layers.push([name, { ...layer, regions: table || regions ? { ...read, ...regions } : undefined }]);
  }
  return { ...parsed.data, layers: Object.fromEntries(layers) };
}

async function readTable(files: MapFiles, path: string, firstColumn: number, usedBy: string): Promise<Record<string, string>> {
  const text = await readText(files, path);
  if (text === null) throw new ElsewhereError("unknown", `${path}: there is no such file, which ${usedBy} uses`, { field: usedBy });
  const regions: Record<string, string> = {};
  for (const [i, line] of text.split("\n").entries()) {
    const words = line.split(",").map((word) => word.trim());
    const name = words.slice(firstColumn).join(":");
    if (words.length === 1 && words[0] === "") continue;
    if (!gid.safeParse(words[0]).success || !regionName.safeParse(name).success) {
      throw new ElsewhereError("malformed", `${path}: line ${i + 1} is not a tile's number and its name`, { field: path });
    }
    regions[words[0]!] = name;
  }
  return regions;
}

async function readText(files: MapFiles, path: string): Promise<string | null> {
  const bytes = await files.read(path, limits.profileBytesMax);
  return bytes === null ? null : new TextDecoder().decode(bytes).replace(/^\uFEFF/, "");
}
