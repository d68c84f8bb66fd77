import { type CrossingDecision, ElsewhereError } from "@elsewhere/protocol";
import type { Departure } from "../../packages/server/src/crossings/journal.ts";
import type { SimHost } from "./host.ts";
import type { Stage } from "./stage.ts";

const everyMs = 2_000;
const admits = 0.6;

/** Those who run the hosts: they look now and then, and answer who asks them. */
export function attend(stage: Stage, hosts: readonly SimHost[]): void {
  stage.scheduler.after(everyMs, () => {
    for (const host of hosts) {
      for (const { attempt, state } of host.engine?.list() ?? []) {
        if (state === "asked") decide(stage, host, attempt, stage.chance.hits(admits) ? "admit" : "refuse");
        if (state === "released" && stage.isHealed() && isLost(host, attempt, hosts)) decide(stage, host, attempt, "take-back");
      }
    }
    attend(stage, hosts);
  });
}

/** Whether it went to a host that was restored since and knows nothing of it: only people can find that out. */
function isLost({ disk }: SimHost, attempt: string, hosts: readonly SimHost[]): boolean {
  const row = JSON.parse(disk.contents.settings.get(`crossing:out:${attempt}`) ?? "null") as Departure | null;
  return row !== null && hosts.every(({ fingerprint }) => fingerprint !== row.to);
}

function decide({ census, trace }: Stage, host: SimHost, attempt: string, decision: CrossingDecision): void {
  trace(`${host.name} is told to ${decision} ${attempt}`);
  if (decision === "admit") census.mayCome(host.fingerprint, attempt);
  host.engine!.decide(attempt, decision).catch((error: unknown) => {
    if (!(error instanceof ElsewhereError)) census.fail("fault", String(error));
  });
}
