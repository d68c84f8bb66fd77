import type { Seen } from "@elsewhere/protocol";
import { useEffect, useRef } from "preact/hooks";
import { look, useIt, walk, carryOut } from "../state/acting.ts";
import { past } from "../past/shown.ts";
import { acts } from "../state/operator.ts";
import { perceiver } from "../state/session.ts";
import { draft, focusSpeech, menu } from "../state/ui.ts";
import { pastItems } from "./pastItems.ts";

interface Item {
  readonly label: string;
  readonly choose: () => void;
}

function close(): void {
  menu.value = null;
  document.getElementById("map")?.focus({ preventScroll: true });
}

/** What one can do with the body or door one pointed at. */
export function Menu() {
  const open = menu.value;
  const list = useRef<HTMLDivElement>(null);
  const back = useRef<Element | null>(null);
  useEffect(() => {
    if (open === null) return;
    back.current = document.activeElement;
    const element = list.current!;
    keepInView(element, open.at);
    element.querySelector("button")?.focus({ preventScroll: true });
  }, [open]);
  if (open === null || !(acts.value || past.value !== null)) return null;
  const ofBody = past.value === null ? itemsOfBody : pastItems;
  const items = "door" in open ? itemsOfDoor(open.door) : ofBody(open.body);
  const title = "door" in open ? `Door “${open.door}”` : open.body.name;
  const key = (event: KeyboardEvent): void => {
    if (event.key === "Escape" || event.key === "Tab") {
      menu.value = null;
      if (back.current instanceof HTMLElement) back.current.focus({ preventScroll: true });
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") step(list.current!, event.key === "ArrowDown" ? 1 : -1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="veil" onClick={close}>
      <div
        class="menu"
        ref={list}
        role="menu"
        aria-label={title}
        data-testid="menu"
        onKeyDown={key}
        onClick={(event) => event.stopPropagation()}
      >
        <p class="menu-title">{title}</p>
        {items.map(({ label, choose }) => (
          <button
            key={label}
            type="button"
            role="menuitem"
            onClick={() => {
              close();
              choose();
            }}
          >
            {label}
          </button>
        ))}
      </div>
    </div>
  );
}

function itemsOfDoor(door: string): readonly Item[] {
  const seen = perceiver.value?.world.doors.get(door);
  const items = [{ label: seen?.open === true ? "Close it" : "Open it", choose: () => void useIt(door, door) }];
  return seen === undefined ? items : [...items, { label: "Walk there", choose: () => void walk({ x: seen.x, y: seen.y }) }];
}

function itemsOfBody(body: Seen): readonly Item[] {
  const items: Item[] = [
    { label: "Walk there", choose: () => void walk({ id: body.id }) },
    { label: "Look", choose: () => void look(body.id) },
  ];
  if (body.kind !== "thing") {
    items.push({ label: "Whisper…", choose: () => begin(`/w "${body.name}" `) });
    items.push({ label: "Follow", choose: () => void carryOut({ kind: "follow", body }) });
  }
  items.push({ label: body.kind === "person" ? "Touch" : "Use", choose: () => void useIt(body.id, body.name) });
  if (body.kind === "thing") items.push({ label: "Take", choose: () => void carryOut({ kind: "take", thing: body }) });
  else
    for (const thing of (perceiver.value?.carried.value ?? []).slice(0, 4)) {
      items.push({ label: `Give the ${thing.name}`, choose: () => void carryOut({ kind: "give", thing, to: body }) });
    }
  return items;
}

function begin(line: string): void {
  draft.value = line;
  focusSpeech.value += 1;
}

function step(list: HTMLElement, by: number): void {
  const items = [...list.querySelectorAll("button")];
  const at = items.indexOf(document.activeElement as HTMLButtonElement);
  items[(at + by + items.length) % items.length]?.focus();
}

/** Beside the point it belongs to, and whole on the page. */
function keepInView(element: HTMLElement, at: { readonly x: number; readonly y: number }): void {
  const { offsetWidth, offsetHeight } = element;
  element.style.left = `${Math.max(8, Math.min(at.x + 8, window.innerWidth - offsetWidth - 8))}px`;
  element.style.top = `${Math.max(8, Math.min(at.y + 4, window.innerHeight - offsetHeight - 8))}px`;
}
