import { useSignal } from "@preact/signals";
import { limits, type ProgramOrder } from "@elsewhere/protocol";
import { useLayoutEffect, useRef } from "preact/hooks";
import { open, opened } from "../state/opened.ts";
import { operatorError } from "../state/operator.ts";
import { itemsPerPage, lastOffset } from "../state/pages.ts";
import { askFor, asked, list, listed, orderHeld } from "../state/programs.ts";
import { columns, rangeText } from "../state/table.ts";
import { lineOf } from "../state/world.ts";
import { Action } from "./Action.tsx";
import { ProgramRow } from "./ProgramRow.tsx";

const told = (asking: Promise<void>): void => {
  asking.catch((error: unknown) => {
    operatorError.value = lineOf(error);
  });
};

/** Every program, a page at a time: sorted and found by the host, which alone knows them all. */
export function ProgramList() {
  const table = useRef<HTMLDivElement>(null);
  const keepPlace = useKeptPlace(table);
  const page = listed.value;
  const show = (program: string, name: string): void => {
    keepPlace(program);
    open(program, name);
  };
  return (
    <>
      <Finding />
      <div class="table" ref={table} tabIndex={0} role="region" aria-label="Programs">
        <table>
          <Head />
          <tbody>
            {page?.programs.map((info) => (
              <ProgramRow key={info.program} info={info} show={show} />
            ))}
          </tbody>
        </table>
        {page?.total === 0 && <p class="empty">{asked.value.search === "" ? "There are no programs." : "No program is called that."}</p>}
      </div>
      <Pager top={() => table.current?.scrollTo(0, 0)} />
    </>
  );
}

const pauseMs = 200;

/** The field that finds programs, and, where there is no room for heads of columns, their order. */
function Finding() {
  const timer = useSignal(0);
  const find = (search: string): void => {
    clearTimeout(timer.value);
    timer.value = window.setTimeout(() => told(askFor({ search })), pauseMs);
  };
  return (
    <div class="filter">
      <label class="hidden" for="filter">
        Find programs by name
      </label>
      <input
        id="filter"
        type="search"
        placeholder="Find by name"
        maxLength={limits.programsSearchCharsMax}
        autoComplete="off"
        defaultValue={asked.peek().search}
        onInput={(event) => find(event.currentTarget.value.trim())}
      />
      <label class="order">
        <span>Order</span>
        <select value={asked.value.order} onChange={(event) => told(askFor({ order: event.currentTarget.value as ProgramOrder }))}>
          {columns.map(({ order, by }) => (
            <option key={order} value={order}>
              {by}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function Head() {
  const sorted = asked.value.order;
  return (
    <thead>
      <tr>
        {columns.slice(0, 1).map(Sorter)}
        <th scope="col" data-column="status">
          State
        </th>
        {columns.slice(1).map(Sorter)}
      </tr>
    </thead>
  );

  function Sorter({ order, title, by }: (typeof columns)[number]) {
    const direction = order === "name" || order === "wakeAt" ? "ascending" : "descending";
    return (
      <th key={order} scope="col" data-column={order} data-sorted={order === sorted} aria-sort={order === sorted ? direction : "none"}>
        <button type="button" title={`Order ${by}`} onClick={() => told(askFor({ order }))}>
          {title}
        </button>
      </th>
    );
  }
}

function Pager({ top }: { readonly top: () => void }) {
  const page = listed.value;
  if (page === null) return null;
  const { offset, total, programs } = page;
  const go = (to: number): void => {
    top();
    told(askFor({ ...asked.peek(), offset: to }));
  };
  return (
    <div class="pager">
      <p class="count" data-testid="range">
        {rangeText(offset, programs.length, total)}
      </p>
      {orderHeld.value && (
        <button type="button" class="link" title="Rows stay in place while you are in the list" onClick={() => told(list(false))}>
          Sort anew
        </button>
      )}
      <Action refused={offset === 0 ? "This is the first page." : null} act={() => go(Math.max(0, offset - itemsPerPage))}>
        Previous
      </Action>
      <Action
        refused={offset + itemsPerPage >= total ? "This is the last page." : null}
        act={() => go(Math.min(lastOffset(total), offset + itemsPerPage))}
      >
        Next
      </Action>
    </div>
  );
}

/** Brings scroll and focus back to the row one went away from. Which element scrolls depends on the width. */
function useKeptPlace(table: { readonly current: HTMLDivElement | null }): (program: string) => void {
  const place = useRef<{ readonly program: string; readonly scrolls: readonly (readonly [Element, number])[] } | null>(null);
  const away = opened.value !== null;
  useLayoutEffect(() => {
    if (away || place.current === null) return;
    const { program, scrolls } = place.current;
    place.current = null;
    for (const [element, top] of scrolls) element.scrollTop = top;
    table.current?.querySelector<HTMLElement>(`[data-program="${CSS.escape(program)}"] button`)?.focus({ preventScroll: true });
  }, [away]);
  return (program) => {
    const scrolling = [table.current, table.current?.closest(".pane")].filter((element) => element instanceof Element);
    place.current = { program, scrolls: scrolling.map((element) => [element, element.scrollTop]) };
  };
}
