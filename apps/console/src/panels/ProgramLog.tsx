import type { LogLine } from "@elsewhere/protocol";
import { clockText, dayText } from "../state/clock.ts";
import { keyed } from "../state/keyed.ts";
import { readTrace, type Trace } from "../state/trace.ts";

interface LogProps {
  readonly name: string;
  readonly log: readonly LogLine[];
}

/** What a program logged, the newest first: nothing has to be scrolled to for the last thing that went wrong. */
export function ProgramLog({ name, log }: LogProps) {
  const lines = keyed(log).toReversed();
  return (
    <section class="program-log" aria-labelledby="log-title">
      <h3 id="log-title">
        Log <span class="count">{log.length === 0 ? "" : "newest first"}</span>
      </h3>
      {log.length === 0 && <p class="empty">It has logged nothing.</p>}
      <ol aria-label={`Log of ${name}`}>
        {lines.map(({ key, line }, i) => (
          <li key={key} data-level={line.level} data-day={i === 0 || dayText(line.now) !== dayText(lines[i - 1]!.line.now)}>
            <Entry line={line} />
          </li>
        ))}
      </ol>
    </section>
  );
}

const levels: Readonly<Record<LogLine["level"], string>> = { log: "", error: "error", host: "host" };

function Entry({ line: { now, level, text } }: { readonly line: LogLine }) {
  const several = text.trim().includes("\n") && level !== "log";
  return (
    <>
      <time dateTime={new Date(now).toISOString()} title={`${dayText(now)}, ${clockText(now)}`}>
        <span class="day">{dayText(now)}</span> {clockText(now)}
      </time>
      <div class="said">
        {level !== "log" && <span class="level">{levels[level]}</span>}
        {several ? <Several trace={readTrace(text)} /> : <bdi>{text}</bdi>}
      </div>
    </>
  );
}

/** An error in one line; its stack and what was perceived are there for whoever opens it. */
function Several({ trace: { line, where, frames, rest } }: { readonly trace: Trace }) {
  return (
    <details>
      <summary>
        <bdi>{line}</bdi>
        {where !== null && <code class="where">{where}</code>}
      </summary>
      {frames.length > 0 && (
        <ol class="frames" aria-label="Stack">
          {frames.map(({ name, at }, i) => (
            <li key={i}>
              <code>{at}</code> {name !== "" && <bdi>in {name}</bdi>}
            </li>
          ))}
        </ol>
      )}
      {rest !== "" && <pre>{rest}</pre>}
    </details>
  );
}
