import type {
  Health,
  HostFrame,
  ProgramCommand,
  ProgramDetail,
  ProgramOrder,
  ProgramsPage,
  RecordDensity,
  RecordSearch,
  RecordTimeline,
  Stats,
  WorldInfo,
} from "@elsewhere/protocol";
import type { MapDrawing } from "@elsewhere/world";

/** One live connection, as a session sees it, whatever carries its bytes. */
export interface Connection {
  send(frame: HostFrame): void;
  /** Sends a `view` or `tick` in its binary form. The bytes are the connection's from now on. */
  sendBytes(bytes: Uint8Array): void;
  /** Bytes handed over and not yet taken by the network. */
  readonly bufferedBytes: number;
  /** Whether the peer is this very machine. */
  readonly loopback: boolean;
  close(): void;
}

/** What a gateway calls for one connection; nothing here throws. */
export interface ConnectionEvents {
  received(text: string): void;
  closed(): void;
}

/** The only thing a gateway knows of sessions: connect and get told whom to call. */
export interface SessionDoor {
  connect(connection: Connection): ConnectionEvents;
}

/** Who a bearer token speaks for. `operator` may read what the console's operator pane shows. */
export type Bearer = { readonly role: "person"; readonly who: string; readonly name: string } | { readonly role: "operator" };

/** Who the operator is in the world, should the operator come in. */
export const operatorWho = "person:operator";

export interface ProgramsQuery {
  readonly order: ProgramOrder;
  readonly offset: number;
  readonly itemsMax: number;
  /** Only programs whose id or name contains this, in any case; empty for all. */
  readonly search: string;
}

/** What is told of a world's record without playing it. `whose`: a person, by their own memory; null is all but hidden rooms. */
export interface PastView {
  timeline(): Promise<RecordTimeline>;
  /** `from` and `to` are world time, ms; null the ends of the record. */
  density(whose: string | null, from: number | null, to: number | null, bins: number): Promise<RecordDensity>;
  /** What was said before `before`, world time in ms, newest first; null is everything. */
  search(whose: string | null, text: string, before: number | null, itemsMax: number): Promise<RecordSearch>;
}

/** What HTTP shows of a host. Everything is a snapshot of committed state. */
export interface HostView {
  health(): Health;
  world(): Omit<WorldInfo, "host">;
  /** As it is shown to everybody. Null if there is no such map. */
  drawing(map: string): MapDrawing | null;
  /** The same with the hidden rooms that somebody holds. */
  drawingFor(map: string, who: string): Promise<MapDrawing | null>;
  /** Bytes of the map's nth tileset image with its media type; null where there is none. */
  tilesetImage(map: string, index: number): Promise<{ readonly bytes: Uint8Array; readonly type: string } | null>;
  programs(query: ProgramsQuery): Promise<ProgramsPage>;
  /** Null if there is no such program. */
  program(program: string): Promise<ProgramDetail | null>;
  /** Rejects with `unknown` (no such program or image) or `forbidden` (not with a program in that state). */
  command(program: string, command: ProgramCommand): Promise<void>;
  /** A person's own memory, oldest first, from `afterSeq` on. */
  memory(who: string, afterSeq: number): Promise<readonly { readonly seq: number; readonly now: number; readonly json: string }[]>;
  stats(): Stats;
  readonly past: PastView;
}
