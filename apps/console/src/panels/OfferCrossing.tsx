import { useSignal } from "@preact/signals";
import { limits, type ProgramInfo } from "@elsewhere/protocol";
import { useEffect, useRef } from "preact/hooks";
import { askWhoIsPaired, offerCrossing, paired } from "../state/crossings.ts";
import { answer } from "../state/opened.ts";
import { tab } from "../state/ui.ts";
import { lineOf } from "../state/world.ts";

interface OfferProps {
  readonly info: ProgramInfo;
  readonly close: () => void;
}

const fail = (error: unknown): void => void (answer.value = { tone: "error", text: lineOf(error) });

/** Asks a program whether it will go to a paired host. Whether it does is its own decision. */
export function OfferCrossing({ info, close }: OfferProps) {
  const first = useRef<HTMLSelectElement>(null);
  const host = useSignal("");
  const place = useSignal("");
  useEffect(() => {
    const { activeElement: before } = document;
    void askWhoIsPaired().then(({ pairings }) => {
      host.value = pairings[0]?.name ?? "";
      first.current?.focus();
    }, fail);
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  const offer = async (event: Event): Promise<void> => {
    event.preventDefault();
    const there = place.value.trim();
    try {
      await offerCrossing(info.program, there === "" ? host.value : `${host.value}/${there}`);
      answer.value = { tone: "calm", text: `${info.name} is asked to go to ${host.value}.` };
      close();
      tab.value = "crossings";
    } catch (error) {
      fail(error);
    }
  };
  const cancelOnEscape = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  };
  const { value } = paired;
  if (value?.pairings.length === 0) return <p class="empty">This host is paired with no other one: see elsewhere pair --help.</p>;
  return (
    <form class="confirm offer" aria-label={`Ask ${info.name} to cross`} onSubmit={(event) => void offer(event)} onKeyDown={cancelOnEscape}>
      <label>
        <span>To</span>
        <select ref={first} value={host.value} onChange={(event) => (host.value = event.currentTarget.value)}>
          {value?.pairings.map(({ host, name }) => (
            <option key={host} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>Place there</span>
        <input
          value={place.value}
          placeholder="the way in"
          autoComplete="off"
          maxLength={limits.coordinatesCharsMax}
          onInput={(event) => (place.value = event.currentTarget.value)}
        />
      </label>
      <div class="row">
        <button type="submit" class="primary" disabled={host.value === ""}>
          Ask it
        </button>
        <button type="button" onClick={close}>
          Leave it
        </button>
      </div>
    </form>
  );
}
