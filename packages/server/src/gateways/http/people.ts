import { ElsewhereError, issueToError, limits } from "@elsewhere/protocol";
import type { Context } from "hono";
import { z } from "zod";
import type { Tokens } from "../../tokens/tokens.ts";
import { needOperator } from "./authorize.ts";

export const peoplePath = "/api/people";

const bodyBytesMax = 1024;
const invitation = z.strictObject({ name: z.string().trim().min(1).max(limits.nameCharsMax) });

interface Inviting {
  readonly tokens: Pick<Tokens, "verify">;
  invite(name: string): Promise<{ readonly who: string; readonly token: string }>;
}

/** `POST /api/people {name}`: the operator lets somebody in, from wherever they are. Answers with their token and address. */
export async function invitePerson(context: Context, { tokens, invite }: Inviting): Promise<Response> {
  await needOperator(context, tokens);
  const read = invitation.safeParse(await readBody(context));
  if (!read.success) throw issueToError(read.error.issues[0]!, "body");
  const { who, token } = await invite(read.data.name);
  const url = `${new URL(context.req.url).origin}/#token=${token}`;
  return context.json({ who, name: read.data.name, token, url }, 201, { "cache-control": "no-store" });
}

async function readBody(context: Context): Promise<unknown> {
  const length = Number(context.req.header("content-length") ?? Number.NaN);
  if (!(length <= bodyBytesMax)) {
    const detail = { field: "body", limit: bodyBytesMax };
    throw new ElsewhereError("limit", `the body must say its length and have at most ${bodyBytesMax} bytes`, detail);
  }
  try {
    return JSON.parse(await context.req.text());
  } catch (cause) {
    throw new ElsewhereError("malformed", "the body is not JSON", { field: "body" }, { cause });
  }
}
