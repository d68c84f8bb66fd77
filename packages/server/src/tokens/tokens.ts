import { ElsewhereError, limits } from "@elsewhere/protocol";
import type { JWTPayload } from "jose";
import { JWTExpired } from "jose/errors";
import { SignJWT } from "jose/jwt/sign";
import { jwtVerify } from "jose/jwt/verify";
import { z } from "zod";
import type { Bearer } from "../gateways/contract.ts";

const algorithm = "HS256";
const type = "JWT";

/** What a token of ours says, beside who issued it, for whom and until when. */
const claimsSchema = z.discriminatedUnion("role", [
  z.object({ role: z.literal("person"), sub: z.string().min(1).max(200), name: z.string().min(1).max(limits.nameCharsMax) }),
  z.object({ role: z.literal("operator") }),
]);

export interface TokensOptions {
  /** 32 random bytes; see `loadTokenSecret`. */
  readonly secret: Uint8Array;
  /** Identity of the host: a token is good for the host that issued it and for no other. */
  readonly host: string;
  /** Real time, seconds since 1970. */
  nowSeconds(): number;
}

/** Issues and checks bearer tokens (JWT, RFC 7519, HMAC with SHA-256). */
export interface Tokens {
  /** `who` is the person's stable identity, `name` what others see. */
  forPerson(who: string, name: string, ttlSeconds: number): Promise<string>;
  forOperator(ttlSeconds: number): Promise<string>;
  /** Rejects with `forbidden`, whose message tells an expired token from an invalid one. */
  verify(token: string): Promise<Bearer>;
}

const invalid = (cause: unknown): ElsewhereError =>
  new ElsewhereError("forbidden", "token is not valid here: use one this host has issued", { field: "token" }, { cause });
const expired = (cause: unknown): ElsewhereError =>
  new ElsewhereError("forbidden", "token has expired: ask for a new one", { field: "token" }, { cause });

export function createTokens({ secret, host, nowSeconds }: TokensOptions): Tokens {
  const issue = (claims: JWTPayload, subject: string, ttlSeconds: number): Promise<string> => {
    const issuedAt = Math.floor(nowSeconds());
    return new SignJWT(claims)
      .setProtectedHeader({ alg: algorithm, typ: type })
      .setSubject(subject)
      .setIssuer(host)
      .setAudience(host)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + Math.floor(ttlSeconds))
      .sign(secret);
  };
  return {
    forPerson: (who, name, ttlSeconds) => issue({ role: "person", name }, who, ttlSeconds),
    forOperator: (ttlSeconds) => issue({ role: "operator" }, "operator", ttlSeconds),
    async verify(token) {
      if (token.length > limits.tokenCharsMax) {
        const detail = { field: "token", limit: limits.tokenCharsMax };
        throw new ElsewhereError("limit", `token is longer than ${limits.tokenCharsMax} characters`, detail);
      }
      const payload = await jwtVerify(token, secret, {
        algorithms: [algorithm],
        typ: type,
        issuer: host,
        audience: host,
        requiredClaims: ["exp", "iat", "sub"],
        currentDate: new Date(nowSeconds() * 1000),
      }).then(
        (verified) => verified.payload,
        (error: unknown) => {
          throw error instanceof JWTExpired ? expired(error) : invalid(error);
        },
      );
      const claims = claimsSchema.safeParse(payload);
      if (!claims.success) throw invalid(claims.error);
      if (claims.data.role === "operator") return { role: "operator" };
      return { role: "person", who: claims.data.sub, name: claims.data.name };
    },
  };
}
