import { limits } from "@elsewhere/protocol";
import type { Context } from "hono";
import { z } from "zod";
import type { Tokens } from "../../tokens/tokens.ts";
import { needOperator } from "./authorize.ts";
import { readBody } from "./body.ts";

const invitation = z.strictObject({ name: z.string().trim().min(1).max(limits.nameCharsMax) });

interface Inviting {
  readonly tokens: Pick<Tokens, "verify">;
  invite(name: string): Promise<{ readonly who: string; readonly token: string }>;
}

/** `POST /api/people {name}`: the operator lets somebody in, from wherever they are. Answers with their token and address. */
export async function invitePerson(context: Context, { tokens, invite }: Inviting): Promise<Response> {
  await needOperator(context, tokens);
  const { name } = await readBody(context, invitation);
  const { who, token } = await invite(name);
  const url = `${new URL(context.req.url).origin}/#token=${token}`;
  return context.json({ who, name, token, url }, 201, { "cache-control": "no-store" });
}
