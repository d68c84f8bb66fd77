import assert from "node:assert/strict";
import { afterEach, beforeEach, type TestContext, test } from "node:test";
import { operatorToken } from "../state/operator.ts";
import { present, trouble } from "./past.ts";
import { density, keepCounting, record, recordError, setZoom, shown } from "./record.ts";

const hour = 3_600_000;

let stop = (): void => {};

beforeEach((t) => {
  (t as TestContext).mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.document = { visibilityState: "visible" } as Document;
  operatorToken.value = "op";
  setZoom("all");
});

afterEach(() => {
  stop();
  operatorToken.value = null;
  present.value = null;
  trouble.value = null;
});

/** A host whose record is ten hours long, and whose first count of it is not whole. */
function host(t: TestContext, failing = false): string[] {
  const asked: string[] = [];
  t.mock.method(globalThis, "fetch", async (path: string) => {
    asked.push(path);
    if (failing) return Response.json({ code: "forbidden", message: "this token is not valid" }, { status: 403 });
    if (path === "/api/record/timeline") return Response.json({ fromTick: 0, toTick: 1, from: 0, to: 10 * hour, days: [] });
    const query = new URLSearchParams(path.slice(path.indexOf("?")));
    const [from, to] = [Number(query.get("from")), Number(query.get("to"))];
    const more = asked.length < 3;
    return Response.json({ from, to, speech: [1], doings: [0], comings: [0], more });
  });
  return asked;
}

/** Lets timers fire and what they began go on. */
async function goOn(t: TestContext, ms: number): Promise<void> {
  for (let gone = 0; gone < ms; gone += 50) {
    t.mock.timers.tick(50);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("K101 how far the record reaches and how much happened is asked for, on and on until it is all counted", async (t) => {
  const asked = host(t);
  stop = keepCounting();
  await goOn(t, 1500);
  assert.deepEqual(asked.slice(0, 3), [
    "/api/record/timeline",
    `/api/record/density?from=0&to=${10 * hour}&bins=180`,
    `/api/record/density?from=0&to=${10 * hour}&bins=180`,
  ]);
  assert.deepEqual([density.value?.more, record.value, recordError.value], [false, { from: 0, to: 10 * hour }, null]);
  assert.equal(asked.length, 3, "what is counted is not counted again at once");
});

test("K100 K101 a closer look is counted for itself, and the present moves the record's end", async (t) => {
  const asked = host(t);
  stop = keepCounting();
  await goOn(t, 1500);
  setZoom("hour");
  present.value = 11 * hour;
  assert.deepEqual(shown.value, { from: 10 * hour, to: 11 * hour });
  await goOn(t, 1000);
  assert.equal(asked.at(-1), `/api/record/density?from=${10 * hour}&to=${11 * hour}&bins=180`);
});

test("K112 a record that is refused says so, and is asked for again", async (t) => {
  const asked = host(t, true);
  stop = keepCounting();
  await goOn(t, 500);
  assert.deepEqual([recordError.value, record.value], ["This token is not valid", null]);
  await goOn(t, 3000);
  assert.ok(asked.length >= 2, "it was not asked again");
});

test("K101 another token is shown nothing of what was counted for the last", async (t) => {
  host(t);
  stop = keepCounting();
  await goOn(t, 1500);
  operatorToken.value = "another";
  assert.deepEqual([density.value, record.value], [null, null]);
});
