import type { ProgramInfo } from "@elsewhere/protocol";
import { spanText } from "../state/clock.ts";
import { asked, largest } from "../state/programs.ts";
import { countText, heapText, spentText, statusText } from "../state/table.ts";
import { mapTitle } from "../state/world.ts";
import { operatorNow } from "./operatorNow.ts";

interface RowProps {
  readonly info: ProgramInfo;
  readonly show: (program: string, name: string) => void;
}

/** One program in the list. */
export function ProgramRow({ info, show }: RowProps) {
  const { program, name, status, residence } = info;
  const cell = (column: string) => ({ "data-column": column, "data-sorted": asked.value.order === column });
  return (
    <tr data-program={program} onClick={() => show(program, name)}>
      <th scope="row">
        <button type="button">{name}</button>
        <span class="caption">{info.map === null ? "nowhere" : mapTitle(info.map)}</span>
      </th>
      <td data-column="status">
        <span class="status" data-status={status}>
          {statusText(status)}
        </span>
        <span class="caption">
          <span class="swatch" data-residence={residence} aria-hidden="true" />
          {residence}
        </span>
      </td>
      <td {...cell("heapBytes")}>
        <Bar bytes={info.heapBytes} />
        {heapText(info.heapBytes)}
      </td>
      <td {...cell("turns")}>{countText(info.turns)}</td>
      <td {...cell("totalMs")}>{spentText(info.totalMs)}</td>
      <td {...cell("wakesPerMinute")}>{countText(info.wakesPerMinute)}</td>
      <td {...cell("faults")} data-bad={info.faults > 0}>
        {countText(info.faults)}
      </td>
      <td {...cell("wakeAt")}>{info.wakeAt === null ? "–" : spanText(info.wakeAt - operatorNow())}</td>
    </tr>
  );
}

/** How large a heap is beside the largest of all. */
function Bar({ bytes }: { readonly bytes: number }) {
  const share = bytes / Math.max(1, bytes, largest.value[0]?.heapBytes ?? 0);
  return (
    <span class="bar" aria-hidden="true">
      <span style={{ width: `${share === 0 ? 0 : Math.max(2, share * 100)}%` }} />
    </span>
  );
}
