import { ElsewhereError } from "@elsewhere/protocol";
import { socketUrl } from "./address.ts";
import type { Backoff } from "./backoff.ts";
import { Presence } from "./presence.ts";
import type { ConnectionState } from "./state.ts";
import { surroundingsOf } from "./surroundings.ts";
import type { World } from "./world.ts";

export interface EnterOptions {
  /** Address of the host: `http(s)://HOST` or `ws(s)://HOST/ws`. */
  readonly url: string;
  /** Token of a person or the operator, or the one a guest was given; without it one comes as a guest. */
  readonly token?: string | undefined;
  /** Name of a guest. */
  readonly name?: string | undefined;
  /** `map/entry` to come in by, the first time. */
  readonly entry?: string | undefined;
  /** Operators only: perceive as this program does, without a body of one's own. */
  readonly observe?: string | undefined;
  /** Gives up, also after having entered. */
  readonly signal?: AbortSignal | undefined;
  readonly backoff?: Backoff | undefined;
  /** Called from the first attempt on, before there is a world to listen to. */
  readonly onState?: ((state: ConnectionState) => void) | undefined;
  /** What a listener threw; without this it surfaces as an uncaught error. */
  readonly onFault?: ((error: unknown) => void) | undefined;
  readonly WebSocket?: typeof globalThis.WebSocket | undefined;
  /** From 0 up to 1. */
  readonly random?: (() => number) | undefined;
  /** Timers other than the usual ones: calls `wake` after `ms`, returns how to cancel it. */
  readonly after?: ((ms: number, wake: () => void) => () => void) | undefined;
}

/**
 * Enters a world and resolves with what one perceives of it. While the host cannot be reached it goes on trying, as it
 * does whenever the connection is lost later; `onState` shows it, `signal` ends it.
 * Rejects with the host's reason if it refuses, `malformed` for a wrong address, `away` when given up.
 */
export function enter(options: EnterOptions): Promise<World> {
  return new Promise((resolve, reject) => {
    const { signal, onState } = options;
    const presence = new Presence(socketUrl(options.url), options, surroundingsOf(options), (result) => {
      if (result instanceof ElsewhereError) reject(result);
      else resolve(result);
    });
    if (onState) presence.on("state", onState);
    if (signal?.aborted) return presence.close();
    const abort = (): void => presence.close();
    signal?.addEventListener("abort", abort, { once: true });
    presence.on("state", ({ kind }) => {
      if (kind === "closed") signal?.removeEventListener("abort", abort);
    });
    presence.connect();
  });
}
