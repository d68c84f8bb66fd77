import { isObject, type Node } from "./tree.ts";

/** By this a proxy tells the memory alone who stands behind it. */
export const watcherKey = Symbol("watcher");

/** What proxies are made over. Nothing ever reaches these two, so that all share them. */
const standIns = { list: [] as unknown as Node, object: {} as Node };

/** Who has to know what is read and written through a watcher. */
export interface Watch {
  /** What to show for a value read out of a node. */
  shown(value: unknown, owner: Watcher): unknown;
  /** What to keep for a value about to be written; also tells that something is being changed. */
  taken(value: unknown, owner: Watcher, key: PropertyKey): unknown;
  changing(): void;
}

/**
 * Stands between an author and one object of the memory. Its proxy is made over a stand-in of the same sort, so that the
 * object itself can be exchanged for a copy without anybody noticing.
 */
export class Watcher implements ProxyHandler<Node> {
  node: Node;
  /** Whether the author may hold the object itself: what he put in is his until nobody but the memory has it. */
  lent: boolean;
  readonly #watch: Watch;

  constructor(watch: Watch, node: Node, lent: boolean) {
    this.#watch = watch;
    this.node = node;
    this.lent = lent;
  }

  proxy(): Node {
    return new Proxy(Array.isArray(this.node) ? standIns.list : standIns.object, this);
  }

  get(_: Node, key: PropertyKey): unknown {
    if (key === watcherKey) return this;
    const value = this.node[key];
    return isObject(value) ? this.#watch.shown(value, this) : value;
  }
  set(_: Node, key: PropertyKey, value: unknown): boolean {
    return Reflect.set(this.node, key, this.#watch.taken(value, this, key));
  }
  deleteProperty(_: Node, key: PropertyKey): boolean {
    this.#watch.changing();
    return Reflect.deleteProperty(this.node, key);
  }
  defineProperty(_: Node, key: PropertyKey, property: PropertyDescriptor): boolean {
    const { value, ...rest } = property;
    return Reflect.defineProperty(this.node, key, "value" in property ? { ...rest, value: this.#watch.taken(value, this, key) } : rest);
  }
  has(_: Node, key: PropertyKey): boolean {
    return Reflect.has(this.node, key);
  }
  ownKeys(): (string | symbol)[] {
    return Reflect.ownKeys(this.node);
  }
  getOwnPropertyDescriptor(_: Node, key: PropertyKey): PropertyDescriptor | undefined {
    const property = Reflect.getOwnPropertyDescriptor(this.node, key);
    if (property === undefined) return undefined;
    if (isObject(property.value)) property.value = this.#watch.shown(property.value, this);
    // A proxy may call final only what is so in its target; of the stand-in that is a list's length alone.
    if (!(key === "length" && Array.isArray(this.node))) property.configurable = true;
    return property;
  }
  getPrototypeOf(): object | null {
    return Reflect.getPrototypeOf(this.node);
  }
  setPrototypeOf(): boolean {
    return false;
  }
  preventExtensions(): boolean {
    return false;
  }
}
