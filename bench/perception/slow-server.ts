/**
 * Our server, which tells how it fares: `slow-server.ts SCENE DATA`. It listens at a socket in that folder, for of
 * those the kernel keeps some 200 KB of what is not read: a TCP socket would keep 4 MB, and the server not notice for minutes.
 */
import { join } from "node:path";
import { limits } from "@elsewhere/protocol";
import { fromParent, type Saying, tellParent } from "./children.ts";
import { hostScene, listen } from "./our-host.ts";
import { loadScene } from "./scene.ts";

/** Asks for what the next so many ticks are like. */
interface Watch extends Saying {
  readonly kind: "watch";
  readonly ticks: number;
}

const [path, data] = process.argv.slice(2);
const socket = join(data!, "socket");
let watched = { left: 0, tickMs: [] as number[], cpuMs: [] as number[], rssBytes: 0 };

function watchTick(): void {
  if (watched.left === 0) return;
  const behind = [...connections].filter(({ bufferedBytes }) => bufferedBytes > limits.sendBufferBytesMax).length;
  const rssBytes = process.memoryUsage.rss();
  const [startedMs, before] = [performance.now(), process.threadCpuUsage()];
  // A tick runs in one go: this comes when it is over, and before anything else.
  queueMicrotask(() => {
    watched.tickMs.push(performance.now() - startedMs);
    const { user, system } = process.threadCpuUsage(before);
    watched.cpuMs.push((user + system) / 1000);
    watched.rssBytes = Math.max(watched.rssBytes, rssBytes);
    if (--watched.left > 0) return;
    const { left: _, ...window } = watched;
    tellParent({ kind: "window", ...window, connections: connections.size, behind });
  });
}

const { guide, door, connections } = await hostScene(await loadScene(path!), data!, { tick: watchTick });
await listen(door, { path: socket });
fromParent((saying) => {
  if (saying.kind === "begin") tellParent({ kind: "begun", tick: guide.begin() });
  else watched = { left: (saying as Watch).ticks, tickMs: [], cpuMs: [], rssBytes: 0 };
});
tellParent({ kind: "ready", url: socket });
