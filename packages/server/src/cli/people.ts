/** Who comes into a world: how they are told apart, and the tokens they come back with. */
import type { HostOptions } from "../host.ts";
import type { Storage } from "../storage/contract.ts";
import { loadTokenSecret } from "../tokens/secret.ts";
import { createTokens, type Tokens } from "../tokens/tokens.ts";
import type { Authority } from "./authority.ts";

const personTokenSeconds = 365 * 86_400;

export async function tokensOf(storage: Storage, authority: Authority): Promise<Tokens> {
  const secret = await loadTokenSecret(storage, (count) => authority.randomBytes(count));
  return createTokens({ secret, host: "elsewhere", nowSeconds: () => authority.nowSeconds() });
}

export function identityOf(tokens: Tokens, authority: Authority): HostOptions["identity"] {
  return {
    verify: (token) => tokens.verify(token),
    newGuest: (name) => personOf("person:guest-", name, tokens, authority),
  };
}

/** A new person, told apart from all others by chance, with the token they come back with. */
export async function personOf(
  prefix: string,
  name: string,
  tokens: Tokens,
  authority: Authority,
): Promise<{ who: string; token: string }> {
  const who = `${prefix}${Buffer.from(authority.randomBytes(9)).toString("base64url")}`;
  return { who, token: await tokens.forPerson(who, name, personTokenSeconds) };
}
