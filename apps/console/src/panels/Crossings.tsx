import { useEffect } from "preact/hooks";
import { crossings, paired, refreshCrossings } from "../state/crossings.ts";
import { inOrder } from "../state/handover.ts";
import { operatorError, operatorToken } from "../state/operator.ts";
import { keepAsking } from "../state/refresh.ts";
import { bytesText, countText } from "../state/table.ts";
import { CrossingCard } from "./CrossingCard.tsx";
import { MoreRoom } from "./MoreRoom.tsx";

const restMsMin = 1_000;

/** The operator's pane of who leaves for another host and who comes from there, and of the hosts it may be. */
export function Crossings() {
  useEffect(() => keepAsking(refreshCrossings, restMsMin), [operatorToken.value]);
  const { value } = crossings;
  return (
    <div class="programs crossings" data-testid="crossings">
      <MoreRoom />
      {operatorError.value !== null && (
        <p class="note" data-tone="error" role="alert">
          {operatorError.value}
        </p>
      )}
      <section aria-labelledby="crossings-title">
        <h2 id="crossings-title">
          Crossings <span class="count">{value?.length}</span>
        </h2>
        {value?.length === 0 && <p class="empty">Nobody has crossed yet. What you open under Programs can be asked to.</p>}
        <ul>
          {inOrder(value ?? []).map((info) => (
            <li key={info.attempt}>
              <CrossingCard info={info} />
            </li>
          ))}
        </ul>
      </section>
      <Hosts />
    </div>
  );
}

const admission: Readonly<Record<string, string>> = { always: "admitted", never: "refused", ask: "asked about here" };

/** Whom this host is paired with, and the line with which others are. */
function Hosts() {
  const { value } = paired;
  if (value === null) return null;
  return (
    <section aria-labelledby="hosts-title">
      <h2 id="hosts-title">
        Paired hosts <span class="count">{value.pairings.length}</span>
      </h2>
      {value.pairings.length === 0 && <p class="empty">None yet: a program crosses only between hosts that know each other.</p>}
      <ul>
        {value.pairings.map(({ host, name, address, admits, guestsMax, heapBytesMax }) => (
          <li key={host} class="paired">
            <span class="who">
              {name} <span class="fine">{address}</span>
            </span>
            <span class="fine">
              Who comes from there is {admission[admits] ?? `asked about by ${admits}`}: at most {countText(guestsMax)} at once,{" "}
              {bytesText(heapBytesMax)} each.
            </span>
          </li>
        ))}
      </ul>
      <p class="fine own-line">
        This host's own line, for <code>elsewhere pair</code> there: <code data-testid="own-line">{value.line}</code>
      </p>
    </section>
  );
}
