import type { PastSource } from "../record/past.ts";

/**
 * What a world needs of a store: one atomic, durable commit a tick, and reading back at start.
 * Every backend passes the same contract suite. Keys are strings and whole numbers; values are bytes or JSON text.
 */
export interface Storage extends PastSource {
  /** Keyframes and ticks committed since the world began. Grows when `commit` resolves; never decreases, not across restarts either. */
  readonly seq: number;
  /** What opening found and put right, one line a person understands for each; to be said, usually empty. */
  readonly notes: readonly string[];
  /** Why old entries could not be recoded the last time it was tried; null if they could. They stay as they are, and it is tried again. */
  readonly trouble: string | null;
  /**
   * Makes all of `batch` durable or none of it; resolves only then. Commits take effect in call order.
   * Rejects with `storage` when the disk refuses (full, EIO): nothing of the batch is then stored, and later commits
   * are refused as well, each until all before it (the same objects) were committed again.
   * Rejects with `malformed` what breaks the order of the record: a tick not after the map's last, a record before
   * the map's first keyframe or of a sealed stream, a turn that does not follow the program's last, a memory that does not come after the person's last, a delivery
   * whose number is there already, an image of a turn that is yet to come, an image or a ground without what it stands on;
   * with `corrupt` an image or a ground whose hash is wrong. Such a batch blocks like one the disk refused, and for good:
   * later batches may build on it. Within a batch the turns of a program come before its images.
   */
  commit(batch: CommitBatch): Promise<void>;
  /** Newest keyframe of a map and the tick records after it, the chain between them verified. Null for a new map. */
  recover(map: string): Promise<Recovered | null>;
  programs(): Promise<readonly ProgramRow[]>;
  /** Newest sound image of a program and its turns since, all since it last started (turn 1, or an image marked `anew`), hashes verified. */
  heap(program: string): Promise<HeapRow>;
  /** Deliveries of all programs not yet taken into a committed turn, by program and then in order. */
  mailboxes(): Promise<readonly DeliveryRow[]>;
  /** Images of a program whose bytes are still there, newest first, over all its starts: at most `limits.imagesKeptMax`. */
  images(program: string): Promise<readonly ImageEntry[]>;
  /** One of them with its bytes, verified (`corrupt` if it is damaged); null if it is there no longer. */
  image(program: string, hash: string): Promise<ImageRow | null>;
  /** Hashes of all grounds that are stored. Opening a store drops those that no image needs; while it is open all stay. */
  grounds(): Promise<readonly string[]>;
  /** A ground, its hash verified (`corrupt` if it is damaged); null if it is not stored. */
  ground(hash: string): Promise<GroundRow | null>;
  /** A person's memory from `afterSeq` on, at most `itemsMax` items. */
  memory(who: string, afterSeq: number, itemsMax: number): Promise<readonly MemoryRow[]>;
  /** The last `linesMax` lines of a program's log, oldest first. */
  log(program: string, linesMax: number): Promise<readonly LogRow[]>;
  /** Small durable settings of the host (its key, the token secret, world identity), null if never put, or removed. */
  setting(key: string): Promise<string | null>;
  /** All settings whose key begins with `prefix`, by key. Reads every setting there is: for starts. */
  settingsUnder(prefix: string): Promise<readonly KeptSetting[]>;
  /** From now on keeps less of what is older, map by map. It is let go of by and by, while commits go on. */
  retain(retention: readonly MapRetention[]): Promise<void>;
  close(): Promise<void>;
}

export interface MapRetention {
  readonly map: string;
  /** How far behind the map's last tick its record is kept whole. */
  readonly ticks: number;
  /** What stays of it then: keyframes and what was said, or nothing. */
  readonly keep: "speech" | "nothing";
}

export interface CommitBatch {
  readonly records?: readonly RecordRow[];
  readonly keyframes?: readonly KeyframeRow[];
  readonly programs?: readonly ProgramRow[];
  readonly turns?: readonly TurnRow[];
  /** Written before the images that stand on them. One that is there already is left as it is. */
  readonly grounds?: readonly GroundRow[];
  readonly images?: readonly ImageRow[];
  readonly deliveries?: readonly DeliveryRow[];
  readonly memories?: readonly MemoryRow[];
  readonly logs?: readonly LogRow[];
  readonly settings?: readonly SettingRow[];
}

/** A setting that is there. */
export type KeptSetting = SettingRow & { readonly value: string };

/** A small durable setting of the host. A value of null removes it, should it be there. */
export interface SettingRow {
  readonly key: string;
  readonly value: string | null;
}

/** One tick of one map; appended to the map's hash chain by the store. */
export interface RecordRow {
  readonly map: string;
  readonly tick: number;
  readonly bytes: Uint8Array;
}

/** A map's whole state after `tick`; or a sealed block of a hidden room's stream, whose name begins with `~`, and the last tick it tells of. */
export interface KeyframeRow {
  readonly map: string;
  readonly tick: number;
  readonly bytes: Uint8Array;
}

export interface Recovered {
  readonly keyframe: KeyframeRow;
  readonly records: readonly RecordRow[];
  /** How many torn records at the end were cut off. */
  readonly cut: number;
}

/** A program as the host keeps it: `state` is JSON owned by `programs/`. */
export interface ProgramRow {
  readonly program: string;
  readonly state: string;
}

/**
 * One turn's transcript; committing it removes the deliveries up to `throughSeq`. Turns follow each other without a gap;
 * the first one follows the program's image where that came first, and turn 1 may come again: the program starts anew.
 */
export interface TurnRow {
  readonly program: string;
  readonly turn: number;
  readonly tick: number;
  readonly throughSeq: number;
  readonly bytes: Uint8Array;
}

/** A heap after `turn`, content-addressed by `hash` (sha256 of `bytes`, hex). One that is there already is left as it is. */
export interface ImageRow {
  readonly program: string;
  readonly turn: number;
  readonly hash: string;
  readonly bytes: Uint8Array;
  /** Hash of the ground it stands on; rejected with `malformed` if that is neither stored nor in the same batch. */
  readonly template: string;
  /** The program goes on from here, whatever its turns were before: it was rewound, or has arrived. */
  readonly anew: boolean;
}

/** What is known of a stored image without reading it. */
export interface ImageEntry {
  readonly turn: number;
  readonly hash: string;
  readonly bytes: number;
}

/** An engine binary, base or template by the sha256 of its bytes; kept for as long as an image needs it, itself or through others. */
export interface GroundRow {
  readonly hash: string;
  readonly kind: "engine" | "base" | "template";
  readonly bytes: Uint8Array;
  readonly needs: readonly string[];
}

export interface HeapRow {
  readonly image: ImageRow | null;
  /** Turns after the image (or all of them), in order without a gap. */
  readonly turns: readonly TurnRow[];
}

export interface DeliveryRow {
  readonly program: string;
  readonly seq: number;
  readonly tick: number;
  readonly json: string;
}

export interface MemoryRow {
  readonly who: string;
  readonly seq: number;
  /** World time, milliseconds since 1970. */
  readonly now: number;
  readonly json: string;
}

export interface LogRow {
  readonly program: string;
  readonly now: number;
  readonly level: "log" | "error" | "host";
  readonly text: string;
}
