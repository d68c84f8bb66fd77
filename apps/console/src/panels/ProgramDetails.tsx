import { clockText } from "../state/clock.ts";
import { follow, followed, opened, programs, stopFollowing } from "../state/operator.ts";
import { bytesText, msText, statusText } from "../state/table.ts";
import { mapTitle } from "../state/world.ts";
import { CloseIcon } from "./icons.tsx";

/** One program from near by: why it failed, what it logged, and the way to see through its eyes. */
export function ProgramDetails() {
  const open = opened.value;
  const info = programs.value.find(({ program }) => program === open?.program);
  if (open === null || info === undefined) return null;
  const following = followed.value?.program === info.program;
  return (
    <section class="details" aria-labelledby="details-title" data-testid="program-details">
      <header>
        <h2 id="details-title">{info.name}</h2>
        <span class="status" data-status={info.status}>
          {statusText(info.status)}
        </span>
        <button
          type="button"
          class={following ? "" : "primary"}
          data-testid="follow"
          onClick={() => (following ? stopFollowing() : void follow(info))}
          disabled={info.map === null && !following}
        >
          {following ? "Stop following" : "Follow"}
        </button>
        <button type="button" class="quiet round" aria-label="Close the details" onClick={() => (opened.value = null)}>
          <CloseIcon />
        </button>
      </header>
      <p class="fine">
        {info.program} · {info.map === null ? "in no map" : `${mapTitle(info.map)}, tile ${Math.floor(info.x)}, ${Math.floor(info.y)}`} ·
        heap {bytesText(info.heapBytes)} · last turn {msText(info.turnMs)}
      </p>
      {info.reason !== null && (
        <p class="note" data-tone="error">
          {info.reason}
        </p>
      )}
      <ol class="program-log" tabIndex={0} aria-label={`Log of ${info.name}`}>
        {open.log.length === 0 && <li class="empty">It has logged nothing.</li>}
        {open.log.map((line, index) => (
          <li key={index} data-level={line.level}>
            <time>{clockText(line.now)}</time> {line.level === "host" && <em>host: </em>}
            {line.text}
          </li>
        ))}
      </ol>
    </section>
  );
}
