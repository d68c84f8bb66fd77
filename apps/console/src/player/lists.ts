import type { Cast } from "./cast.ts";
import { element } from "./layout.ts";
import { clockOf, dayOf } from "./moments.ts";
import { type FilmIndex, timeAt } from "./page.ts";
import type { Line } from "./reel.ts";

const verbs = { say: "says", whisper: "whispers", shout: "shouts", emote: "" } as const;

/** What was said, the last of it at the end and in view. */
export function tellSaid(list: HTMLElement, lines: readonly Line[], index: FilmIndex, goTo: (tick: number) => void): void {
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

/** Who is in sight, by name, and on which tile: what the canvas shows, in words. */
export function tellHere(list: HTMLElement, cast: Cast): void {
  const all = [...cast].sort((a, b) => a.name.localeCompare(b.name) || a.id - b.id);
  const rows = all.map(({ name, x, y, asleep }) => `${name} — ${Math.floor(x)}, ${Math.floor(y)}${asleep ? ", asleep" : ""}`);
  // Most of them stand where they stood.
  const items = [...list.children];
  rows.forEach((row, i) => {
    const item = items[i] ?? list.appendChild(document.createElement("li"));
    if (item.textContent !== row) item.textContent = row;
  });
  for (const item of items.slice(rows.length)) item.remove();
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
