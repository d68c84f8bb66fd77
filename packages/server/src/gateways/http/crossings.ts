import { type CrossingDecision, type CrossingInfo, type ElsewhereError, limits } from "@elsewhere/protocol";
import type { Hono } from "hono";
import { z } from "zod";
import { type Pairings, pairingRequest } from "../../crossings/pairings.ts";
import type { Tokens } from "../../tokens/tokens.ts";
import { needOperator } from "./authorize.ts";
import { readBody } from "./body.ts";
import { orConflict } from "./errors.ts";

/** Where an operator looks after crossings, and after those whom this host is paired with. */
export interface CrossingDesk {
  readonly crossings: {
    list(): readonly CrossingInfo[];
    /** Asks a program to leave. `to` is an address or a pairing's name. Rejects with `ElsewhereError`. */
    offer(program: string, to: string, forMs: number): Promise<CrossingInfo>;
    /** Resolves once the decision is durable. Rejects with `unknown`, or `forbidden` where there is nothing of that kind to decide. */
    decide(attempt: string, decision: CrossingDecision): Promise<CrossingInfo>;
    /** Why this host may not stop hearing that one now, null if it may. */
    needs(host: string): ElsewhereError | null;
  };
  readonly pairings: Pick<Pairings, "line" | "list" | "pair" | "unpair">;
}

const noStore = { "cache-control": "no-store" };
const offer = z.strictObject({
  program: z.string().min(1).max(limits.lifeCharsMax),
  to: z.string().min(1).max(limits.urlCharsMax),
  forSeconds: z
    .number()
    .min(1)
    .max(limits.crossingMsMax / 1000)
    .default(limits.crossingMsUsual / 1000),
});
const decision = z.strictObject({ decision: z.enum(["admit", "refuse", "take-back", "let-go"]) });

/** What is answered where `addCrossingOperatorRoutes` answers; undefined elsewhere. */
export function methodsAtDesk(path: string): readonly string[] | undefined {
  if (path === "/api/crossings" || path === "/api/pairings") return ["GET", "HEAD", "POST"];
  if (/^\/api\/crossings\/[\w-]{22}$/.test(path)) return ["POST"];
  return /^\/api\/pairings\/[^/]+$/.test(path) ? ["DELETE"] : undefined;
}

/** `/api/crossings` and `/api/pairings`, for the operator alone. */
export function addCrossingOperatorRoutes(app: Hono, { crossings, pairings }: CrossingDesk, tokens: Pick<Tokens, "verify">): void {
  app.get("/api/crossings", async (context) => {
    await needOperator(context, tokens);
    return context.json({ crossings: crossings.list() }, 200, noStore);
  });
  app.post("/api/crossings", async (context) => {
    await needOperator(context, tokens);
    const { program, to, forSeconds } = await readBody(context, offer);
    return context.json(await orConflict(crossings.offer(program, to, forSeconds * 1000)), 201, noStore);
  });
  // Other hosts leave their messages beside these: an attempt has a form of its own.
  app.post("/api/crossings/:attempt{[\\w-]{22}}", async (context) => {
    await needOperator(context, tokens);
    const wanted = await readBody(context, decision);
    return context.json(await orConflict(crossings.decide(context.req.param("attempt"), wanted.decision)), 200, noStore);
  });
  app.get("/api/pairings", async (context) => {
    await needOperator(context, tokens);
    return context.json({ line: pairings.line, pairings: pairings.list() }, 200, noStore);
  });
  app.post("/api/pairings", async (context) => {
    await needOperator(context, tokens);
    const request = await readBody(context, pairingRequest, limits.pairingBodyBytesMax);
    return context.json(await pairings.pair(request), 200, noStore);
  });
  app.delete("/api/pairings/:host", async (context) => {
    await needOperator(context, tokens);
    const host = context.req.param("host");
    const needed = crossings.needs(host);
    if (needed !== null) throw needed;
    await pairings.unpair(host);
    return context.body(null, 204, noStore);
  });
}
