import { useSignal } from "@preact/signals";
import type { ProgramDetail } from "@elsewhere/protocol";
import { useEffect, useRef } from "preact/hooks";
import { spanText } from "../state/clock.ts";
import { close, open, opened } from "../state/opened.ts";
import { countText, msText, nextText, spentText, statusText } from "../state/table.ts";
import { mapTitle } from "../state/world.ts";
import { Allowance } from "./Allowance.tsx";
import { BackIcon } from "./icons.tsx";
import { operatorNow } from "./operatorNow.ts";
import { ProgramActions } from "./ProgramActions.tsx";
import { ProgramImages } from "./ProgramImages.tsx";
import { ProgramLog } from "./ProgramLog.tsx";

/** One program from near by, in place of the list. */
export function ProgramDetails() {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    title.current!.closest(".pane")?.scrollTo(0, 0);
    title.current!.focus({ preventScroll: true });
  }, []);
  const { value } = opened;
  if (value === null) return null;
  const { name, detail, gone } = value;
  return (
    <section class="details" aria-labelledby="details-title" data-testid="program-details" onKeyDown={closeOnEscape}>
      <button type="button" class="quiet back" data-testid="all-programs" onClick={close}>
        <BackIcon />
        All programs
      </button>
      <header>
        <h2 id="details-title" tabIndex={-1} ref={title}>
          {name}
        </h2>
        {detail !== null && <Standing detail={detail} />}
      </header>
      {gone && (
        <p class="note" data-tone="error" role="alert">
          The host knows this program no more.
        </p>
      )}
      {detail !== null && !gone && <Known detail={detail} />}
    </section>
  );
}

function closeOnEscape(event: KeyboardEvent): void {
  if (event.key !== "Escape") return;
  // It is this that is closed by it, and not what is open beside it.
  event.preventDefault();
  close();
}

function Standing({ detail: { info } }: { readonly detail: ProgramDetail }) {
  return (
    <p class="standing-of">
      <span class="status" data-status={info.status}>
        {statusText(info.status)}
      </span>
      <span>
        <span class="swatch" data-residence={info.residence} aria-hidden="true" />
        {info.residence}
      </span>
    </p>
  );
}

function Known({ detail }: { readonly detail: ProgramDetail }) {
  const { info } = detail;
  // Which image is asked about, or `end` or `cross`: one question at a time.
  const asking = useSignal<string | null>(null);
  return (
    <>
      <Origin detail={detail} />
      {info.reason !== null && (
        <p class="note" data-tone={info.status === "crossed" ? "calm" : "error"}>
          {info.reason} {info.next !== null && <span class="next">{nextText[info.next]}</span>}
        </p>
      )}
      <ProgramActions detail={detail} asking={asking} />
      <Facts detail={detail} />
      <Allowance detail={detail} />
      <ProgramImages detail={detail} asking={asking} />
      <ProgramLog name={info.name} log={detail.log} />
    </>
  );
}

function Origin({ detail: { info, spawns } }: { readonly detail: ProgramDetail }) {
  const { parent } = info;
  const where = info.map === null ? "in no map" : `${mapTitle(info.map)}, tile ${Math.floor(info.x)}, ${Math.floor(info.y)}`;
  return (
    <p class="fine">
      <code>{info.program}</code> · {where} · lives on the quota of <code>{info.owner}</code>
      {parent !== null && (
        <>
          {" "}
          · started by{" "}
          <button type="button" class="link" onClick={() => open(parent, parent)}>
            {parent}
          </button>
        </>
      )}
      {spawns.length > 0 && <> · may start {spawns.join(", ")}</>}
    </p>
  );
}

function Facts({ detail: { info } }: { readonly detail: ProgramDetail }) {
  const facts: readonly (readonly [string, string, boolean?])[] = [
    ["Turns", countText(info.turns)],
    ["Failed turns", countText(info.faults), info.faults > 0],
    ["Turns a minute", countText(info.wakesPerMinute)],
    ["Next timer", info.wakeAt === null ? "none" : spanText(info.wakeAt - operatorNow())],
    ["Time used", spentText(info.totalMs)],
    ["Last turn", msText(info.turnMs)],
  ];
  return (
    <dl class="figures" aria-label={`Figures of ${info.name}`}>
      {facts.map(([fact, text, bad]) => (
        <div key={fact} data-bad={bad === true}>
          <dt>{fact}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
