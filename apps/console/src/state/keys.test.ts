import assert from "node:assert/strict";
import { test } from "node:test";
import { Keys, readFragment, type Store } from "./keys.ts";

function store(): Store & { readonly held: Map<string, string> } {
  const held = new Map<string, string>();
  return {
    held,
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => void held.set(key, value),
    removeItem: (key) => void held.delete(key),
  };
}

const forbidden: Store = {
  getItem: () => {
    throw new Error("SecurityError");
  },
  setItem: () => {
    throw new Error("QuotaExceededError");
  },
  removeItem: () => {
    throw new Error("SecurityError");
  },
};

test("K11 the address can bring the operator's token, a person's and an entry", () => {
  assert.deepEqual(readFragment("#operator=a.b-c_d"), { operator: "a.b-c_d", token: null, entry: null });
  assert.deepEqual(readFragment("#token=t&entry=mill/loft"), { operator: null, token: "t", entry: "mill/loft" });
  assert.deepEqual(readFragment(""), { operator: null, token: null, entry: null });
});

test("K11 a person's token outlives the tab, the operator's does not", () => {
  const lasting = store();
  const tab = store();
  const keys = new Keys(lasting, tab);
  keys.identity = { token: "t", name: "Ada" };
  keys.operator = "o";
  keys.inside = true;
  const later = new Keys(lasting, store());
  assert.deepEqual(later.identity, { token: "t", name: "Ada" });
  assert.equal(later.operator, null);
  assert.equal(later.inside, false);
  assert.equal(new Keys(lasting, tab).operator, "o");
  keys.identity = null;
  assert.equal(lasting.held.size, 0);
});

test("K11 storage that is forbidden, full or spoilt stops nobody", () => {
  const keys = new Keys(forbidden, forbidden);
  keys.identity = { token: "t", name: "Ada" };
  assert.equal(keys.identity, null);
  assert.equal(keys.inside, false);
  for (const spoilt of ["{", '"text"', '{"token":1,"name":"x"}', "null"]) {
    const lasting = store();
    lasting.setItem("elsewhere.identity", spoilt);
    assert.equal(new Keys(lasting, store()).identity, null);
  }
});
