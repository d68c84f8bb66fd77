/**
 * A program's memory. It has to be told after every turn whether it changed, and writing out 60 KB to find out would cost
 * more than twenty turns. So the author reaches it through proxies, which notice what is written. What he puts in is his
 * own object, though, and he may keep it and write to it past every proxy. Therefore:
 *
 * 1. Whatever lies in the tree is either *owned*, reached through proxies only, or *lent*: an object the author put in.
 * 2. As long as something is lent, the whole memory is written out after every turn and compared.
 * 3. After a turn a lent object is exchanged for a copy. If then nobody holds the object (its weak reference is empty) the
 *    copy is owned; whatever is held is put back, and tried again after a wait that doubles.
 * 4. What a copy would not equal (a Date, a frozen object, one with accessors) stays what it is: rule 2 then holds for ever.
 *
 * An author sees none of this: an object he holds is the very object in the memory, until he lets go of it.
 */
import { requireKeepable } from "./keepable.ts";
import { Loans, type Ref } from "./loans.ts";
import { isObject, isSimple, type Node } from "./tree.ts";
import { type Watch, Watcher, watcherKey } from "./watcher.ts";

export class Memory implements Watch {
  readonly #root = new Watcher(this, {}, false);
  readonly #loans: Loans;
  readonly #proxies = new WeakMap<Node, WeakRef<Node>>();
  /** What the author imports. */
  readonly view: Record<string, unknown>;
  #changing = false;
  #text = "{}";

  /** `weak`: how to hold something without keeping it; given by tests only. */
  constructor(weak: (node: Node) => Ref = (node) => new WeakRef(node)) {
    this.#loans = new Loans(weak, this);
    this.view = this.#proxyOf(this.#root);
  }

  /** Begins with what was kept, which nobody else holds. */
  begin(kept: Node): void {
    this.exchange(this.#root.node, kept, false);
    this.#text = JSON.stringify(kept);
  }

  /**
   * The memory as JSON if it changed since the last time, else null. Throws, once for each change, if it cannot be kept:
   * the host then goes on with what it had.
   */
  changed(): string | null {
    if (!this.#changing && this.#loans.none) return null;
    this.#changing = false;
    const text = JSON.stringify(this.#root.node);
    this.#loans.settle();
    if (text === this.#text) return null;
    this.#text = text;
    requireKeepable(text, this.#root.node);
    return text;
  }

  changing(): void {
    this.#changing = true;
  }

  shown(value: Node, owner: Watcher): unknown {
    const known = this.#proxies.get(value)?.deref();
    if (known !== undefined) return known;
    // In what an author put in there may be proxies of ours, and things that no proxy can stand for.
    if (this.behind(value) !== undefined || !isSimple(value)) return value;
    return this.#proxyOf(new Watcher(this, value, owner.lent || this.#loans.has(value)));
  }

  taken(value: unknown, owner: Watcher, key: PropertyKey): unknown {
    this.#changing = true;
    if (!isObject(value) || owner.lent) return value;
    const watcher = this.behind(value);
    if (watcher?.lent === false) return watcher.node;
    const node = watcher?.node ?? value;
    this.#loans.add(node, owner.node, key);
    return node;
  }

  /** The watcher behind a value, if it is one of the memory's own proxies. */
  behind(value: Node): Watcher | undefined {
    const watcher = value[watcherKey] as Watcher | undefined;
    // What only inherits from a proxy is none itself.
    return watcher !== undefined && this.#proxies.get(watcher.node)?.deref() === value ? watcher : undefined;
  }

  /** Lets whoever watched `from` watch `to` from now on. */
  exchange(from: Node, to: Node, lent: boolean): void {
    const ref = this.#proxies.get(from);
    const proxy = ref?.deref();
    if (ref === undefined || proxy === undefined) return;
    this.#proxies.delete(from);
    this.#proxies.set(to, ref);
    Object.assign(proxy[watcherKey] as Watcher, { node: to, lent });
  }

  #proxyOf(watcher: Watcher): Node {
    const proxy = watcher.proxy();
    this.#proxies.set(watcher.node, new WeakRef(proxy));
    return proxy;
  }
}
