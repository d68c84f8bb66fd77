import type { LogLine } from "@elsewhere/protocol";
import { clockText, dayText } from "../state/clock.ts";
import { entriesOf, type Entry, isError } from "../state/entries.ts";
import { readTrace } from "../state/trace.ts";

interface LogProps {
  readonly name: string;
  readonly log: readonly LogLine[];
}

/** What a program logged, the newest first: nothing has to be scrolled to for the last thing that went wrong. */
export function ProgramLog({ name, log }: LogProps) {
  const entries = entriesOf(log);
  const isNewDay = (i: number): boolean => i === 0 || dayText(entries[i]!.line.now) !== dayText(entries[i - 1]!.line.now);
  return (
    <section class="program-log" aria-labelledby="log-title">
      <h3 id="log-title">
        Log <span class="count">{log.length === 0 ? "" : "newest first"}</span>
      </h3>
      {log.length === 0 && <p class="empty">It has logged nothing.</p>}
      <ol aria-label={`Log of ${name}`}>
        {entries.map((entry, i) => (
          <li key={entry.key} data-level={entry.line.level} data-bad={isError(entry.line)} data-day={isNewDay(i)}>
            <When now={entry.line.now} />
            <Said entry={entry} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function When({ now }: { readonly now: number }) {
  return (
    <time dateTime={new Date(now).toISOString()} title={`${dayText(now)}, ${clockText(now)}`}>
      <span class="day">{dayText(now)}</span> {clockText(now)}
    </time>
  );
}

function Said({ entry }: { readonly entry: Entry }) {
  const { level, text } = entry.line;
  const opens = entry.perceived !== null || (level !== "log" && text.trim().includes("\n"));
  return (
    <div class="said">
      {level !== "log" && <span class="level">{level}</span>}
      {opens ? <Opening entry={entry} /> : <bdi>{text}</bdi>}
    </div>
  );
}

/** An error in one line; its stack and what was perceived are there for whoever opens it. */
function Opening({ entry: { line, perceived } }: { readonly entry: Entry }) {
  const trace = readTrace(line.text);
  return (
    <details>
      <summary>
        <bdi>{trace.line}</bdi>
        {trace.where !== null && <code class="where">{trace.where}</code>}
      </summary>
      {trace.frames.length > 0 && (
        <ol class="frames" aria-label="Stack">
          {trace.frames.map(({ name, at }, i) => (
            <li key={i}>
              <code>{at}</code> {name !== "" && <bdi>in {name}</bdi>}
            </li>
          ))}
        </ol>
      )}
      {trace.rest !== "" && <pre>{trace.rest}</pre>}
      {perceived !== null && (
        <>
          <p class="fine">What it perceived in that turn</p>
          <pre>{perceived}</pre>
        </>
      )}
    </details>
  );
}
