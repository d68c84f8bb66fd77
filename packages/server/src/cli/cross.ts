import { type CrossingInfo, ElsewhereError, limits, type ProgramDetail, type ProgramsPage } from "@elsewhere/protocol";
import type { Command } from "commander";
import type { Authority } from "./authority.ts";
import { watchCrossings } from "./crossings-look.ts";
import { attemptCharsShown, crossingLine, isOver, typeable } from "./crossings-table.ts";
import { wholeNumber } from "./numbers.ts";
import { addHostFlags, askHost, type HostFlags, type RunningHost, runningHost } from "./running-host.ts";

interface CrossOptions {
  readonly host: RunningHost;
  /** Its id, or its name if no other is called so. */
  readonly program: string;
  /** An address, or the name of a pairing; with a place or without. */
  readonly to: string;
  /** How long the offer stands. */
  readonly forSeconds: number;
  /** Whether to follow it until it is over. */
  readonly wait: boolean;
  readonly json: boolean;
}

/** `elsewhere cross`: asks a program to leave, and follows it. The exit code is 1 if it does not arrive. */
async function crossCommand(
  { host, program: called, to, forSeconds, wait, json }: CrossOptions,
  authority: Pick<Authority, "print" | "say" | "fail" | "fetch" | "time">,
): Promise<void> {
  const program = await programCalled(called, host, authority);
  const body = { program, to, forSeconds };
  const question = { path: "/api/crossings", body, undone: "offered nothing", field: "program", expects: "attempt" };
  const offered = await askHost<CrossingInfo>(host, question, authority);
  if (!wait) {
    authority.print(json ? JSON.stringify(offered) : `${crossingLine(offered)} See what comes of it with elsewhere crossings.`);
    return;
  }
  const crossing = await follow(offered.attempt, host, json ? () => {} : authority.print, authority);
  if (json) authority.print(JSON.stringify(crossing));
  if (crossing.state !== "closed") authority.fail(crossingLine(crossing));
}

/** Says each step of a crossing until it is over. */
async function follow(
  attempt: string,
  host: RunningHost,
  say: (line: string) => void,
  authority: Pick<Authority, "fetch" | "time" | "say">,
): Promise<CrossingInfo> {
  let said = "";
  for await (const crossings of watchCrossings(host, authority)) {
    const crossing = crossings.find((each) => each.attempt === attempt);
    if (crossing === undefined) break;
    const line = crossingLine(crossing);
    const isEnd = isOver(crossing);
    if (line !== said && !(isEnd && crossing.state !== "closed")) say(line);
    if (isEnd) return crossing;
    said = line;
  }
  const which = typeable(attempt).slice(0, attemptCharsShown);
  throw new ElsewhereError("unknown", `the host shows the crossing ${which} no longer: look where the program is`, { field: "attempt" });
}

async function programCalled(called: string, host: RunningHost, authority: Pick<Authority, "fetch">): Promise<string> {
  const asked = { undone: "knows no such program", field: "program" };
  const search = new URLSearchParams({ search: called.slice(0, limits.programsSearchCharsMax), limit: `${limits.programsPageItemsMax}` });
  const { programs } = await askHost<ProgramsPage>(host, { ...asked, path: `/api/programs?${search}`, expects: "programs" }, authority);
  if (programs.some(({ program }) => program === called)) return called;
  const named = programs.filter(({ name }) => name.toLowerCase() === called.toLowerCase());
  if (named.length === 1) return named[0]!.program;
  if (named.length > 1) {
    const ids = named.map(({ program }) => program).join(", ");
    throw new ElsewhereError("unknown", `${named.length} programs are called ${called}: say which by its id, one of ${ids}`, {
      field: "program",
    });
  }
  // Among more than a page of programs whose ids hold this text, the one that is meant may stand on another page.
  const path = `/api/programs/${encodeURIComponent(called)}`;
  return (await askHost<ProgramDetail>(host, { ...asked, path, expects: "info" }, authority)).info.program;
}

/** `elsewhere cross`. */
export function addCross(program: Command, authority: Pick<Authority, "print" | "say" | "fail" | "fetch" | "time">): void {
  const cross = program
    .command("cross")
    .description("ask a program to leave for another host, and follow it there")
    .argument("<program>", "its id, or its name if no other is called so")
    .requiredOption("--to <host>", "name of a paired host or its address elsewhere://HOST:PORT, with or without /MAP/PLACE")
    .option("--for <seconds>", "how long the offer stands", wholeNumber(1, limits.crossingMsMax / 1000), limits.crossingMsUsual / 1000)
    .option("--no-wait", "do not follow it")
    .option("--json", "one line of JSON, when it is over")
    .addHelpText("after", crossHelp)
    .action(
      (called: string, flags: HostFlags & { readonly to: string; readonly for: number; readonly wait: boolean; readonly json?: true }) => {
        const { url, token, to, for: forSeconds, wait, json = false } = flags;
        return crossCommand({ host: runningHost({ url, token: token ?? null }), program: called, to, forSeconds, wait, json }, authority);
      },
    );
  addHostFlags(cross);
}

const crossHelp = `
It is an offer: a program goes only if it accepts, in a turn of its own. The exit code is 0 once it is alive there, and 1 if it stays,
with the reason. Whoever stops following stops nothing, and a host that is started anew is followed on.

  elsewhere cross baker --to haven --url 'http://localhost:7070/#operator=TOKEN'`;
