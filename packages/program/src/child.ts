import type { JsonObject } from "@elsewhere/protocol";

/** A program to be started. */
export interface Child {
  /** Its module, relative to the world's folder; must stand among the `spawns` of one's own entry in world.json. */
  readonly code: string;
  /** What others see. */
  readonly name: string;
  /** What its `memory` holds at its start: at most 4 KB of JSON. */
  readonly memory?: JsonObject;
  /** The part of what is left of one's own quota that becomes the child's: above 0 up to 0.9; 0.5 if it is left out. */
  readonly share?: number;
}

/** A program that was started: its id, and the id of its body. */
export interface Spawned {
  readonly program: string;
  readonly body: number;
}
