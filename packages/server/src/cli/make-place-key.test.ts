import assert from "node:assert/strict";
import { test } from "node:test";
import { ElsewhereError, parseCoordinates } from "@elsewhere/protocol";
import { placeKey } from "../sealing/place-key.ts";
import { placeKeyCommand } from "./make-place-key.ts";

/** What the command printed and said; `drawn` is what chance gives it. */
async function make(options: { at: string; secret?: string; json?: boolean }, drawn: (i: number) => number = (i) => i) {
  const printed: string[] = [];
  const said: string[] = [];
  let bytes = 0;
  await placeKeyCommand(
    { secret: null, json: false, ...options },
    {
      print: (line) => printed.push(line),
      say: (line) => said.push(line),
      randomBytes: (count) => {
        bytes += count;
        return Uint8Array.from({ length: count }, (_, i) => drawn(i));
      },
    },
  );
  return { printed, said, bytes };
}

interface Made {
  readonly map: string;
  readonly place: string;
  readonly recipient: string;
  readonly coordinates: string;
}
const madeOf = (printed: readonly string[]): Made => JSON.parse(printed.join("\n")) as Made;

test("T17 a key that is made has a secret of 100 bits in groups, and its recipient is the one of these coordinates", async () => {
  const { printed, said, bytes } = await make({ at: "inn/the cellar", json: true }, (i) => 13 * i + 5);
  const { coordinates, recipient, ...where } = madeOf(printed);
  const to = parseCoordinates(coordinates);
  assert.ok("place" in to && to.secret !== undefined);
  assert.match(to.secret, /^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){4}$/);
  assert.deepEqual([where, to.map, to.place], [{ map: "inn", place: "the cellar" }, "inn", "the cellar"]);
  assert.equal(recipient, (await placeKey("inn", "the cellar", to.secret)).recipient);
  assert.deepEqual([said, bytes], [[], 20]);
});

test("T17 every letter of a secret tells five bits of chance", async () => {
  const seen = new Set<string>();
  for (let byte = 0; byte < 256; byte += 20) {
    const { printed } = await make({ at: "inn/cellar", json: true }, (i) => (byte + i) % 256);
    for (const letter of /~(.*)$/.exec(madeOf(printed).coordinates)![1]!.replaceAll("-", "")) seen.add(letter);
  }
  assert.equal(seen.size, 32);
});

test("T17 what goes into the map, and the coordinates to keep, are printed, the private half of the key is not", async () => {
  const { printed, said } = await make({ at: "inn/cellar", secret: "under the ivy by the well" });
  const { recipient, identity } = await placeKey("inn", "cellar", "under the ivy by the well");
  assert.ok(printed.includes("  world:hidden     true"));
  assert.ok(printed.includes(`  world:recipient  ${recipient}`));
  assert.ok(printed.includes("  inn/cellar~under the ivy by the well"));
  assert.deepEqual(said, []);
  assert.doesNotMatch(printed.join("\n"), new RegExp(`${identity}|AGE-SECRET-KEY`, "i"));
  assert.match((await make({ at: "inn/cellar", secret: "ivy" })).said.join(), /^note: a secret of at most 15 characters can be guessed/);
});

test("T17 what names no place, and a secret that no map would take, are refused", async () => {
  const cases: readonly (readonly [Parameters<typeof make>[0], string, string])[] = [
    [{ at: "cellar" }, "malformed", "place"],
    [{ at: "inn@1,2" }, "malformed", "place"],
    [{ at: "inn/cellar/x" }, "malformed", "to"],
    [{ at: "inn/cellar~ivy" }, "malformed", "place"],
    [{ at: `inn/${"c".repeat(65)}` }, "limit", "place"],
    [{ at: "inn/cellar", secret: "" }, "malformed", "--secret"],
    [{ at: "inn/cellar", secret: " ivy" }, "malformed", "--secret"],
    [{ at: "inn/cellar", secret: "i\nvy" }, "malformed", "--secret"],
    [{ at: "inn/cellar", secret: "ivy".repeat(30) }, "limit", "--secret"],
  ];
  for (const [options, code, field] of cases) {
    await assert.rejects(make(options), (error) => {
      assert.ok(error instanceof ElsewhereError);
      assert.deepEqual([error.code, error.detail.field], [code, field], JSON.stringify(options));
      assert.doesNotMatch(error.message, /ivy/);
      return true;
    });
  }
});
