import assert from "node:assert/strict";
import { test } from "node:test";
import type { Viewpoint } from "./film.ts";
import { goneText, momentText, notFound, soughtWords, viewpointText } from "./words.ts";

const title = (map: string): string => (map === "inn" ? "The inn" : map);
const own: Viewpoint = { kind: "own", body: 7, name: "Ada" };
const marta: Viewpoint = { kind: "as", who: "program:baker", body: 3, name: "Marta" };

test("K103 a moment is told with date and time to the second, in the world's own time", () => {
  assert.equal(momentText(Date.UTC(2030, 2, 21, 7, 42, 10)), "Thu 21 Mar, 07:42:10");
});

test("K105 whose past it is is told in plain words", () => {
  assert.equal(viewpointText(own, title), "As you perceived it.");
  assert.equal(viewpointText(marta, title), "As Marta perceived it.");
  assert.equal(viewpointText({ kind: "map", map: "inn" }, title), "All of The inn.");
});

test("K111 why nothing is to be seen is told in plain words, with what one can do", () => {
  assert.match(goneText("away", own, title), /^You were not in the world at this moment/);
  assert.match(goneText("hidden", marta, title), /^Marta was out of sight/);
  assert.match(goneText("before", marta, title), /had not come into the world yet\. Go on in time\.$/);
  assert.match(goneText("after", marta, title), /for good\. Go back in time\.$/);
  assert.match(goneText("before", { kind: "map", map: "inn" }, title), /^The inn was not there yet/);
});

test("K108 what cannot be found says so, and where to look instead", () => {
  assert.equal(notFound({ kind: "heard", back: false }), "Nobody speaks after this moment. Look back instead, or for something else.");
  const never = notFound({ kind: "door", who: "Marta", back: true });
  assert.equal(never, "Marta never moves a door before this moment. Look on instead, or for something else.");
  assert.equal(new Set(soughtWords.map(([kind]) => kind)).size, 10, "every kind can be looked for");
});
