import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TemplateUse } from "./template-use.ts";

test("P57 a template is kept for as long as a heap stands on it, and told to workers for as long as one may come to", () => {
  const action = fc.record({ template: fc.nat(900), hold: fc.boolean() });
  fc.assert(
    fc.property(fc.array(action, { minLength: 900, maxLength: 1500 }), (actions) => {
      const known = new Set<string>();
      const withdrawn = new Set<string>();
      const use = new TemplateUse(
        (template) => void withdrawn.add(template),
        (template) => {
          assert.ok(withdrawn.has(template), "workers are told long before");
          known.delete(template);
        },
      );
      const heaps = new Map<string, number>();
      for (const { template: number, hold } of actions) {
        const template = String(number);
        const count = heaps.get(template) ?? 0;
        if (!known.has(template)) {
          known.add(template);
          use.add(template);
        }
        if (hold) {
          use.hold(template);
          withdrawn.delete(template);
          heaps.set(template, count + 1);
        } else if (count > 0) {
          use.release(template);
          heaps.set(template, count - 1);
        }
        for (const [each, held] of heaps) if (held > 0) assert.ok(known.has(each) && !withdrawn.has(each));
        const idle = [...known].filter((each) => (heaps.get(each) ?? 0) === 0).length;
        assert.ok(idle <= 512, `${idle} are kept that nobody stands on`);
      }
    }),
    { numRuns: 10 },
  );
});
