/**
 * Who gave what of its quota to whom. A child's quota is taken from its parent's, so that a family never has more than
 * its first ancestor was given. When a program ends, its quota goes back and its children become its parent's.
 */
import { ElsewhereError, type Quota } from "@elsewhere/protocol";
import { less, shareOf } from "./quotas.ts";

interface Member {
  parent: string | null;
  /** What it was given, its children's part still in it. */
  given: Quota;
  readonly children: Set<string>;
}

const heapBytesMin = 64 * 1024;

export class Families {
  /** Only programs that have a parent or a child; a hundred thousand others need no entry. */
  readonly #members = new Map<string, Member>();

  /** At start: a program that another one started. */
  add(program: string, given: Quota, parent: string | null, parentGiven: Quota): void {
    this.#member(program, given).parent = parent;
    if (parent !== null) this.#member(parent, parentGiven).children.add(program);
  }

  /** It was given other than it had. */
  regive(program: string, given: Quota): void {
    const member = this.#members.get(program);
    if (member !== undefined) member.given = given;
  }

  /** What is left to a program of what it was given. */
  left(program: string, given: Quota): Quota {
    const member = this.#members.get(program);
    if (member === undefined) return given;
    let left = member.given;
    for (const child of member.children) left = less(left, this.#members.get(child)!.given);
    return left;
  }

  /** Gives `share` of what is left of `parent`, whose heap takes `heapBytes`, to a new child. Throws `limit`. */
  give(parent: string, given: Quota, child: string, share: number, heapBytes: number): Quota {
    const left = this.left(parent, given);
    if (left.programs < 2) throw tooSmall("programs", 2);
    const part = shareOf(left, share);
    const rest = less(left, part);
    if (part.heapBytes < heapBytesMin || rest.heapBytes < Math.max(heapBytesMin, heapBytes)) throw tooSmall("heapBytes", left.heapBytes);
    if (part.mailboxItems < 1 || rest.mailboxItems < 1) throw tooSmall("mailboxItems", left.mailboxItems);
    this.add(child, part, parent, given);
    return part;
  }

  /** A program has ended; gives the programs whose parent is another now. */
  end(program: string): { readonly parent: string | null; readonly children: readonly string[] } {
    const member = this.#members.get(program);
    if (member === undefined) return { parent: null, children: [] };
    const { parent, children } = member;
    this.#members.delete(program);
    if (parent !== null) this.#members.get(parent)?.children.delete(program);
    for (const child of children) {
      this.#members.get(child)!.parent = parent;
      if (parent !== null) this.#members.get(parent)?.children.add(child);
    }
    return { parent, children: [...children] };
  }

  #member(program: string, given: Quota): Member {
    const known = this.#members.get(program);
    if (known) return known;
    const made: Member = { parent: null, given, children: new Set() };
    this.#members.set(program, made);
    return made;
  }
}

function tooSmall(field: keyof Quota, limit: number): ElsewhereError {
  return new ElsewhereError("limit", `not enough is left of this program's quota to start another: ${field}`, {
    field: `quota.${field}`,
    limit,
  });
}
