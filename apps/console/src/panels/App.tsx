import { useComputed, useSignalEffect } from "@preact/signals";
import { mayLookBack } from "../past/past.ts";
import { past } from "../past/shown.ts";
import type { Keys } from "../state/keys.ts";
import { acts, eyes, operatorToken } from "../state/operator.ts";
import { perceiver } from "../state/session.ts";
import { mapHidden, tab } from "../state/ui.ts";
import { showMap } from "../state/world.ts";
import { Arrival } from "./Arrival.tsx";
import { Dialogs } from "./Dialogs.tsx";
import { MapPane } from "./MapPane.tsx";
import { Menu } from "./Menu.tsx";
import { Side } from "./Side.tsx";
import { SpeechBar } from "./SpeechBar.tsx";
import { Timeline } from "./Timeline.tsx";
import { TopBar } from "./TopBar.tsx";

/** The whole page: the map, what one can do under it, what happens beside it. */
export function App({ keys, entry }: { readonly keys: Keys; readonly entry: string | null }) {
  const seeing = eyes.value !== null;
  const beside = perceiver.value !== null || operatorToken.value !== null;
  const wide = useComputed(() => (tab.value === "programs" || tab.value === "crossings") && operatorToken.value !== null);
  useSignalEffect(() => {
    const seer = eyes.value;
    // Who has found a hidden room is shown the map anew.
    void seer?.found.value;
    const map = seer?.map.value ?? "";
    if (map !== "") void showMap(map, seer?.world.token ?? null);
  });
  return (
    <div
      class="app"
      data-seeing={seeing}
      data-past={past.value !== null}
      data-beside={beside}
      data-wide={wide.value}
      data-roomy={wide.value && mapHidden.value}
    >
      <nav class="skips" aria-label="Skip links">
        {acts.value && <a href="#speech">Go to the speech box</a>}
        {beside && <a href="#side">Go to what happens</a>}
        <a href="#map">Go to the map</a>
      </nav>
      <TopBar keys={keys} />
      <main class="stage">
        <MapPane />
        {!seeing && <Arrival keys={keys} entry={entry} />}
        {mayLookBack.value && <Timeline />}
        {acts.value && <SpeechBar />}
      </main>
      {beside && <Side keys={keys} />}
      <Menu />
      <Dialogs />
    </div>
  );
}
