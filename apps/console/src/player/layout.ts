/** The page's own parts. */
export interface Parts {
  readonly canvas: HTMLCanvasElement;
  readonly day: HTMLElement;
  readonly clock: HTMLElement;
  readonly range: HTMLInputElement;
  readonly density: HTMLCanvasElement;
  readonly play: HTMLButtonElement;
  readonly back: HTMLButtonElement;
  readonly on: HTMLButtonElement;
  readonly earlier: HTMLButtonElement;
  readonly later: HTMLButtonElement;
  readonly speed: HTMLSelectElement;
  readonly nearer: HTMLButtonElement;
  readonly farther: HTMLButtonElement;
  readonly all: HTMLButtonElement;
  readonly said: HTMLElement;
  readonly here: HTMLElement;
  readonly about: HTMLElement;
}

interface Button {
  readonly name: string;
  readonly label: string;
  readonly text: string;
  readonly keys: string;
}

const button = ({ name, label, text, keys }: Button): string =>
  `<button type="button" data-part="${name}" aria-label="${label}" title="${label} (${keys})" aria-keyshortcuts="${keys}">${text}</button>`;

const controls: readonly Button[] = [
  { name: "earlier", label: "What was said before", text: "❮❮", keys: "P" },
  { name: "back", label: "Back", text: "❮", keys: "ArrowLeft" },
  { name: "play", label: "Play", text: "▶", keys: "Space" },
  { name: "on", label: "On", text: "❯", keys: "ArrowRight" },
  { name: "later", label: "What is said next", text: "❯❯", keys: "N" },
];

const looks: readonly Button[] = [
  { name: "farther", label: "Farther", text: "−", keys: "-" },
  { name: "all", label: "All of the map", text: "⤢", keys: "0" },
  { name: "nearer", label: "Nearer", text: "+", keys: "+" },
];

/** Times as fast as it was lived. */
export const speeds = [1, 2, 5, 10, 30, 60, 200] as const;

export function buildPage(title: string, world: string): Parts {
  const root = document.createElement("div");
  root.id = "film";
  root.innerHTML = `
    <header><h1></h1><p class="when"><span data-part="day"></span> <time data-part="clock"></time></p></header>
    <main>
      <canvas data-part="canvas" role="img" tabindex="0"></canvas>
      <div class="looks" role="group" aria-label="View">${looks.map(button).join("")}</div>
    </main>
    <section class="controls" aria-label="Controls">
      <div class="line"><canvas data-part="density" aria-hidden="true"></canvas><input data-part="range" type="range" aria-label="Moment"></div>
      <div class="buttons">${controls.map(button).join("")}
        <label>Speed <select data-part="speed">${speeds.map((speed) => `<option value="${speed}">${speed}×</option>`).join("")}</select></label>
      </div>
    </section>
    <aside aria-label="What happens">
      <section><h2 id="said">Said</h2><ol data-part="said" aria-labelledby="said" tabindex="0"></ol></section>
      <details open><summary>In sight</summary><ul data-part="here"></ul></details>
      <details><summary>How this was made</summary><dl data-part="about"></dl></details>
    </aside>`;
  const part = (name: string): Element => root.querySelector(`[data-part="${name}"]`)!;
  root.querySelector("h1")!.append(title, ...(world === title ? [] : [element("span", world)]));
  part("canvas").setAttribute("aria-label", `Map of ${title}: who is on it stands under In sight`);
  document.body.append(root);
  const names = ["canvas", "day", "clock", "range", "density", "play", "back", "on", "earlier", "later", "speed"];
  const more = ["nearer", "farther", "all", "said", "here", "about"];
  return Object.fromEntries([...names, ...more].map((name) => [name, part(name)])) as unknown as Parts;
}

export function element(tag: string, ...children: readonly (string | Node)[]): HTMLElement {
  const made = document.createElement(tag);
  made.append(...children);
  return made;
}
