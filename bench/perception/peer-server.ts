/** A Colyseus server that shows the scene: `peer-server.ts SCENE`. It stands still until it is told to begin. */
import type { AddressInfo } from "node:net";
import { createServer } from "node:http";
import { type Client, Room, Server } from "@colyseus/core";
import { Encoder } from "@colyseus/schema";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { fromParent, tellParent } from "./children.ts";
import { measuredFrom, Meter, tickMs } from "./load.ts";
import { PeerTown } from "./peer-state.ts";
import { loadScene } from "./scene.ts";

/** As its warning advises whoever has more to encode than its buffer holds. */
Encoder.BUFFER_SIZE = 4 * 2 ** 20;

const scene = await loadScene(process.argv[2]!);
let begin = (): void => {};

class TownRoom extends Room {
  readonly #town = new PeerTown(scene);
  readonly #meter = new Meter();
  #tick = 0;

  override onCreate(): void {
    this.#town.move(0);
    this.state = this.#town.state;
    // A patch goes out as soon as a tick is over, instead of by a clock of its own.
    this.patchRate = null;
    begin = () => this.setSimulationInterval(() => this.#once(), tickMs);
  }

  override onJoin(client: Client, { observer }: { observer: number }): void {
    client.view = this.#town.join(this.#tick, observer);
  }

  #once(): void {
    const { ticks } = scene.size;
    const from = measuredFrom(ticks);
    const tick = ++this.#tick;
    if (tick === from) this.#meter.begin();
    if (tick === ticks) tellParent(this.#meter.per(ticks - from));
    if (tick > ticks) return;
    this.#town.move(tick);
    this.#town.find(tick);
    this.broadcastPatch();
  }
}

const http = createServer();
const server = new Server({ transport: new WebSocketTransport({ server: http }), greet: false, gracefullyShutdown: false });
server.define("town", TownRoom);
await server.listen(0, "127.0.0.1");
fromParent(() => {
  begin();
  tellParent({ kind: "begun", tick: 0 });
});
tellParent({ kind: "ready", url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` });
