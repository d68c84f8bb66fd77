import { ElsewhereError, type HostFrame, limits, type Percept } from "@elsewhere/protocol";
import type { Connection } from "../gateways/contract.ts";
import type { Playing, ReplayRequest } from "../replay/contract.ts";
import type { Outgoing, Stream } from "./stream.ts";

/** What a connection asks to be, once its hello has been checked. */
export type Hello =
  | {
      readonly as: "person";
      readonly who: string;
      readonly name: string;
      readonly entry: string | null;
      readonly guestToken: string | null;
    }
  | { readonly as: "observer"; readonly program: string }
  | { readonly as: "replay"; readonly request: ReplayRequest };

/** A session's life. Each state holds exactly what it needs; there is no way back. */
export type SessionState =
  | { readonly kind: "greeting"; readonly cancelDeadline: () => void }
  | { readonly kind: "checking" }
  | { readonly kind: "waiting"; readonly hello: Hello; readonly stream: Stream }
  /** `by`: whether it takes over a body that is here, or brings one in. */
  | {
      readonly kind: "entering";
      readonly hello: Hello & { as: "person" };
      readonly stream: Stream;
      readonly body: number;
      readonly epoch: number;
      readonly by: "attach" | "enter";
    }
  | {
      readonly kind: "present";
      readonly who: string;
      readonly stream: Stream;
      readonly body: number;
      readonly epoch: number;
      readonly shows: Shows;
    }
  | { readonly kind: "observing"; readonly who: string; readonly stream: Stream; readonly body: number; readonly shows: Shows }
  | { readonly kind: "replaying"; readonly playing: Playing }
  | { readonly kind: "closed" };

/** What the peer's model of the world is worth: kept up tick by tick, or to be replaced by one view. */
export type Shows = "view_due" | "ticks";

export const tooSlow = new ElsewhereError("limit", "this connection reads too slowly", { field: "session" });

/** One connection and its state. Frames are prepared in the tick and sent when the tick is durable. */
export class Session {
  readonly connection: Connection;
  state: SessionState;
  /** Intents handed to the world since its last tick. */
  asked = 0;
  #behind = false;
  /** Replies held back while the peer reads too slowly to be sent ticks. */
  #heldReplies: Percept[] = [];
  readonly #gone: (last: SessionState) => void;

  /** `gone` is called once, with the state the session was in when it ended. */
  constructor(connection: Connection, cancelDeadline: () => void, gone: (last: SessionState) => void) {
    this.connection = connection;
    this.#gone = gone;
    this.state = { kind: "greeting", cancelDeadline };
  }

  /** Whether the peer has so much to read yet that it is shown nothing more until it has read all of it. */
  get sluggish(): boolean {
    const { bufferedBytes } = this.connection;
    this.#behind = bufferedBytes > (this.#behind ? 0 : limits.sendBufferBytesMax);
    return this.#behind;
  }

  get closed(): boolean {
    return this.state.kind === "closed";
  }

  send(frame: HostFrame): void {
    if (this.state.kind !== "closed") this.connection.send(frame);
  }

  show(frame: Outgoing): void {
    if (!(frame instanceof Uint8Array)) this.send(frame);
    else if (this.state.kind !== "closed") this.connection.sendBytes(frame);
  }

  refuse(error: ElsewhereError): void {
    this.bye("refused", error);
  }

  /** Answers what the world never sees. Who sends such things and does not read the answers is let go. */
  complain(n: number | null, error: ElsewhereError): void {
    if (this.sluggish) this.refuse(tooSlow);
    else this.send({ type: "error", n, error: error.toJSON() });
  }

  bye(reason: (HostFrame & { type: "bye" })["reason"], error: ElsewhereError | null = null): void {
    if (this.state.kind === "closed") return;
    this.connection.send({ type: "bye", reason, error: error?.toJSON() ?? null });
    this.end();
    this.connection.close();
  }

  /** The connection is gone or about to be. */
  end(): void {
    const last = this.state;
    if (last.kind === "closed") return;
    if (last.kind === "greeting") last.cancelDeadline();
    if ("stream" in last) last.stream.close();
    this.state = { kind: "closed" };
    this.#gone(last);
  }

  /** The next frame shown is the whole present. */
  viewDue(): void {
    const { state } = this;
    if (state.kind === "present" || state.kind === "observing") this.state = { ...state, shows: "view_due" };
  }

  viewSent(): void {
    const { state } = this;
    if (state.kind === "present" || state.kind === "observing") this.state = { ...state, shows: "ticks" };
  }

  /** Keeps what must not be dropped for a slow reader; false when even that is too much. */
  hold(percepts: readonly Percept[]): boolean {
    for (const percept of percepts) if (percept.kind === "reply") this.#heldReplies.push(percept);
    return this.#heldReplies.length <= limits.mailboxItemsMax;
  }

  takeHeld(): readonly Percept[] {
    const held = this.#heldReplies;
    this.#heldReplies = [];
    return held;
  }
}
