import { ElsewhereError } from "@elsewhere/protocol";
import type { Storage } from "../storage/contract.ts";

const secretBytes = 32;
const key = "tokenSecret";

/** A new secret as a setting, to be stored before any token is signed with it. */
export function newTokenSecretSetting(randomBytes: (count: number) => Uint8Array): { readonly key: string; readonly value: string } {
  return { key, value: Buffer.from(randomBytes(secretBytes)).toString("base64url") };
}

/**
 * The host's token secret, made at its first start. It is durable before any token is signed with it,
 * so that no token dies with a crash. Throws `corrupt` if what is stored is no secret.
 */
export async function loadTokenSecret(
  storage: Pick<Storage, "setting" | "commit">,
  randomBytes: (count: number) => Uint8Array,
): Promise<Uint8Array> {
  const stored = await storage.setting(key);
  const setting = stored === null ? newTokenSecretSetting(randomBytes) : { key, value: stored };
  const secret = Buffer.from(setting.value, "base64url");
  if (secret.length !== secretBytes) throw new ElsewhereError("corrupt", "the stored token secret is damaged", { field: key });
  if (stored === null) await storage.commit({ settings: [setting] });
  return new Uint8Array(secret);
}
