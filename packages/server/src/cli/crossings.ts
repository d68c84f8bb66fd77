import type { Command } from "commander";
import type { Authority } from "./authority.ts";
import { watchCrossings } from "./crossings-look.ts";
import { addResolve } from "./crossings-resolve.ts";
import { crossingsTable } from "./crossings-table.ts";
import { addHostFlags, type HostFlags, type RunningHost, runningHost } from "./running-host.ts";

interface CrossingsOptions {
  readonly host: RunningHost;
  /** Goes on for as long as the host answers. */
  readonly watch: boolean;
  readonly json: boolean;
}

/** `elsewhere crossings`. */
async function crossingsCommand(
  { host, watch, json }: CrossingsOptions,
  authority: Pick<Authority, "print" | "say" | "fetch" | "time">,
): Promise<void> {
  let shown = "";
  for await (const crossings of watchCrossings(host, authority)) {
    // How much time is left is no news.
    const news = JSON.stringify(crossings.map((each) => ({ ...each, secondsLeft: null })));
    if (news !== shown) {
      shown = news;
      authority.print(json ? JSON.stringify({ crossings }) : crossingsTable(crossings).join("\n"));
    }
    if (!watch) return;
  }
}

/** `elsewhere crossings …`. */
export function addCrossings(program: Command, authority: Pick<Authority, "print" | "say" | "ask" | "fetch" | "time">): void {
  const crossings = program
    .command("crossings")
    .description("see who is between two hosts, and what each waits for")
    .enablePositionalOptions()
    .option("--watch", "and go on showing what changes, until Ctrl-C")
    .option("--json", "one line of JSON")
    .action(({ url, token, watch = false, json = false }: HostFlags & { readonly watch?: boolean; readonly json?: boolean }) =>
      crossingsCommand({ host: runningHost({ url, token: token ?? null }), watch, json }, authority),
    );
  addHostFlags(crossings);
  addResolve(crossings, authority);
}
