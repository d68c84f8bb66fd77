/** Images of programs that are not live, in this process's memory; the ones longest parked are let go when there are too many. */
import { createHash } from "node:crypto";
import type { Image } from "../contract.ts";
import { ByteStore } from "./bytes.ts";
import { type Member, stored } from "./member.ts";
import type { TemplateUse } from "./template-use.ts";

export class Parking {
  readonly #store = new ByteStore();
  readonly #bytesMax: number;
  /** Least recently parked first; without those whose image is lent to a worker that is about to wake them. */
  readonly #order = new Set<Member>();
  readonly #use: TemplateUse;
  #count = 0;
  #bytes = 0;

  constructor(bytesMax: number, use: TemplateUse) {
    this.#bytesMax = bytesMax;
    this.#use = use;
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes a copy of the image's bytes; the program is live nowhere. */
  park(member: Member, { turn, heapBytes, template, bytes }: Omit<Image, "hash">): void {
    this.release(member);
    this.#use.hold(template);
    member.whereabouts = { kind: "parked", at: this.#store.put(bytes), bytes: bytes.length, turn, heapBytes, template };
    this.#count++;
    this.#bytes += bytes.length;
    this.#order.add(member);
    for (const oldest of this.#order) {
      if (this.#bytes <= this.#bytesMax) return;
      const image = this.image(oldest);
      this.release(oldest);
      if (image !== null) oldest.keeper.letGo(image);
    }
  }

  /** The image's bytes, good until it is released; null if the program is not parked. */
  view({ whereabouts }: Member): Uint8Array | null {
    return whereabouts.kind === "parked" ? this.#store.view(whereabouts.at, whereabouts.bytes) : null;
  }

  image(member: Member): Image | null {
    const { whereabouts } = member;
    if (whereabouts.kind !== "parked") return null;
    const { turn, heapBytes, template } = whereabouts;
    const bytes = this.view(member)!.slice();
    return { turn, hash: createHash("sha256").update(bytes).digest("hex"), bytes, template, heapBytes };
  }

  /** A worker is about to wake it: it is not let go of meanwhile. */
  lend(member: Member): void {
    this.#order.delete(member);
  }

  /** It was not woken after all. */
  giveBack(member: Member): void {
    if (member.whereabouts.kind === "parked") this.#order.add(member);
  }

  /** Forgets its image. */
  release(member: Member): void {
    const { whereabouts } = member;
    if (whereabouts.kind !== "parked") return;
    this.#order.delete(member);
    this.#store.free(whereabouts.at);
    this.#count--;
    this.#bytes -= whereabouts.bytes;
    this.#use.release(whereabouts.template);
    member.whereabouts = stored;
  }
}
