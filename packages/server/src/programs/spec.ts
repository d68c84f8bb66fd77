import type { JsonObject, Quota } from "@elsewhere/protocol";
import type { Code } from "./contract.ts";

/** A program of the world, bundled and with a body. */
export interface ProgramSpec {
  readonly program: string;
  readonly name: string;
  readonly code: Code;
  /** Its module, relative to the world's folder; null for one that came from another host, and its code with it. */
  readonly codeFile: string | null;
  /** Its body's id. */
  readonly body: number;
  /** The last intent number its body has used. */
  readonly lastN: number;
  /** The body has just been made, though its program may be an old one that was taken out of the world and put back. */
  readonly newBody: boolean;
  readonly seed: number;
  /** What its `memory` holds at its very first start. */
  readonly memory: JsonObject;
  readonly owner: string;
  /** The program whose quota its own was taken from. */
  readonly parent: string | null;
  /** What it was given; what it gave its children is still in it. */
  readonly quota: Quota;
  /** Files whose code it may start as programs of its own. */
  readonly spawns: readonly string[];
  readonly walks: boolean;
}
