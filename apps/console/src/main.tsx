import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./panels/App.tsx";
import { Keys, readFragment } from "./state/keys.ts";
import { operatorToken } from "./state/operator.ts";
import { comeIn, stateName } from "./state/session.ts";
import { tab } from "./state/ui.ts";
import { loadWorld, showMap, worldInfo } from "./state/world.ts";

const keys = new Keys(localStorage, sessionStorage);
const fragment = readFragment(location.hash);

if (fragment.operator !== null) keys.operator = fragment.operator;
if (fragment.token !== null) keys.identity = { token: fragment.token, name: "" };
// A token in the address would be copied with it.
if (fragment.operator !== null || fragment.token !== null) history.replaceState(null, "", location.pathname + location.search);
operatorToken.value = keys.operator;
if (operatorToken.value !== null) tab.value = "programs";

effect(() => {
  document.documentElement.dataset["state"] = stateName.value;
});

render(<App keys={keys} entry={fragment.entry} />, document.querySelector("#app")!);

const { identity } = keys;
await loadWorld();
if (identity !== null && (keys.inside || fragment.token !== null)) void comeIn(keys, { name: identity.name, entry: fragment.entry });
const first = worldInfo.value?.maps[0]?.name;
if (first !== undefined) await showMap(first);
