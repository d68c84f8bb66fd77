import { type CrossingDecision, type CrossingInfo, ElsewhereError } from "@elsewhere/protocol";
import { type Command, Option } from "commander";
import type { Authority } from "./authority.ts";
import { crossingsOf } from "./crossings-look.ts";
import { attemptCharsShown, crossingLine, isOver, typeable } from "./crossings-table.ts";
import { addHostFlags, askHost, type HostFlags, type RunningHost, runningHost } from "./running-host.ts";

const lettersTyped = 4;

interface ResolveOptions {
  readonly host: RunningHost;
  /** Its name, or how it begins. */
  readonly attempt: string;
  readonly decision: CrossingDecision;
  /** Whether the decision is made without being asked again. */
  readonly yes: boolean;
  readonly json: boolean;
}

/** `elsewhere crossings resolve`: says what a decision means, has it confirmed, and only then has the host decide. */
async function resolveCommand(
  { host, attempt: begins, decision, yes, json }: ResolveOptions,
  authority: Pick<Authority, "print" | "say" | "ask" | "fetch">,
): Promise<void> {
  const crossing = theOne(await crossingsOf(host, authority), begins);
  const { attempt } = crossing;
  if (!yes) {
    authority.say(`${crossingLine(crossing)} ${meaningOf(decision, crossing)}`);
    const typed = await authority.ask(`Type the first ${lettersTyped} letters of ${typeable(attempt)} to go on: `);
    if (typed === null || typed.trim().length < lettersTyped || !typeable(attempt).startsWith(typed.trim())) {
      throw new ElsewhereError("interrupted", "nothing was decided: the letters are others", { field: "attempt" });
    }
  }
  const question = { path: `/api/crossings/${attempt}`, body: { decision }, undone: "decided nothing", field: "attempt", expects: "state" };
  const decided = await askHost<CrossingInfo>(host, question, authority);
  authority.print(json ? JSON.stringify(decided) : crossingLine(decided));
}

function theOne(crossings: readonly CrossingInfo[], begins: string): CrossingInfo {
  const found = crossings.filter((each) => !isOver(each) && typeable(each.attempt).startsWith(typeable(begins)));
  if (begins !== "" && found.length === 1) return found[0]!;
  const what =
    found.length > 1 ? "means more than one crossing: write more of it" : "is no crossing under way: look with elsewhere crossings";
  throw new ElsewhereError("unknown", `${JSON.stringify(begins)} ${what}`, { field: "attempt" });
}

/** What becomes of a program by this, in words for who has to answer for it. */
function meaningOf(decision: CrossingDecision, { name, host, state, direction }: CrossingInfo): string {
  switch (decision) {
    case "admit":
      return `It comes in here, on the terms of the pairing with ${host}, if it stands its trial.`;
    case "refuse":
      return `It does not come in here: ${host} is told so, and ${name} goes on there.`;
    case "let-go":
      return `This host gives ${name} up and waits no longer. It lives at ${host}, or nowhere: if it is not alive there, it is lost.`;
    case "take-back":
      if (direction === "out" && state !== "released" && state !== "returning")
        return `The crossing is called off, and ${name} goes on here.`;
      return (
        `The witness is told first that it was given back; then ${name} goes on here as it was when it left. If ${host} has brought it to life, ` +
        `that life is void: ${host} is told to end it, and what it did and learnt there is lost. Do this only if ${host} is gone or does not answer.`
      );
  }
}

interface ResolveFlags extends HostFlags {
  readonly admit?: true;
  readonly refuse?: true;
  readonly takeBack?: true;
  readonly letGo?: true;
  readonly yes?: boolean;
  readonly json?: boolean;
}

function decisionIn({ admit, refuse, takeBack, letGo }: ResolveFlags): CrossingDecision {
  const chosen = { admit, refuse, "take-back": takeBack, "let-go": letGo };
  const decisions = (Object.keys(chosen) as CrossingDecision[]).filter((each) => chosen[each]);
  if (decisions.length === 1) return decisions[0]!;
  const what = "say one of --admit, --refuse, --take-back and --let-go (elsewhere crossings resolve --help says what they mean)";
  throw new ElsewhereError("malformed", what, { field: "decision" });
}

/** `elsewhere crossings resolve`. */
export function addResolve(crossings: Command, authority: Pick<Authority, "print" | "say" | "ask" | "fetch">): void {
  const resolve = crossings
    .command("resolve")
    .description("decide what becomes of a crossing")
    .argument("<attempt>", `its name, or the first ${attemptCharsShown} letters that elsewhere crossings shows`)
    .addOption(new Option("--admit", "of one that asks to come: let it in"))
    .addOption(new Option("--refuse", "of one that asks to come: send it home"))
    .addOption(new Option("--take-back", "of one that leaves: have it go on here"))
    .addOption(new Option("--let-go", "of one that has left: give it up here"))
    .option("--yes", "ask nothing")
    .option("--json", "one line of JSON")
    .addHelpText("after", resolveHelp)
    .action((attempt: string, flags: ResolveFlags) => {
      const { url, token, yes = false, json = false } = flags;
      const host = runningHost({ url, token: token ?? null });
      return resolveCommand({ host, attempt, decision: decisionIn(flags), yes, json }, authority);
    });
  addHostFlags(resolve);
}

const resolveHelp = `
Nearly every crossing ends by itself: past its deadline whoever has not been released goes on at home. Somebody has to decide
  - about one that asks to come, where the pairing says so: --admit or --refuse;
  - about one that was released to a host that will never answer again: --take-back, if that host is gone for good; --let-go, if it
    lives there. Taken back, it is void there; let go, it is lost if it does not live there. There is no third way, and nobody can
    check for you which of the two is true.`;
