import { useSignal, useSignalEffect } from "@preact/signals";
import type { ProgramInfo } from "@elsewhere/protocol";
import { spanText } from "../state/clock.ts";
import { open, opened, operatorError, programs, refresh } from "../state/operator.ts";
import { arrange, bytesText, type Column, msText, nextOrder, type Order, statusText } from "../state/table.ts";
import { lineOf } from "../state/world.ts";
import { Figures } from "./Figures.tsx";
import { ProgramDetails } from "./ProgramDetails.tsx";
import { operatorNow } from "./operatorNow.ts";

const refreshMs = 1000;
const rowsShownMax = 250;

/** The operator's pane: how the host fares, and every program in it. */
export function Programs() {
  useSignalEffect(() => {
    let turn = 0;
    const ask = (): void => {
      if (document.visibilityState === "visible") void refresh(turn++);
    };
    ask();
    const timer = setInterval(ask, refreshMs);
    return () => clearInterval(timer);
  });
  const filter = useSignal("");
  const order = useSignal<Order>({ column: "status", descending: false });
  const rows = arrange(programs.value, filter.value, order.value);
  return (
    <div class="programs" data-testid="programs">
      <Figures />
      {operatorError.value !== null && (
        <p class="note" data-tone="error" role="alert">
          {operatorError.value}
        </p>
      )}
      <ProgramDetails />
      <div class="filter">
        <label class="hidden" for="filter">
          Find programs by name, map or state
        </label>
        <input
          id="filter"
          type="search"
          placeholder="Find by name, map or state"
          value={filter.value}
          onInput={(event) => (filter.value = event.currentTarget.value)}
        />
        <span class="count">{rows.length === programs.value.length ? rows.length : `${rows.length} of ${programs.value.length}`}</span>
      </div>
      <div class="table" tabIndex={0} role="region" aria-label="Programs">
        <table>
          <Head order={order} />
          <tbody>
            {rows.slice(0, rowsShownMax).map((info) => (
              <Row key={info.program} info={info} />
            ))}
          </tbody>
        </table>
        {rows.length > rowsShownMax && <p class="fine">The first {rowsShownMax} are shown; write more of a name to find the others.</p>}
      </div>
    </div>
  );
}

const columns: readonly (readonly [Column, string, string])[] = [
  ["name", "Program", "Name and where it is"],
  ["status", "State", "What it does"],
  ["turns", "Turns", "Turns it has run"],
  ["faults", "Faults", "Turns that failed"],
  ["heapBytes", "Heap", "Size of its heap"],
  ["turnMs", "Turn", "Time of its last turn"],
  ["mailbox", "Mail", "Percepts waiting for it"],
  ["wakeAt", "Next timer", "World time until its next timer"],
];

function Head({ order }: { readonly order: { value: Order } }) {
  const { column: sorted, descending } = order.value;
  return (
    <thead>
      <tr>
        {columns.map(([column, title, meaning]) => (
          <th
            key={column}
            scope="col"
            data-column={column}
            aria-sort={sorted !== column ? "none" : descending ? "descending" : "ascending"}
          >
            <button type="button" title={meaning} onClick={() => (order.value = nextOrder(order.value, column))}>
              {title}
            </button>
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Row({ info }: { readonly info: ProgramInfo }) {
  const chosen = opened.value?.program === info.program;
  const show = (): void => {
    open(info.program).catch((error: unknown) => {
      operatorError.value = lineOf(error);
    });
  };
  return (
    <tr data-status={info.status} data-chosen={chosen} onClick={show}>
      <th scope="row">
        <button
          type="button"
          aria-expanded={chosen}
          onClick={(event) => {
            event.stopPropagation();
            show();
          }}
        >
          {info.name}
        </button>
        <span class="caption">{info.map ?? "nowhere"}</span>
      </th>
      <td>
        <span class="status" data-status={info.status}>
          {statusText(info.status)}
        </span>
      </td>
      <td>{info.turns.toLocaleString("en")}</td>
      <td data-bad={info.faults > 0}>{info.faults}</td>
      <td>{bytesText(info.heapBytes)}</td>
      <td>{msText(info.turnMs)}</td>
      <td>{info.mailbox}</td>
      <td>{info.wakeAt === null ? "–" : spanText(info.wakeAt - operatorNow())}</td>
    </tr>
  );
}
