import type { ElsewhereError, ReplayOrder } from "@elsewhere/protocol";
import type { Outgoing } from "../sessions/stream.ts";

/** Whose past is shown: through somebody's eyes, as themselves or for an operator who looks through them, or all of a map. */
export type Look = { readonly who: string; readonly as: "present" | "observing" } | { readonly map: string };

/** A replay as it is asked for. */
export interface ReplayRequest {
  /** A person sees their own past and nothing else. */
  readonly by: "person" | "operator";
  readonly look: Look;
  /** World time, ms since 1970; null is the newest moment. */
  readonly at: number | null;
  readonly frames: "json" | "binary";
}

/** Where a replay is shown. */
export interface Screen {
  /** Whether so much waits to be read that nothing more is to be shown. */
  readonly sluggish: boolean;
  /** Called once, before anything is shown. `body` is 0 where nobody is looked through. */
  welcome(body: number, name: string): void;
  show(frame: Outgoing): void;
  /** The replay is over. */
  failed(error: ElsewhereError): void;
}

/** A replay under way. */
export interface Playing {
  /** Throws `forbidden` for what whoever watches may not see. */
  order(order: ReplayOrder): void;
  /** Shows where it stands once more, whole. */
  resync(): void;
  close(): void;
}

/** Shows the past. */
export interface ReplayDoor {
  /** Throws `limit` while as many run as may. */
  open(request: ReplayRequest, screen: Screen): Playing;
}
