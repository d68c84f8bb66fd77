// Explores the model within the bounds that are asked for, and tells of what it finds:
//   node simulator/model/main.ts [ATTEMPTS [RESTORES [LETTERS [BUG]]]]
import { explore } from "./explore.ts";
import { invariants } from "./invariants.ts";
import { type Bounds, bugs, type Rules } from "./state.ts";

const [attempts = "2", restores = "1", letters = "1", ...words] = process.argv.slice(2);

const bounds: Bounds = {
  attemptsMax: attempts === "1" ? 1 : 2,
  restoresMax: restores === "0" ? 0 : 1,
  lettersMax: letters === "0" ? 0 : 1,
};
const asked = words.join(" ");
const bug = asked === "" ? "none" : bugs.find((each) => each === asked);
if (bug) tell({ bounds, witness: "third host", bug });
else {
  process.stderr.write(`No bug is called "${asked}"; there are: ${bugs.join(", ")}.\n`);
  process.exitCode = 2;
}

function tell(rules: Rules): void {
  process.stdout.write(`attempts ${bounds.attemptsMax}, restores ${bounds.restoresMax}, letters ${bounds.lettersMax}, bug: ${rules.bug}\n`);
  const { states, healed, violation } = explore(rules, invariants);
  process.stdout.write(`${states} states; ${healed} to resolve them\n`);
  if (!violation) return;
  process.stdout.write(`${violation.invariant}: not so that ${violation.sentence}\n  ${violation.trace.join("\n  ")}\n`);
  process.exitCode = 1;
}
