import type { ProgramDetail } from "@elsewhere/protocol";
import { bytesText, countText } from "../state/table.ts";

/** What a program may use, and of what can be counted, how much of it it uses now. */
export function Allowance({ detail: { info, quota } }: { readonly detail: ProgramDetail }) {
  const given: readonly (readonly [string, string])[] = [
    ["Time", `${countText(quota.msPerSecond)} ms a second`],
    ["Intents", `${countText(quota.intentsPerTurn)} a turn`],
    ["Speech", `${countText(quota.speechPerMinute)} a minute`],
    ["Log", `${bytesText(quota.logBytesPerMinute)} a minute`],
    ["Programs", quota.programs === 1 ? "itself alone" : `${countText(quota.programs)}, itself included`],
  ];
  return (
    <section class="allowance" aria-labelledby="allowance-title">
      <h3 id="allowance-title">Quota, and what is left</h3>
      <div class="used">
        <Used name="Heap" used={info.heapBytes} most={quota.heapBytes} text={bytesText} />
        <Used name="Mailbox" used={info.mailbox} most={quota.mailboxItems} text={countText} />
        <Used name="Turns a minute" used={info.wakesPerMinute} most={quota.turnsPerSecond * 60} text={countText} />
      </div>
      <dl class="given">
        {given.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

interface UsedProps {
  readonly name: string;
  readonly used: number;
  readonly most: number;
  readonly text: (amount: number) => string;
}

function Used({ name, used, most, text }: UsedProps) {
  const share = Math.min(1, used / Math.max(1, most));
  const left = `${text(Math.max(0, most - used))} left`;
  return (
    <div class="meter">
      <p>
        <span>{name}</span>
        <span class="far">
          {text(used)} of {text(most)} · {left}
        </span>
      </p>
      <div
        class="bar"
        role="meter"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={most}
        aria-valuenow={Math.min(used, most)}
        aria-valuetext={`${text(used)} of ${text(most)}, ${left}`}
        data-full={share > 0.9}
      >
        <span style={{ width: `${share === 0 ? 0 : Math.max(0.5, share * 100)}%` }} />
      </div>
    </div>
  );
}
