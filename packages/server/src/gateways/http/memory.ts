import { ElsewhereError, limits, type Percept } from "@elsewhere/protocol";
import type { Context } from "hono";
import type { Tokens } from "../../tokens/tokens.ts";
import { isSealedText } from "../../sealing/uncover.ts";
import type { HostView } from "../contract.ts";
import { needPerson } from "./authorize.ts";
import { rememberedAsText, timeText } from "./remembered.ts";

type Remembered = Awaited<ReturnType<HostView["memory"]>>[number];

const lineOf = ({ json, now }: Remembered): string =>
  isSealedText(json)
    ? `${timeText(now)}  (in a hidden place that is closed: give its coordinates to open it)`
    : rememberedAsText(JSON.parse(json) as Percept, now);

const asText = (items: readonly Remembered[]): string => items.map((item) => `${lineOf(item)}\n`).join("");

// What is remembered is JSON already; to parse and write it again would cost the tick time.
const asJson = (who: string, items: readonly Remembered[], nextAfter: number | null): string =>
  `{"who":${JSON.stringify(who)},"items":[${items
    .map(({ seq, now, json }) => `{"seq":${seq},"now":${now},"percept":${isSealedText(json) ? "null" : json}}`)
    .join(",")}],"nextAfter":${nextAfter}}`;

function readQuery(context: Context): { readonly format: "json" | "text"; readonly after: number } {
  const { format = "json", after = "0" } = context.req.query();
  if (format !== "json" && format !== "text") throw new ElsewhereError("malformed", "format is json or text", { field: "format" });
  if (!/^\d{1,15}$/.test(after)) throw new ElsewhereError("malformed", "after is a whole number, 0 or more", { field: "after" });
  return { format, after: Number(after) };
}

/** `GET /api/me/memory`: a page of what the bearer perceived, oldest first, to read or to download. */
export async function memoryPage(context: Context, view: HostView, tokens: Pick<Tokens, "verify">): Promise<Response> {
  const person = await needPerson(context, tokens);
  const { format, after } = readQuery(context);
  const items = (await view.memory(person.who, after)).slice(0, limits.memoryPageItemsMax);
  const nextAfter = items.length === limits.memoryPageItemsMax ? items.at(-1)!.seq : null;
  const headers: Record<string, string> = {
    "cache-control": "no-store",
    "content-type": format === "text" ? "text/plain; charset=utf-8" : "application/json",
    "content-disposition": `attachment; filename="memory.${format === "text" ? "txt" : "json"}"`,
  };
  if (nextAfter !== null) headers["elsewhere-next-after"] = String(nextAfter);
  return context.body(format === "text" ? asText(items) : asJson(person.who, items, nextAfter), 200, headers);
}
