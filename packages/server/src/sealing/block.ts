/**
 * A block of a hidden room's film as it stands in the room's chain: byte 1 (version), the ticks it is of, in the clear, and an
 * age file to the room's recipient. Within that is the same head again, so that it goes with no other film, and the film, padded.
 */
import { ByteReader, ByteWriter, ElsewhereError } from "@elsewhere/protocol";
import { decryptWith, encryptTo } from "./age.ts";
import { padded, unpadded } from "./padding.ts";

/** A block tells all that happened in its room from one tick through another. */
interface Span {
  readonly fromTick: number;
  readonly throughTick: number;
}

const version = 1;
const floorBytes = 1_024;

export async function sealBlock(recipient: string, span: Span, film: Uint8Array): Promise<Uint8Array> {
  const head = headOf(span);
  const file = await encryptTo(recipient, padded(head, film, floorBytes));
  const block = new Uint8Array(head.length + file.length);
  block.set(head);
  block.set(file, head.length);
  return block;
}

/** What a block says without its key; not to be relied on before it is opened. Throws `corrupt` or `unsupported`. */
export function spanOf(sealedBlock: Uint8Array): Span {
  return read(sealedBlock).span;
}

/** The film block in it. Throws `forbidden` for another place's identity, `corrupt` for a damaged block. */
export async function openSealedBlock(identity: string, sealedBlock: Uint8Array): Promise<Uint8Array> {
  const { span, file } = read(sealedBlock);
  const film = unpadded(headOf(span), await decryptWith(identity, file, what));
  if (film === null) throw damaged();
  return film;
}

const what = "a block of a hidden room's stream";
const damaged = (cause?: unknown): ElsewhereError =>
  new ElsewhereError("corrupt", `${what} is damaged and cannot be read: restore an earlier copy`, { field: "block" }, { cause });

function headOf({ fromTick, throughTick }: Span): Uint8Array {
  const out = new ByteWriter(17);
  out.byte(version);
  out.varint(fromTick);
  out.varint(throughTick);
  return out.since(0);
}

function read(sealedBlock: Uint8Array): { span: Span; file: Uint8Array } {
  try {
    const from = new ByteReader(sealedBlock);
    const found = from.byte();
    if (found !== version) {
      const told = `${what} has version ${found}, and this build reads version ${version}: read it with a newer one`;
      throw new ElsewhereError("unsupported", told, { field: "block" });
    }
    const [fromTick, throughTick] = [from.varint(), from.varint()];
    if (throughTick < fromTick) throw damaged();
    return { span: { fromTick, throughTick }, file: sealedBlock.subarray(from.at) };
  } catch (cause) {
    if (cause instanceof ElsewhereError && cause.code !== "malformed") throw cause;
    throw damaged(cause);
  }
}
