import type { Cast } from "./cast.ts";
import { element } from "./layout.ts";
import { clockOf, dayOf } from "./moments.ts";
import { type FilmIndex, timeAt } from "./page.ts";
import type { Line } from "./reel.ts";

const verbs = { say: "says", whisper: "whispers", shout: "shouts", emote: "" } as const;

/** What was said, the last of it at the end and in view. */
export function tellSaid(list: HTMLElement, lines: readonly Line[], index: FilmIndex, goTo: (tick: number) => void): void {
  if (lines.length === 0) return list.replaceChildren(element("li", "Nothing has been said."));
  list.replaceChildren(
    ...lines.map((line) => {
      const { how, from, to, text, tick } = line;
      const words = how === "emote" ? ` ${text}` : ` ${verbs[how]}${to === null ? "" : ` to ${to.name}`}: ${text}`;
      const go = element("button", element("time", clockOf(timeAt(index, tick)).slice(0, 5)), element("b", from.name), words);
      go.setAttribute("type", "button");
      go.addEventListener("click", () => goTo(tick));
      return element("li", go);
    }),
  );
  list.scrollTop = list.scrollHeight;
}

/** A list of more is of no use to anybody, and takes longer to make than a frame. */
const listedMax = 200;

/** Who is in sight, by name, and on which tile: what the canvas shows, in words. Each is a button to follow them by. */
export function tellHere(list: HTMLElement, cast: Cast, followed: number | null, follow: (id: number) => void): void {
  const everybody = [...cast].sort((a, b) => a.name.localeCompare(b.name) || a.id - b.id);
  const all = everybody.slice(0, listedMax);
  // Most of them stand where they stood.
  const buttons = [...list.querySelectorAll("button")];
  all.forEach(({ id, name, x, y, asleep }, i) => {
    const row = `${name} — ${Math.floor(x)}, ${Math.floor(y)}${asleep ? ", asleep" : ""}`;
    const button = buttons[i] ?? follower(list, follow);
    if (button.textContent !== row) button.textContent = row;
    button.dataset["body"] = String(id);
    button.setAttribute("aria-pressed", String(id === followed));
  });
  for (const button of buttons.slice(all.length)) button.parentElement!.remove();
}

function follower(list: HTMLElement, follow: (id: number) => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.addEventListener("click", () => follow(Number(button.dataset["body"])));
  list.append(element("li", button));
  return button;
}

export function tellAbout(list: HTMLElement, index: FilmIndex): void {
  const moment = (tick: number): string => `${dayOf(timeAt(index, tick))}, ${clockOf(timeAt(index, tick))} (tick ${tick})`;
  const rows: readonly (readonly [string, string])[] = [
    ["World", index.world],
    ["Map", index.map],
    ["From", moment(index.fromTick)],
    ["To", moment(index.toTick)],
    ["Record’s chain ends in", index.head ?? "unknown"],
    ["Made with", "elsewhere record export --film"],
    ["Left out", "hidden places, and all that happened in them"],
  ];
  list.append(...rows.flatMap(([term, told]) => [element("dt", term), element("dd", told)]));
}
