/** Our server that shows the scene: `our-server.ts SCENE DATA`. It stands still until it is told to begin. */
import type { AddressInfo } from "node:net";
import { fromParent, tellParent } from "./children.ts";
import { measuredFrom, Meter } from "./load.ts";
import { hostScene, listen } from "./our-host.ts";
import { loadScene } from "./scene.ts";

const [path, data] = process.argv.slice(2);
const scene = await loadScene(path!);
const { ticks } = scene.size;
const from = measuredFrom(ticks);
const meter = new Meter();

let now = -Infinity;

const { guide, door } = await hostScene(scene, data!, {
  tick: (tick) => {
    now = tick;
    if (tick === from) meter.begin();
    if (tick === ticks) tellParent(meter.per(ticks - from));
  },
  // Its body falls asleep, and what is shown from then on is another scene.
  lost: () => {
    if (now >= 0 && now <= ticks) throw new Error(`a client was lost in tick ${now} of the scene: this machine may be too busy`);
  },
});
const { port } = (await listen(door, { port: 0, host: "127.0.0.1" })) as AddressInfo;
fromParent(() => tellParent({ kind: "begun", tick: guide.begin() }));
tellParent({ kind: "ready", url: `http://127.0.0.1:${port}` });
