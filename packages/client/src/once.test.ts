import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { enter } from "./enter.ts";
import { done, outcome, ScriptedHost, tick } from "./testing/scripted-host.ts";

/** What may happen to a client and its world; `reads` is how many of the waiting frames the world takes. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant("act" as const) }),
  fc.record({ kind: fc.constant("take" as const), reads: fc.nat(4), answered: fc.boolean() }),
  fc.record({ kind: fc.constant("lose" as const) }),
);

test("C11 over any losses every intent is taken exactly once, in order, and settles", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 60 }), async (script) => {
      const host = new ScriptedHost();
      const entering = enter(host.options);
      host.letIn();
      const { me } = await entering;
      const taken: string[] = [];
      const asked: Promise<void>[] = [];
      let lastN = 0;
      let read = 0;
      const take = (reads: number, answered: boolean): void => {
        const frames = host.last.intents.slice(read, read + reads);
        read += frames.length;
        for (const { n, intent } of frames) {
          if (n <= lastN) continue;
          assert.equal(n, lastN + 1, "no number is left out");
          lastN = n;
          taken.push((intent as { text: string }).text);
          if (answered) host.last.say(tick([done(n)]));
        }
      };
      for (const step of script) {
        if (step.kind === "act") asked.push(me.say(`word ${asked.length}`));
        else if (step.kind === "take") take(step.reads, step.answered);
        else {
          host.last.drop();
          read = 0;
          host.pass(1000);
          host.letIn(lastN);
        }
      }
      host.last.drop();
      read = 0;
      host.pass(1000);
      host.letIn(lastN);
      host.pass(20_000);
      take(Number.POSITIVE_INFINITY, true);
      assert.deepEqual(
        taken,
        asked.map((_, i) => `word ${i}`),
      );
      for (const promise of asked) assert.deepEqual(await outcome(promise), { value: undefined });
    }),
    { seed: 7, numRuns: 300 },
  );
});
