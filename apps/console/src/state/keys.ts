/** What of the browser's storage is used: enough to try it with a plain map. */
export type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** Who this browser is in this world. */
export interface Identity {
  readonly token: string;
  readonly name: string;
}

/** What came with the address: tokens are taken out of it, so that nobody shares them with a link. */
export interface Fragment {
  readonly operator: string | null;
  readonly token: string | null;
  readonly entry: string | null;
}

export function readFragment(hash: string): Fragment {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const field = (name: string): string | null => fields.get(name) || null;
  return { operator: field("operator"), token: field("token"), entry: field("entry") };
}

const identityKey = "elsewhere.identity";
const operatorKey = "elsewhere.operator";
const insideKey = "elsewhere.inside";

/**
 * Tokens between reloads. A person's outlives the tab, so that one comes back into the same body; the operator's
 * ends with it. Storage may be full or forbidden: then everything works, and is forgotten.
 */
export class Keys {
  readonly #lasting: Store;
  readonly #tab: Store;

  constructor(lasting: Store, tab: Store) {
    this.#lasting = lasting;
    this.#tab = tab;
  }

  get identity(): Identity | null {
    try {
      const value: unknown = JSON.parse(read(this.#lasting, identityKey) ?? "null");
      if (typeof value !== "object" || value === null || !("token" in value) || !("name" in value)) return null;
      return typeof value.token === "string" && typeof value.name === "string" ? { token: value.token, name: value.name } : null;
    } catch {
      return null;
    }
  }

  set identity(identity: Identity | null) {
    write(this.#lasting, identityKey, identity === null ? null : JSON.stringify(identity));
  }

  get operator(): string | null {
    return read(this.#tab, operatorKey);
  }

  set operator(token: string | null) {
    write(this.#tab, operatorKey, token);
  }

  /** Whether this tab was inside the world when it was last seen: a reload then goes straight back. */
  get inside(): boolean {
    return read(this.#tab, insideKey) === "yes";
  }

  set inside(inside: boolean) {
    write(this.#tab, insideKey, inside ? "yes" : null);
  }
}

function read(store: Store, key: string): string | null {
  try {
    return store.getItem(key);
  } catch {
    return null;
  }
}

function write(store: Store, key: string, value: string | null): void {
  try {
    if (value === null) store.removeItem(key);
    else store.setItem(key, value);
  } catch {
    // Forgotten at the next reload; nothing else is lost.
  }
}
