import { emptyLike, isObject, isPlain, isSimple, type Node } from "./tree.ts";
import type { Watcher } from "./watcher.ts";

/** Something held without keeping it. */
export interface Ref {
  deref(): object | undefined;
}

/** Where in the owned part of the tree a lent object lies. */
interface Place {
  readonly of: Node;
  readonly key: PropertyKey;
}

interface Loan {
  readonly places: Place[];
  /** The turn at which to look again whether somebody holds it, and how many turns to wait after that. */
  readonly due: number;
  readonly wait: number;
}

/** A lent object that a copy stands in for. Nothing here keeps the object itself. */
interface Exchanged {
  readonly ref: Ref;
  readonly copy: Node;
  /** Where in the copy objects lie that now are lent themselves. */
  readonly children: readonly string[];
  readonly loan: Loan;
}

interface Watchers {
  behind(value: Node): Watcher | undefined;
  exchange(from: Node, to: Node, lent: boolean): void;
}

const waitTurnsMax = 1024;
/** An exchange takes about 20 µs; what is put in at once is therefore made one's own over several turns. */
const exchangesPerTurnMax = 100;

/** What the author put into a memory and may still hold. */
export class Loans {
  readonly #weak: (node: Node) => Ref;
  readonly #watchers: Watchers;
  readonly #loans = new Map<Node, Loan>();
  #turn = 0;
  /** Something lies in the tree that no copy equals. */
  #singular = false;

  constructor(weak: (node: Node) => Ref, watchers: Watchers) {
    this.#weak = weak;
    this.#watchers = watchers;
  }

  get none(): boolean {
    return this.#loans.size === 0 && !this.#singular;
  }

  has(node: Node): boolean {
    return this.#loans.has(node);
  }

  add(node: Node, of: Node, key: PropertyKey): void {
    const loan = this.#loans.get(node);
    if (loan === undefined) this.#loans.set(node, { places: [{ of, key }], due: this.#turn, wait: 0 });
    else loan.places.push({ of, key });
  }

  /** Makes one's own what nobody else holds any more, from the top down: what lies in a held object is held by it. */
  settle(): void {
    for (let left = exchangesPerTurnMax; left > 0; left--) {
      const next = this.#exchangeNext();
      if (next === null) break;
      const held = next.ref.deref() as Node | undefined;
      if (held !== undefined) this.#putBack(held, next);
      else for (const key of next.children) this.add(next.copy[key] as Node, next.copy, key);
    }
    this.#turn++;
  }

  /** Puts a copy in the place of the next one due. Only after this has returned can it be seen who is held: it holds all. */
  #exchangeNext(): Exchanged | null {
    for (const [node, loan] of this.#loans) {
      if (loan.due > this.#turn) continue;
      const places = loan.places.filter(({ of, key }) => of[key] === node);
      const copied = places.length > 0 ? this.#copy(node) : null;
      this.#loans.delete(node);
      if (copied === null) continue;
      for (const { of, key } of places) of[key] = copied.copy;
      this.#watchers.exchange(node, copied.copy, false);
      return { ...copied, loan: { ...loan, places } };
    }
    return null;
  }

  #copy(node: Node): Omit<Exchanged, "loan"> | null {
    if (!isSimple(node) || !isPlain(node)) {
      this.#singular = true;
      return null;
    }
    const copy = emptyLike(node);
    const children: string[] = [];
    for (const key of Object.keys(node)) {
      const value = node[key];
      const watcher = isObject(value) ? this.#watchers.behind(value) : undefined;
      copy[key] = watcher?.node ?? value;
      if (isObject(value) && watcher?.lent !== false) children.push(key);
    }
    return { ref: this.#weak(node), copy, children };
  }

  #putBack(node: Node, { copy, loan: { places, wait } }: Exchanged): void {
    for (const { of, key } of places) of[key] = node;
    this.#watchers.exchange(copy, node, true);
    this.#loans.set(node, { places, due: this.#turn + 1 + wait, wait: Math.min(waitTurnsMax, 2 * wait + 1) });
  }
}
