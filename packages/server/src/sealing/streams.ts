/**
 * What happens in the open hidden rooms of a world goes to their sealed streams: every tick to the tail, committed with the
 * tick, and the tail now and then into blocks. A room that is opened while the world runs takes up where its stream ended.
 */
import type { RecoveredWorld } from "../recover.ts";
import { mergeBatches } from "../storage/batches.ts";
import type { CommitBatch, SettingRow } from "../storage/contract.ts";
import type { LiveMap } from "../ticks/live-map.ts";
import type { Participant, Taken } from "../ticks/ticker.ts";
import type { World, WorldStep } from "../ticks/world.ts";
import { type SealedSpan, sealedBlocks } from "./cut.ts";
import type { HiddenRoom, Opening, Places } from "./places.ts";
import { DataKey, type DataKeys } from "./seal.ts";
import { sealsSetting } from "./sealing.ts";
import { type Chunk, chunksGone, partOf, type ReadSetting, readTail, readTailHead, type Tail, tailHead, TailWriter } from "./tail.ts";

/** A tail is cut at a keyframe of its map once it tells of so many ticks, or is so long or large: a start reads it chunk by chunk. */
const cutTicks = 6_000;
const cutChunks = 1_200;
const cutBytes = 256 * 1024;

/** Who is out of sight, by map: they must not come into the world a second time while their room is closed. */
export const unseenSetting = "unseen";

export interface StreamsOptions {
  readonly places: Places;
  readonly keys: DataKeys;
  readonly world: World;
  readonly setting: ReadSetting;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly say: (line: string) => void;
  /** Somebody rests no more: to be called when a room is about to open, and what it gives once it has. */
  readonly rouse: () => Promise<() => void>;
  /** Puts a map's own things into a room that is open for the first time. */
  readonly furnish: (live: LiveMap, room: number) => void;
}

/** A room that opens with the next tick. */
interface Pending {
  readonly opening: Opening;
  readonly tail: Tail | null;
  readonly batch: CommitBatch;
  readonly stream: Stream;
  readonly roused: () => void;
  readonly opened: () => void;
}

export class SealedStreams implements Participant {
  readonly #options: StreamsOptions;
  readonly #streams = new Map<string, Stream>();
  #pending: Pending[] = [];
  /** One after another: each tries a key, which takes a while. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(options: StreamsOptions) {
    this.#options = options;
  }

  /** Gives what must be committed with the first tick. */
  static async begin(
    options: StreamsOptions,
    recovered: Pick<RecoveredWorld, "tick" | "tails" | "fresh" | "shifted">,
  ): Promise<{ readonly streams: SealedStreams; readonly opening: CommitBatch }> {
    const streams = new SealedStreams(options);
    const { places, keys, setting, world } = options;
    const { tick, tails } = recovered;
    const fresh = new Set(recovered.fresh.map(({ map }) => map));
    const batches: CommitBatch[] = [];
    const changed = new Set(recovered.shifted);
    const shut = [...keys.streams].filter((stream) => places.keyOf(stream) === null);
    for (const stream of shut) {
      const head = await readTailHead(setting, stream);
      if (head !== null) batches.push({ settings: [tailHead(stream, { openThrough: tick, ...head })] });
    }
    for (const room of places.rooms) {
      if (places.keyOf(room.stream) === null) continue;
      const tail = tails.get(room.stream) ?? null;
      // What was inside is in the map's own record until now: that goes on without. One without a record begins so.
      if (tail === null && !fresh.has(room.map)) changed.add(room.map);
      const { stream, batch } = await streams.#stream(room, tail, tick);
      const live = world.maps.get(room.map.name)!;
      batches.push(batch, { settings: [stream.add({ kind: "keyframe", tick, bytes: live.keyframes().sealed.get(room.room)! })] });
      streams.#streams.set(room.stream, stream);
    }
    const keyframes = [...changed].map((map) => ({ map: map.name, tick, bytes: world.maps.get(map.name)!.keyframes().open }));
    const settings = [{ key: sealsSetting, value: keys.toSetting() }, streams.#unseen()];
    return {
      streams,
      opening: mergeBatches([...batches, ...(places.rooms.length === 0 && shut.length === 0 ? [] : [{ keyframes, settings }])]),
    };
  }

  /**
   * Opens the room that coordinates are of; resolves once it is open, false if it was already. Throws `malformed`, `unknown`,
   * or `corrupt` if its stream is damaged: it then stays closed.
   */
  open(coordinates: string): Promise<{ readonly room: HiddenRoom; readonly opened: boolean }> {
    const result = this.#last.then(() => this.#open(coordinates));
    this.#last = result.catch(() => {});
    return result;
  }

  async #open(coordinates: string): Promise<{ readonly room: HiddenRoom; readonly opened: boolean }> {
    const { places, keys, setting, rouse } = this.#options;
    const opening = await places.opening(coordinates);
    const { room, key } = opening;
    if (places.keyOf(room.stream) !== null) return { room, opened: false };
    await keys.unlock(key);
    const tail = await readTail(setting, room.stream, keys);
    const { stream, batch } = await this.#stream(room, tail, tail?.chunks.at(-1)!.tick ?? 0);
    const roused = await rouse();
    await new Promise<void>((opened) => this.#pending.push({ opening, tail, stream, batch, roused, opened }));
    return { room, opened: true };
  }

  /** A stream that goes on after `tail`, and what is to be committed as it begins. `tick`: up to where the tail tells all, where it does not say. */
  async #stream(room: HiddenRoom, tail: Tail | null, tick: number): Promise<{ stream: Stream; batch: CommitBatch }> {
    const { keys, randomBytes, say } = this.#options;
    const key = await DataKey.make(room.recipient, randomBytes);
    keys.add(key);
    const end = tail === null ? 0 : tail.first + tail.chunks.length;
    const stream = new Stream(room, new TailWriter(room.stream, key, end), say);
    if (tail === null) return { stream, batch: { settings: [tailHead(room.stream, { first: 0 })] } };
    const blocks = await sealedBlocks(room.recipient, tail.chunks, tail.openThrough ?? tick);
    return { stream, batch: stream.letGo(blocks, tail.first, end) };
  }

  before(tick: number): CommitBatch {
    const batches = [...this.#streams.values()].map((stream) => stream.takeCut());
    for (const pending of this.#pending) batches.push(this.#opens(pending, tick - 1));
    return mergeBatches(batches);
  }

  /** Lets a room be part of the world from the coming tick on. `tick`: the last one. */
  #opens({ opening, tail, stream, batch }: Pending, tick: number): CommitBatch {
    const { places, world, keys, furnish } = this.#options;
    const { room } = opening;
    const live = world.maps.get(room.map.name)!;
    places.add(opening);
    if (tail === null) furnish(live, room.room);
    else {
      const part = partOf(room.map, tail.chunks);
      live.post({ kind: "unseal", part: part.keyframe() });
      for (const { id, kind, posture, epoch } of part.bodies())
        if (kind === "person" && posture === "awake") live.post({ kind: "detach", body: id, epoch });
    }
    this.#streams.set(room.stream, stream);
    const begins = stream.add({ kind: "keyframe", tick, bytes: live.keyframes().sealed.get(room.room)! });
    return mergeBatches([batch, { settings: [begins, { key: sealsSetting, value: keys.toSetting() }] }]);
  }

  after(tick: number, _now: number, step: WorldStep): Taken {
    const { places, say, world } = this.#options;
    const settings: SettingRow[] = [];
    for (const { map, room, bytes } of step.sealed) {
      const stream = this.#streams.get(places.streamOf(map, room)!);
      if (stream === undefined) throw new Error(`something happened in a closed room of ${map}`);
      settings.push(stream.add({ kind: "tick", tick, bytes }));
    }
    for (const live of world.due(tick)) {
      const { sealed } = live.keyframes();
      for (const { room, stream } of places.roomsOf(live.map.name)) {
        const cut = this.#streams.get(stream)?.cut(tick, sealed.get(room)!);
        if (cut) settings.push(cut);
      }
    }
    const opened = this.#pending.splice(0);
    if (opened.length > 0) world.rise();
    for (const { roused } of opened) roused();
    if (step.unseenChanged || opened.length > 0) settings.push(this.#unseen());
    return {
      batch: { settings },
      publish: () => {
        for (const { opening, opened: tell } of opened) {
          say(`A hidden room of ${opening.room.map.name} has been opened.`);
          tell();
        }
      },
    };
  }

  /** What of an open room's stream is in no block yet; null for a closed one. */
  async tailOf(stream: string): Promise<Pick<Tail, "chunks"> | null> {
    return this.#streams.get(stream)?.tail ?? null;
  }

  /** In lockstep a block is there with the tick after the one it ends with. */
  async settled(): Promise<void> {
    for (const stream of this.#streams.values()) await stream.settled();
  }

  #unseen(): { readonly key: string; readonly value: string } {
    return { key: unseenSetting, value: JSON.stringify(this.#options.world.unseen()) };
  }
}

/** The stream of one open room. */
class Stream {
  readonly #room: HiddenRoom;
  readonly #writer: TailWriter;
  #chunks: Chunk[] = [];
  /** What was cut off last: for a while it is on its way into a block. */
  #cut: readonly Chunk[] = [];
  #bytes = 0;
  /** What is being cut off, up to before that chunk. */
  #cutting: Promise<void> | null = null;
  #done: { readonly blocks: readonly SealedSpan[]; readonly first: number; readonly end: number } | null = null;
  readonly #say: (line: string) => void;

  constructor(room: HiddenRoom, writer: TailWriter, say: (line: string) => void) {
    this.#room = room;
    this.#writer = writer;
    this.#say = say;
  }

  add(chunk: Chunk): SettingRow {
    this.#chunks.push(chunk);
    this.#bytes += chunk.bytes.length;
    return this.#writer.add(chunk);
  }

  /** Begins to cut if that is due; gives the chunk with which the tail then begins. `keyframe`: of the room's part, now. */
  cut(tick: number, keyframe: Uint8Array): SettingRow | null {
    const [first] = this.#chunks;
    const { length } = this.#chunks;
    const due = length > 1 && (tick - first!.tick >= cutTicks || length >= cutChunks || this.#bytes >= cutBytes);
    if (!due || this.#cutting !== null) return null;
    const chunks = this.#chunks;
    const end = this.#writer.next;
    this.#chunks = [];
    this.#cut = chunks;
    this.#bytes = 0;
    this.#cutting = sealedBlocks(this.#room.recipient, chunks, tick).then(
      (blocks) => void (this.#done = { blocks, first: end - chunks.length, end }),
      (error: Error) => {
        // All of it is in the tail still, which is cut again with the next keyframe.
        this.#say(`A sealed stream of ${this.#room.map.name} cannot be put into a block, and takes more room: ${error.message}`);
        this.#chunks.unshift(...chunks);
        this.#cut = [];
        this.#cutting = null;
      },
    );
    return this.add({ kind: "keyframe", tick, bytes: keyframe });
  }

  /** What was cut, if it is done. */
  takeCut(): CommitBatch {
    if (this.#done === null) return {};
    const { blocks, first, end } = this.#done;
    this.#done = this.#cutting = null;
    return this.letGo(blocks, first, end);
  }

  /** The chunks of a tail from one up to before another are in these blocks. */
  letGo(blocks: readonly SealedSpan[], first: number, end: number): CommitBatch {
    const { stream } = this.#room;
    return {
      keyframes: blocks.map(({ throughTick, bytes }) => ({ map: stream, tick: throughTick, bytes })),
      settings: [...chunksGone(stream, first, end), tailHead(stream, { first: end })],
    };
  }

  /** What is in no block yet, as far as anybody can have read it there. */
  get tail(): Pick<Tail, "chunks"> {
    return { chunks: [...this.#cut, ...this.#chunks] };
  }

  async settled(): Promise<void> {
    await this.#cutting;
  }
}
