import { type CrossingDecision, type CrossingInfo, ElsewhereError } from "@elsewhere/protocol";
import type { SimHost } from "./host.ts";
import type { Stage } from "./stage.ts";

const everyMs = 2_000;
const admits = 0.6;
/** How long they wait for what ends by itself. */
const patienceMs = 200_000;

/** Those who run the hosts: they look now and then, and answer who asks them. */
export function attend(stage: Stage, hosts: readonly SimHost[]): void {
  stage.scheduler.after(everyMs, () => {
    for (const host of hosts) {
      for (const info of host.engine?.list() ?? []) {
        const decision = info.waitsFor === null ? null : decisionOn(stage, host, info);
        if (decision !== null) decide(stage, host, info.attempt, decision);
      }
    }
    attend(stage, hosts);
  });
}

function decisionOn(
  { census, chance, healedMs, scheduler }: Stage,
  { residents }: SimHost,
  { state, program }: CrossingInfo,
): CrossingDecision | null {
  if (state === "asked") return chance.hits(admits) ? "admit" : "refuse";
  if (state !== "released" && state !== "returning") return null;
  // Somebody who was taken back while alive elsewhere may have gone on there to where no witness lets go of it again.
  const who = residents.find((resident) => resident.program === program)?.kept.heap.who;
  const isContested = who !== undefined && census.lives.get(who)!.isContested;
  return isContested && scheduler.nowMs > healedMs() + patienceMs ? "let-go" : null;
}

function decide({ census, trace }: Stage, host: SimHost, attempt: string, decision: CrossingDecision): void {
  trace(`${host.name} is told to ${decision} ${attempt}`);
  if (decision === "admit") census.mayCome(host.name, attempt);
  host.engine!.decide(attempt, decision).catch((error: unknown) => {
    if (!(error instanceof ElsewhereError)) census.fail("fault", String(error));
  });
}
