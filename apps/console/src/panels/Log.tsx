import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { standing } from "../past/past.ts";
import { past } from "../past/shown.ts";
import { clockText } from "../state/clock.ts";
import type { Entry } from "../state/log.ts";
import { eyes } from "../state/operator.ts";

/** How near the foot one must be for the log to keep up with what comes, in pixels. */
const footPixels = 60;

/** What was said and what happened, told as it comes; read aloud by screen readers. */
export function Log() {
  const seer = eyes.value;
  const small = useSignal(true);
  const list = useRef<HTMLDivElement>(null);
  const atFoot = useRef(true);
  const entries = (seer?.log.value.entries ?? []).filter((entry) => small.value || (entry.tone !== "comings" && entry.tone !== "small"));
  const newest = entries.at(-1);
  // Nobody can listen as fast as that.
  const hurries = past.value !== null && Math.abs(standing.value?.speed ?? 0) > 1;
  useLayoutEffect(() => {
    if (atFoot.current && list.current !== null) list.current.scrollTop = list.current.scrollHeight;
  }, [newest?.id, newest?.text, small.value]);
  // It may be told of a list that has just been put away.
  const scrolled = ({ currentTarget }: { readonly currentTarget: HTMLElement }): void => {
    const { scrollTop, scrollHeight, clientHeight } = currentTarget;
    atFoot.current = scrollHeight - scrollTop - clientHeight < footPixels;
  };
  return (
    <section class="log" aria-labelledby="log-title">
      <div class="log-head">
        <h2 id="log-title">What happens</h2>
        <label class="check">
          <input type="checkbox" checked={small.value} onChange={(event) => (small.value = event.currentTarget.checked)} />
          small things too
        </label>
      </div>
      <div
        class="entries"
        ref={list}
        onScroll={scrolled}
        role="log"
        aria-live={hurries ? "off" : "polite"}
        aria-relevant="additions"
        aria-labelledby="log-title"
        tabIndex={0}
        data-testid="log"
      >
        {entries.length === 0 && (
          <p class="empty">{past.value === null ? "Nothing has happened yet." : "Nothing has happened since the moment you went to."}</p>
        )}
        {entries.map((entry) => (
          <Line key={entry.id} entry={entry} />
        ))}
      </div>
    </section>
  );
}

const spoken: ReadonlySet<Entry["tone"]> = new Set(["speech", "whisper", "shout"]);

function Line({ entry }: { readonly entry: Entry }) {
  const [before, words] = spoken.has(entry.tone) ? splitSpeech(entry.text) : ["", entry.text];
  return (
    <p class="entry" data-tone={entry.tone}>
      <time aria-hidden="true">{clockText(entry.now)}</time>
      <span>
        {before !== "" && <b>{before}</b>}
        {words}
      </span>
    </p>
  );
}

/** `Ada says: Good day.` is `Ada says:` and the words. */
function splitSpeech(text: string): readonly [string, string] {
  const colon = text.indexOf(": ");
  return colon < 0 ? ["", text] : [text.slice(0, colon + 1), text.slice(colon + 1)];
}
