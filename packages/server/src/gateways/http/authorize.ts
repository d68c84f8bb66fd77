import { ElsewhereError } from "@elsewhere/protocol";
import type { Context } from "hono";
import type { Tokens } from "../../tokens/tokens.ts";
import type { Bearer } from "../contract.ts";
import { withStatus } from "./errors.ts";

type Person = Extract<Bearer, { role: "person" }>;

/** Reads who asks from `Authorization: Bearer …` alone: a token in an address ends up in logs and histories. */
async function bearerOf(context: Context, tokens: Pick<Tokens, "verify">): Promise<Bearer> {
  const header = context.req.header("authorization");
  const token = header === undefined ? null : /^Bearer ([\w.~+/=-]+)$/i.exec(header)?.[1];
  if (!token) {
    throw withStatus(401, new ElsewhereError("forbidden", "no token: send Authorization: Bearer TOKEN", { field: "authorization" }));
  }
  try {
    return await tokens.verify(token);
  } catch (error) {
    if (error instanceof ElsewhereError && error.code === "forbidden") throw withStatus(401, error);
    throw error;
  }
}

/** Null for whoever shows no token. */
export async function bearerIfAny(context: Context, tokens: Pick<Tokens, "verify">): Promise<Bearer | null> {
  return context.req.header("authorization") === undefined ? null : await bearerOf(context, tokens);
}

/** Anybody with a token: a person, or the operator. */
export async function needBearer(context: Context, tokens: Pick<Tokens, "verify">): Promise<Bearer> {
  return await bearerOf(context, tokens);
}

export async function needPerson(context: Context, tokens: Pick<Tokens, "verify">): Promise<Person> {
  const bearer = await bearerOf(context, tokens);
  if (bearer.role === "person") return bearer;
  throw new ElsewhereError("forbidden", "only a person has a memory: use a person's token", { field: "token" });
}

export async function needOperator(context: Context, tokens: Pick<Tokens, "verify">): Promise<void> {
  const bearer = await bearerOf(context, tokens);
  if (bearer.role === "operator") return;
  throw new ElsewhereError("forbidden", "only the operator may see this: use the operator's token", { field: "token" });
}
