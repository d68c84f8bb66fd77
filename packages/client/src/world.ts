import type { DoorSeen, ElsewhereError, Percept, Seen } from "@elsewhere/protocol";
import type { MyBody } from "./me.ts";
import type { ConnectionState } from "./state.ts";

/** What `World.on` tells of. */
export interface WorldEvents {
  /** All that is perceived was replaced: on entering, on a new map, after a reconnection. */
  readonly view: World;
  /** A tick was applied; `moved` are the bodies that moved in it. */
  readonly tick: { readonly tick: number; readonly now: number; readonly moved: readonly number[] };
  /** Every percept, in order, after the world's properties show it. */
  readonly percept: Percept;
  readonly state: ConnectionState;
  /** The host complained of something that was no intent. */
  readonly error: ElsewhereError;
}

/** A world one has entered, as one perceives it now. It reconnects by itself until `state` is `closed`. */
export interface World {
  /** One's own body. Intents made while the connection is down are sent when it stands again. */
  readonly me: MyBody;
  readonly state: ConnectionState;
  /** Name of the world. */
  readonly name: string;
  /** Name of the map one is on. */
  readonly map: string;
  /** Bodies perceived now, by id. */
  readonly bodies: ReadonlyMap<number, Seen>;
  /** Doors perceived now, by name. */
  readonly doors: ReadonlyMap<string, DoorSeen>;
  readonly tick: number;
  /** World time of the last tick, milliseconds since 1970. */
  readonly now: number;
  /** Real milliseconds a tick takes. */
  readonly tickMs: number;
  /** World milliseconds that pass in a real one. */
  readonly speed: number;
  /** Whether one only looks through a program's eyes. */
  readonly observing: boolean;
  /** The token to come back with: a guest's is given by the host. */
  readonly token: string | null;
  /** Calls `listener` from now on; returns how to stop it. */
  on<K extends keyof WorldEvents>(kind: K, listener: (event: WorldEvents[K]) => unknown): () => void;
  /** Leaves through the exit one stands at. Rejects, and stays, if there is none. */
  leave(): Promise<void>;
  /** Ends the connection and stays in the world, unplugged. */
  close(): void;
}
