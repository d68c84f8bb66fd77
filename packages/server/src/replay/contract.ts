import type { ElsewhereError, ReplayOrder } from "@elsewhere/protocol";
import type { Outgoing } from "../sessions/stream.ts";
import type { RoomKeys } from "./room-keys.ts";

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
  /** Coordinates of hidden places that an operator is to see as well. */
  readonly places: readonly string[];
}

/** The same as those need it who show it: they are never told coordinates. */
export interface Viewing extends Omit<ReplayRequest, "places"> {
  readonly keys: RoomKeys;
}

/** What whoever watches is told first. */
export interface ReplayWelcome {
  /** Whose body one looks through; 0 and no name where there is none. */
  readonly body: number;
  readonly name: string;
  /** Real ms a tick takes at the speed 1, and world ms that then pass in each of them. */
  readonly tickMs: number;
  readonly speed: number;
}

/** Where a replay is shown. */
export interface Screen {
  /** Whether so much waits to be read that nothing more is to be shown. */
  readonly sluggish: boolean;
  /** Called once, before anything is shown. */
  welcome(about: ReplayWelcome): void;
  show(frame: Outgoing): void;
  /** Something that was asked for cannot be; the replay stays where it is. */
  complain(error: ElsewhereError): void;
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
  /** Throws `limit` while as many run as may, and `unknown` for coordinates of no hidden place. */
  open(request: ReplayRequest, screen: Screen): Playing;
}

/** Lets others go on after a share of time has been used: long work asks whether that is due, and rests. */
export interface Rest {
  readonly due: boolean;
  /** Rejects with `interrupted` when the work is no longer wanted. */
  take(): Promise<void>;
}

/** The ends of the record, as ticks. */
export interface Ends {
  readonly fromTick: number;
  readonly toTick: number;
}
