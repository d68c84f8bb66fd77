import { ElsewhereError, type ErrorCode } from "@elsewhere/protocol";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";

const statusOfCode: Readonly<Record<ErrorCode, ContentfulStatusCode>> = {
  limit: 413,
  malformed: 400,
  unknown: 404,
  unreachable: 409,
  out_of_reach: 409,
  silent: 409,
  locked: 409,
  taken: 409,
  forbidden: 403,
  fenced: 409,
  away: 409,
  interrupted: 409,
  fault: 500,
  corrupt: 500,
  storage: 503,
  unsupported: 415,
};

/** An error whose status is not the usual one of its code. */
export function withStatus(status: ContentfulStatusCode, error: ElsewhereError): HTTPException {
  return new HTTPException(status, { cause: error });
}

/** Of what is done for somebody who may ask for it: what is forbidden then is not theirs to have done in the present state. */
export async function orConflict<T>(doing: Promise<T>): Promise<T> {
  try {
    return await doing;
  } catch (error) {
    // 403 would say that the token is at fault.
    if (error instanceof ElsewhereError && error.code === "forbidden") throw withStatus(409, error);
    throw error;
  }
}

export interface Refusal {
  readonly status: ContentfulStatusCode;
  readonly error: ElsewhereError;
}

/** What a failed request is answered with; null if the failure is the host's own and nothing of it may be shown. */
export function refusalOf(thrown: unknown): Refusal | null {
  if (thrown instanceof ElsewhereError) return { status: statusOfCode[thrown.code], error: thrown };
  if (thrown instanceof HTTPException && thrown.cause instanceof ElsewhereError) {
    return { status: thrown.status, error: thrown.cause };
  }
  return null;
}
