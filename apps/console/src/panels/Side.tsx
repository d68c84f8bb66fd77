import type { ComponentChildren } from "preact";
import { mayLookBack } from "../past/past.ts";
import type { Keys } from "../state/keys.ts";
import { acts, eyes, operatorToken } from "../state/operator.ts";
import { tab, type TabName } from "../state/ui.ts";
import { Crossings } from "./Crossings.tsx";
import { Log } from "./Log.tsx";
import { Near } from "./Near.tsx";
import { Places } from "./Places.tsx";
import { Programs } from "./Programs.tsx";
import { Search } from "./Search.tsx";
import { Yours } from "./Yours.tsx";

const titles: Readonly<Record<TabName, string>> = {
  here: "Here",
  places: "Places",
  yours: "Yours",
  said: "Search",
  programs: "Programs",
  crossings: "Crossings",
};

/** What stands beside the map, or under it on a phone. */
export function Side({ keys }: { readonly keys: Keys }) {
  const names = tabsNow();
  const shown = names.includes(tab.value) ? tab.value : names[0]!;
  return (
    <aside class="side" id="side" tabIndex={-1} aria-label="What happens">
      {names.length > 1 && <Tabs names={names} shown={shown} />}
      <div
        class="pane"
        role={names.length > 1 ? "tabpanel" : undefined}
        id={`pane-${shown}`}
        aria-labelledby={`tab-${shown}`}
        data-pane={shown}
      >
        <Pane name={shown} keys={keys} />
      </div>
    </aside>
  );
}

function tabsNow(): readonly TabName[] {
  const inside = acts.value;
  const seeing = eyes.value !== null;
  return [
    ...(seeing ? (["here"] as const) : []),
    ...(inside ? (["places", "yours"] as const) : []),
    ...(mayLookBack.value ? (["said"] as const) : []),
    ...(operatorToken.value === null ? [] : (["programs", "crossings"] as const)),
  ];
}

function Pane({ name, keys }: { readonly name: TabName; readonly keys: Keys }): ComponentChildren {
  switch (name) {
    case "here":
      return (
        <>
          <Near />
          <Log />
        </>
      );
    case "places":
      return <Places />;
    case "yours":
      return <Yours keys={keys} />;
    case "said":
      return <Search />;
    case "programs":
      return <Programs />;
    case "crossings":
      return <Crossings />;
  }
}

function Tabs({ names, shown }: { readonly names: readonly TabName[]; readonly shown: TabName }) {
  const turn = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = names[(names.indexOf(shown) + step + names.length) % names.length]!;
    tab.value = next;
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="What to show" onKeyDown={turn}>
      {names.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          data-testid={`tab-${name}`}
          aria-selected={name === shown}
          aria-controls={`pane-${shown}`}
          tabIndex={name === shown ? 0 : -1}
          onClick={() => (tab.value = name)}
        >
          {titles[name]}
        </button>
      ))}
    </div>
  );
}
