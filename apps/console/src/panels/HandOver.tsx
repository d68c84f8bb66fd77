import type { CrossingInfo } from "@elsewhere/protocol";
import { stepsOf, whereOf } from "../state/handover.ts";
import { worldInfo } from "../state/world.ts";
import { Face } from "./Face.tsx";

interface HandOverProps {
  readonly info: CrossingInfo;
}

const inWords = { done: "done", now: "next", ahead: "not yet", never: "not reached" } as const;

/** The two hosts with the program at one of them or between, and the steps on its way. What it shows is said in words as well. */
export function HandOver({ info }: HandOverProps) {
  const here = worldInfo.value?.name ?? "here";
  const [from, to] = info.direction === "out" ? [here, info.host] : [info.host, here];
  return (
    <div class="hand-over">
      <div class="strait" data-where={whereOf(info)} data-back={info.state === "returning"} aria-hidden="true">
        <span class="shore">{from}</span>
        <span class="water">
          <span class="traveller">
            <Face name={info.name} kind="program" />
          </span>
        </span>
        <span class="shore">{to}</span>
      </div>
      <ol class="steps" aria-label={`${info.name}: steps from ${from} to ${to}`}>
        {stepsOf(info).map(({ name, at }) => (
          <li key={name} data-at={at} aria-current={at === "now" ? "step" : undefined}>
            {name}
            <span class="hidden">, {inWords[at]}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
