/** What the objects of a memory are to the code that watches over them. */
export type Node = Record<PropertyKey, unknown>;

export const isObject = (value: unknown): value is Node => typeof value === "object" && value !== null;

/** Whether a proxy can stand for it: an object or list without a class of its own that can still be written to. */
export function isSimple(node: Node): boolean {
  const prototype: unknown = Object.getPrototypeOf(node);
  if (prototype === Object.prototype) return Object.isExtensible(node);
  if (prototype === null) return node !== Object.prototype && Object.isExtensible(node);
  return prototype === Array.prototype && Array.isArray(node) && Object.isExtensible(node);
}

/** Whether a copy is as good as it: nothing in it but ordinary properties, in no list a hole. */
export function isPlain(node: Node): boolean {
  const keys = Reflect.ownKeys(node);
  const ordinary = keys.every((key) => {
    if (typeof key === "symbol" || key === "__proto__") return false;
    const property = Reflect.getOwnPropertyDescriptor(node, key)!;
    if (key === "length" && Array.isArray(node)) return true;
    return property.writable === true && property.enumerable === true && property.configurable === true;
  });
  if (!Array.isArray(node)) return ordinary;
  // Indices come first and in order: a list has no holes and nothing else if its last index stands where it should.
  return ordinary && keys.length === node.length + 1 && (node.length === 0 || keys[node.length - 1] === String(node.length - 1));
}

/** An empty one of the same sort. */
export const emptyLike = (node: Node): Node =>
  (Array.isArray(node) ? [] : Object.create(Object.getPrototypeOf(node) as object | null)) as Node;
