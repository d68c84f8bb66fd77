/** Files of the age format (age-encryption.org/v1) with one X25519 recipient. Their randomness is the library's own. */
import { ElsewhereError } from "@elsewhere/protocol";

/** It takes a tenth of a second to load: whoever has no hidden rooms does not wait for it. */
const library = () => import("age-encryption");

/** The public half of an identity. */
export async function recipientOf(identity: string): Promise<string> {
  const { identityToRecipient } = await library();
  return identityToRecipient(identity);
}

export async function encryptTo(recipient: string, plain: Uint8Array): Promise<Uint8Array> {
  const { Encrypter } = await library();
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return encrypter.encrypt(plain);
}

/** `what` names the file in errors. Throws `forbidden` for a file to another recipient, `corrupt` for one that is damaged. */
export async function decryptWith(identity: string, file: Uint8Array, what: string): Promise<Uint8Array> {
  const { Decrypter } = await library();
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  try {
    return await decrypter.decrypt(file);
  } catch (cause) {
    // The library tells this one apart by its words alone; a test holds it to them.
    const ofAnother = cause instanceof Error && cause.message.startsWith("no identity matched");
    if (ofAnother) throw new ElsewhereError("forbidden", `${what} is sealed to another place: give that one's coordinates`, {}, { cause });
    throw new ElsewhereError("corrupt", `${what} is damaged and cannot be opened: restore an earlier copy`, {}, { cause });
  }
}
