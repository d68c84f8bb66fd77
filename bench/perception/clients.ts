/**
 * Clients of one side, one for each observer, all in this process: `clients.ts SIDE SCENE URL`. They decode all they are sent
 * and compare what they know with what they must see, body by body, in every tick of the scene.
 */
import { fromParent, tellParent } from "./children.ts";
import { joinOurs, joinPeer } from "./lines.ts";
import { type Begun, measuredFrom } from "./load.ts";
import { OurClient } from "./our-client.ts";
import { PeerClient } from "./peer-client.ts";
import { loadScene } from "./scene.ts";
import { checkTold } from "./truth.ts";

const [side, path, url] = process.argv.slice(2);
const scene = await loadScene(path!);
const { observers, ticks } = scene.size;
const from = measuredFrom(ticks);
/** When all that is compared, the rest is only read. */
const wanted = observers * (ticks - from);

/** What frames call tick 0 of the scene; NaN while it has not begun, when nothing is compared. */
let begun = Number.NaN;
let compared = 0;
let bytes = 0;

async function join(observer: number): Promise<void> {
  const client = side === "ours" ? new OurClient() : new PeerClient();
  const open = side === "ours" ? joinOurs : joinPeer;
  await open(url!, observer, (frame, wireBytes) => {
    if (compared === wanted) return;
    client.take(frame);
    const tick = client.tick - begun;
    // NaN compares as false.
    if (!(tick > from && tick <= ticks)) return;
    bytes += wireBytes;
    checkTold(scene, tick, observer, client);
    if (++compared === wanted) tellParent({ kind: "read", compared, bytesPerFrame: bytes / compared });
  });
}

const atOnce = 50;
const all = Array.from({ length: observers }, (_, observer) => observer);
for (let i = 0; i < all.length; i += atOnce) await Promise.all(all.slice(i, i + atOnce).map(join));
fromParent((saying) => {
  begun = (saying as Begun).tick;
});
tellParent({ kind: "joined" });
