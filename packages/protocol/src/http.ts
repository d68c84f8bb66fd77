/** The shapes in which a host answers over HTTP; docs/PROTOCOL.md describes them. */

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
