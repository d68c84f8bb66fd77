import type { HostFrame } from "@elsewhere/protocol";
import type { MapDrawing } from "@elsewhere/world";

/** One live connection, as a session sees it, whatever carries its bytes. */
export interface Connection {
  send(frame: HostFrame): void;
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

/** What HTTP shows of a host. Everything is a snapshot of committed state. */
export interface HostView {
  health(): Health;
  world(): WorldInfo;
  /** Null if there is no such map. */
  drawing(map: string): MapDrawing | null;
  /** Bytes of the map's nth tileset image with its media type; null where there is none. */
  tilesetImage(map: string, index: number): Promise<{ readonly bytes: Uint8Array; readonly type: string } | null>;
  programs(): readonly ProgramInfo[];
  programLog(program: string): Promise<readonly LogLine[] | null>;
  /** A person's own memory, oldest first, from `afterSeq` on. */
  memory(who: string, afterSeq: number): Promise<readonly { readonly seq: number; readonly now: number; readonly json: string }[]>;
  stats(): Stats;
}

export interface Health {
  readonly status: "ok" | "paused" | "stopped";
  readonly tick: number;
  readonly tickLagMs: number;
  readonly maps: number;
  readonly bodies: number;
  readonly programs: number;
  readonly sessions: number;
  /** Committed records since the world began; never decreases. */
  readonly seq: number;
}

export interface WorldInfo {
  readonly name: string;
  readonly description: string;
  readonly maps: readonly { readonly name: string; readonly title: string; readonly entries: readonly string[] }[];
  readonly guests: boolean;
  readonly tickMs: number;
  readonly speed: number;
  readonly now: number;
}

export interface ProgramInfo {
  readonly program: string;
  readonly name: string;
  readonly body: number;
  readonly map: string | null;
  readonly x: number;
  readonly y: number;
  readonly status: "running" | "backing_off" | "suspended" | "ended";
  readonly reason: string | null;
  readonly turns: number;
  readonly faults: number;
  readonly heapBytes: number;
  readonly turnMs: number;
  readonly mailbox: number;
  /** World time of its next timer, milliseconds since 1970. */
  readonly wakeAt: number | null;
}

export interface LogLine {
  readonly now: number;
  readonly level: "log" | "error" | "host";
  readonly text: string;
}

export interface Stats {
  readonly tick: number;
  readonly ticksPerSecond: number;
  readonly tickMsP50: number;
  readonly tickMsP99: number;
  readonly tickLagMs: number;
  readonly commitMsP50: number;
  readonly commitMsP99: number;
  readonly bodies: number;
  readonly sessions: number;
  readonly programs: number;
  readonly turns: number;
  readonly faults: number;
  readonly rssBytes: number;
  readonly cpuSeconds: number;
}
