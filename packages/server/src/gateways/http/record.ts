import { issueToError, limits } from "@elsewhere/protocol";
import type { Context, Hono } from "hono";
import { z } from "zod";
import type { Tokens } from "../../tokens/tokens.ts";
import type { PastView } from "../contract.ts";
import { needBearer } from "./authorize.ts";

const noStore = { "cache-control": "no-store" };
const itemsDefault = 20;
const binsDefault = 100;

const number = z
  .string()
  .regex(/^-?\d{1,16}(?:\.\d+)?$/, "a number, please")
  .transform(Number);

const densityQuery = z.object({
  from: number.optional(),
  to: number.optional(),
  bins: number.pipe(z.int().min(1).max(limits.densityBinsMax)).default(binsDefault),
});

const searchQuery = z.object({
  q: z.string().trim().min(1).max(limits.searchCharsMax),
  before: number.optional(),
  limit: number.pipe(z.int().min(1).max(limits.searchItemsMax)).default(itemsDefault),
});

function read<T extends z.ZodType>(query: T, context: Context): z.infer<T> {
  const found = query.safeParse(context.req.query());
  if (!found.success) throw issueToError(found.error.issues[0]!, "query");
  return found.data;
}

/** How far the record reaches and what is in it: for the operator all that was not hidden, for a person what they remember. */
export function addRecordRoutes(app: Hono, past: PastView, tokens: Pick<Tokens, "verify">): void {
  const whose = async (context: Context): Promise<string | null> => {
    const bearer = await needBearer(context, tokens);
    return bearer.role === "person" ? bearer.who : null;
  };
  app.get("/api/record/timeline", async (context) => {
    await whose(context);
    return context.json(await past.timeline(), 200, noStore);
  });
  app.get("/api/record/density", async (context) => {
    const who = await whose(context);
    const { from = null, to = null, bins } = read(densityQuery, context);
    return context.json(await past.density(who, from, to, bins), 200, noStore);
  });
  app.get("/api/record/search", async (context) => {
    const who = await whose(context);
    const { q, before = null, limit } = read(searchQuery, context);
    return context.json(await past.search(who, q, before, limit), 200, noStore);
  });
}
