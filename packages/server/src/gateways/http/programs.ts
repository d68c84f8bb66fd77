import { ElsewhereError, issueToError, limits, type ProgramCommand, type ProgramOrder } from "@elsewhere/protocol";
import type { Context, Hono } from "hono";
import { z } from "zod";
import type { Tokens } from "../../tokens/tokens.ts";
import type { HostView, ProgramsQuery } from "../contract.ts";
import { needOperator } from "./authorize.ts";
import { readBody } from "./body.ts";
import { orConflict } from "./errors.ts";

/** Where `POST` is answered besides `GET`; the path is still percent-encoded. */
export const programPath = /^\/api\/programs\/[^/]+$/;

const noStore = { "cache-control": "no-store" };
const itemsDefault = 100;
const orders = ["name", "heapBytes", "turns", "totalMs", "wakesPerMinute", "faults", "wakeAt"] as const satisfies readonly ProgramOrder[];

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, "a whole number, please")
    .transform(Number)
    .pipe(z.number().min(min).max(max));

const query = z.object({
  order: z.enum(orders).default("name"),
  offset: wholeNumber(0, limits.programsMax).default(0),
  limit: wholeNumber(1, limits.programsPageItemsMax).default(itemsDefault),
  search: z.string().trim().max(limits.programsSearchCharsMax).default(""),
});

const command: z.ZodType<ProgramCommand> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("suspend") }),
  z.strictObject({ kind: z.literal("resume") }),
  z.strictObject({ kind: z.literal("upgrade") }),
  z.strictObject({ kind: z.literal("rewind"), hash: z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits, please") }),
  z.strictObject({ kind: z.literal("end") }),
]);

function readQuery(context: Context): ProgramsQuery {
  const read = query.safeParse(context.req.query());
  if (!read.success) throw issueToError(read.error.issues[0]!, "query");
  const { order, offset, limit, search } = read.data;
  return { order, offset, itemsMax: limit, search };
}

/** Programs as the operator sees and steers them; nobody else does either. */
export function addProgramRoutes(app: Hono, view: HostView, tokens: Pick<Tokens, "verify">): void {
  app.get("/api/programs", async (context) => {
    await needOperator(context, tokens);
    return context.json(await view.programs(readQuery(context)), 200, noStore);
  });
  app.get("/api/programs/:program", async (context) => {
    await needOperator(context, tokens);
    const program = context.req.param("program");
    const detail = await view.program(program);
    if (detail !== null) return context.json(detail, 200, noStore);
    throw new ElsewhereError("unknown", `there is no program ${JSON.stringify(program)}`, { field: "program" });
  });
  app.post("/api/programs/:program", async (context) => {
    await needOperator(context, tokens);
    const wanted = await readBody(context, command);
    await orConflict(view.command(context.req.param("program"), wanted));
    return context.body(null, 204, noStore);
  });
}
