import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { signal } from "@preact/signals";
import type { Seeing } from "./perceiver.ts";
import { openOnTheWay, wholeCoordinates } from "./hidden.ts";

interface Asked {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** What the host was asked, which answers every request so. */
function hostOf(t: TestContext, answer: () => Response): Asked[] {
  const asked: Asked[] = [];
  t.mock.method(
    globalThis,
    "fetch",
    async (path: string, { headers = {}, body = "null" }: { headers?: Record<string, string>; body?: string }) => {
      asked.push({ path, authorization: headers["authorization"], body: JSON.parse(body) });
      return answer();
    },
  );
  return asked;
}

const ada = () => ({ world: { token: "ada", map: "inn" } as Seeing, found: signal(0) });

test("K114 coordinates that carry a secret are given to the host before one walks, with the map one is on", async (t) => {
  const asked = hostOf(t, () => Response.json({ map: "inn", place: "cellar", opened: true }));
  const self = ada();
  for (const to of ["inn/cellar~the ~ivy", "cellar~the ~ivy"]) await openOnTheWay(self, to);
  const one = { path: "/api/places/open", authorization: "Bearer ada", body: { coordinates: "inn/cellar~the ~ivy" } };
  assert.deepEqual(asked, [one, one]);
  assert.equal(self.found.value, 2, "the map is drawn anew");
  for (const to of ["inn/cellar", "@3,4", "~ivy", "a/b/c~ivy", "inn/cellar~"]) {
    await openOnTheWay(self, to);
    assert.equal(wholeCoordinates(to, "inn"), null, to);
  }
  await openOnTheWay({ ...self, world: { ...self.world, token: null } }, "cellar~ivy");
  assert.equal(asked.length, 2, "what carries no secret is nothing to be asked");
});

test("K114 whatever comes of it, one walks: a wrong secret and a lost host are left to the walk", async (t) => {
  const self = ada();
  const answers = [
    () => Response.json({ map: "inn", place: "cellar", opened: false }),
    () => Response.json({ code: "unknown", message: "there is no such place" }, { status: 404 }),
    (): Response => {
      throw new TypeError("fetch failed");
    },
  ];
  const asked = hostOf(t, () => answers[asked.length - 1]!());
  for (const _ of answers) await openOnTheWay(self, "cellar~ivy");
  assert.deepEqual([asked.length, self.found.value], [3, 0]);
});
