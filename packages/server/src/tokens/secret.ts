import { ElsewhereError } from "@elsewhere/protocol";
import type { Storage } from "../storage/contract.ts";

const secretBytes = 32;
const key = "tokenSecret";

/**
 * The host's token secret, made at its first start. It is durable before any token is signed with it,
 * so that no token dies with a crash. Throws `corrupt` if what is stored is no secret.
 */
export async function loadTokenSecret(
  storage: Pick<Storage, "setting" | "commit">,
  randomBytes: (count: number) => Uint8Array,
): Promise<Uint8Array> {
  const stored = await storage.setting(key);
  if (stored !== null) {
    const secret = Buffer.from(stored, "base64url");
    if (secret.length !== secretBytes) throw new ElsewhereError("corrupt", "the stored token secret is damaged", { field: key });
    return new Uint8Array(secret);
  }
  const secret = randomBytes(secretBytes);
  await storage.commit({ settings: [{ key, value: Buffer.from(secret).toString("base64url") }] });
  return secret;
}
