// What this package offers, as emitted. `npm run api` writes it anew; a review sees what changed.

// packages/world/src/index
export type { Input, Luggage, Transfer } from "./inputs.ts";
export type { Door, DoorStep, Entry, MapExit, Place, ThingSpec, WorldExit, WorldMap } from "./map.ts";
export type { DrawnLayer, DrawnPlace, DrawnTileset, MapDrawing } from "./drawing.ts";
export { Atlas } from "./atlas.ts";
export type { Observation } from "./deliveries.ts";
export type { Answer, Cause, Scope, WorldEvent } from "./events.ts";
export type { Before } from "./before.ts";
export type { Wants } from "./ears.ts";
export { type Happened, Observers } from "./observers.ts";
export { holdsAt, isBarred, isHidden, type Keys, noKeys, openRoom, veil } from "./hiding.ts";
export { doorsInSight, perceives } from "./perception.ts";
export { isOverseen, overseen, overseenBody, overseenPercept } from "./overseeing.ts";
export { Sights } from "./sights/sights.ts";
export type { Viewer } from "./sights/viewer.ts";
export { type Delta, readEvents, writeRecord } from "./codec.ts";
export { applyRecord, recoverRecord, type Replayed } from "./replay.ts";
export { type Away, type BodyView, MapState, type StateOptions } from "./state.ts";
export { joinRecords } from "./sealing/join.ts";
export { type Keyframes, Partition, type Parts } from "./sealing/partition.ts";
export { step, type StepResult } from "./step.ts";
export { baseName, type Compression, type MapFiles, resolveReference } from "./tiled/files.ts";
export type { TiledLayer, TiledMap, TiledObject, TiledProperties, TiledTileset } from "./tiled/model.ts";
export { readTiledMap } from "./tiled/read.ts";
export { interpretMap, type MapReading, type Surroundings } from "./maps/interpret.ts";
export { drawingTo } from "./maps/concealing.ts";
export { linkedFiles } from "./maps/exits.ts";
export { cleanName } from "./maps/names.ts";
export { type Meaning, meanings, type Profile, type ProfileLayer } from "./maps/profile.ts";
export { type MapReport, report } from "./maps/report.ts";
export { canonicalLuggage } from "./luggage.ts";

// packages/world/src/inputs
import type { BodyKind, Intent, JsonObject } from "@elsewhere/protocol";
/** A body between two maps, or at rest outside the world: everything that goes with it. */
export interface Luggage {
    readonly id: number;
    /** Stable identity across bodies and restarts: `person:ada`, `program:baker`, `thing:12`. */
    readonly who: string;
    readonly kind: BodyKind;
    readonly name: string;
    readonly epoch: number;
    readonly lastN: number;
    readonly traits: JsonObject;
    readonly marks: JsonObject;
    readonly layerOn: number;
    readonly layerSees: number;
    /** 1/16 tile a tick; 0 cannot walk. */
    readonly speed: number;
    readonly description: string;
    readonly portable: boolean;
    readonly carried: readonly Luggage[];
    /** Hidden rooms it may find, each as `map/alias`, sorted. */
    readonly holds: readonly string[];
    /** A walk it is still on: the intent to answer, and where to. */
    readonly errand: {
        readonly n: number;
        readonly to: string;
    } | null;
}
/** Everything that can reach a map from outside it. A tick takes them in order. */
export type Input = 
/** An inhabitant acts. Older epochs are refused with `fenced`; an `n` not above `lastN` is ignored. */
{
    readonly kind: "intent";
    readonly body: number;
    readonly epoch: number;
    readonly n: number;
    readonly intent: Intent;
}
/**
 * A body comes in: at an entry or world exit by name, at a tile, or (null) where `away` last left it or at the
 * default entry. `id` is fresh; if `who` was away, its old luggage (id included) is used instead.
 */
 | {
    readonly kind: "enter";
    readonly luggage: Luggage;
    readonly at: {
        readonly place: string;
    } | {
        readonly tile: number;
    } | null;
}
/** A body arrives from another map, at its entry. */
 | {
    readonly kind: "arrive";
    readonly luggage: Luggage;
    readonly entry: string | null;
}
/** A session takes the body over: wakes it, fences older epochs. */
 | {
    readonly kind: "attach";
    readonly body: number;
    readonly epoch: number;
}
/** The session of this epoch is gone without an exit: the body falls asleep, and is withdrawn later. */
 | {
    readonly kind: "detach";
    readonly body: number;
    readonly epoch: number;
}
/** The world's laws put a body, here or away, on other layers and let it see others. */
 | {
    readonly kind: "layers";
    readonly body: number;
    readonly on: number;
    readonly sees: number;
}
/** The world's laws stop a body where it is (a program about to leave for another host). */
 | {
    readonly kind: "halt";
    readonly body: number;
}
/** A body is taken out of the world by its laws (a program that ended). */
 | {
    readonly kind: "remove";
    readonly body: number;
}
/**
 * What rested in a hidden room that is open again comes back: the keyframe of its part, which must have been read before.
 * No event tells of it.
 */
 | {
    readonly kind: "unseal";
    readonly part: Uint8Array;
};
/** A body that steps off this map onto another in this tick. */
export interface Transfer {
    readonly luggage: Luggage;
    readonly map: string;
    readonly entry: string | null;
}

// packages/world/src/map
import type { JsonObject } from "@elsewhere/protocol";
/** A set of tiles with a name. Tile index = y × width + x, row-major, origin top left. */
export interface Place {
    readonly name: string;
    /** Text for those who read; empty if the map gives none. */
    readonly description: string;
    readonly tiles: Int32Array;
    /** Whether perception stops at its boundary. */
    readonly room: boolean;
    /**
     * Of a hidden room: who gives it holds the room. Never drawn, reported, logged or sent to anybody. Empty where the host does
     * not know it: `openRoom` sets it.
     */
    secret?: string;
    /** Of a hidden room: what stands for its name wherever something is recorded; its name where `veil` has given it none. */
    alias?: string;
    /** Of a hidden room whose secret the map does not tell: the public half of its key, `age1…`. */
    readonly recipient?: string;
    /** What the map says of it that has no meaning here, as found. */
    readonly properties?: JsonObject;
}
/** Where bodies come in. */
export interface Entry {
    readonly name: string;
    readonly tiles: Int32Array;
}
/** A door to another map (or to another entry of this one): standing on one of its tiles leads there. */
export interface MapExit {
    readonly tiles: Int32Array;
    /** Name of the target map as the world knows it. */
    readonly map: string;
    /** Entry on the target map; null is its default entry. */
    readonly entry: string | null;
}
/** Where a person may leave the world cleanly, or come back in (`world:exit`). */
export interface WorldExit {
    readonly name: string;
    readonly tiles: Int32Array;
}
export interface Door {
    readonly name: string;
    readonly open: boolean;
    /** Tiles that block while it is open / while it is closed. */
    readonly blockedOpen: Int32Array;
    readonly blockedClosed: Int32Array;
    /** Tiles from which it can be used, and whose entering and leaving opens and closes it by itself. */
    readonly steps: readonly DoorStep[];
}
export interface DoorStep {
    readonly tiles: Int32Array;
    readonly autoOpen: boolean;
    readonly autoClose: boolean;
    /** Never sent to anybody. */
    readonly code: string | null;
}
/** A thing the map puts into the world at its first start. */
export interface ThingSpec {
    readonly name: string;
    readonly tile: number;
    readonly description: string;
    readonly traits: JsonObject;
    /** Whether it can be taken and carried. */
    readonly portable: boolean;
    /** The layers it is on; the common one if it is left out. */
    readonly layerOn?: number;
}
/** One map, immutable but for which of its hidden rooms are closed, as the kernel steps it. All grids are row-major, one value a tile. */
export interface WorldMap {
    readonly name: string;
    readonly width: number;
    readonly height: number;
    /** Tile size in pixels, for drawing only. */
    readonly tile: {
        readonly width: number;
        readonly height: number;
    };
    /** 1 where a tile blocks whatever the doors do. */
    readonly blocked: Uint8Array;
    /** 1 where speech is not possible. */
    readonly silent: Uint8Array;
    /** Which room a tile is in: 0 is open ground, i + 1 is `rooms[i]`. */
    readonly roomOf: Uint16Array;
    readonly rooms: readonly Place[];
    /** Which hidden room a tile is in: 0 is none, i + 1 is `rooms[i]`. Null where the map has no hidden room. */
    readonly hiddenAt: Uint16Array | null;
    /** Of the whole world: how hidden rooms are called, as `map/place`, by what is recorded for that. Set by `veil`. */
    named?: ReadonlyMap<string, string>;
    /** Hidden rooms, by their numbers in `hiddenAt`, that are wall to everybody at present, whoever holds them: see `openRoom`. */
    readonly closed: Set<number>;
    /** The layers that whoever stands on a tile is on, in place of its own; 0 leaves it on its own. Null where no tile does. */
    readonly layerAt: Uint32Array | null;
    /** All named places, rooms included; where two overlap the later one is the more specific. */
    readonly places: readonly Place[];
    /** Never empty; the first is the default. */
    readonly entries: readonly Entry[];
    readonly exits: readonly MapExit[];
    readonly worldExits: readonly WorldExit[];
    readonly doors: readonly Door[];
    readonly things: readonly ThingSpec[];
    readonly sightTiles: number;
    readonly hearingTiles: number;
    /** `mapName`, `mapDescription`, `mapCopyright`, `tilesetCopyright` and every other map property, as found. */
    readonly properties: JsonObject;
}

// packages/world/src/drawing
/** A map as it is drawn: what `GET /api/maps/NAME` answers. Holds nothing an inhabitant may not know. */
export interface MapDrawing {
    readonly name: string;
    readonly title: string;
    readonly description: string;
    readonly copyright: readonly string[];
    readonly width: number;
    readonly height: number;
    readonly tile: {
        readonly width: number;
        readonly height: number;
    };
    readonly backgroundColor: string | null;
    /** Bottom to top; door layers carry the door they belong to. */
    readonly layers: readonly DrawnLayer[];
    readonly tilesets: readonly DrawnTileset[];
    /** Base64 of `width × height` bytes, 1 where a tile blocks whatever the doors do. */
    readonly blocked: string;
    readonly places: readonly DrawnPlace[];
    readonly entries: readonly DrawnPlace[];
    readonly exits: readonly (DrawnPlace & {
        readonly map: string;
    })[];
    readonly worldExits: readonly DrawnPlace[];
}
export interface DrawnLayer {
    readonly name: string;
    readonly opacity: number;
    readonly visible: boolean;
    /** Whether it is drawn above the bodies (WorkAdventure: below the `floorLayer` in the list is under them). */
    readonly above: boolean;
    /** A door's layer: shown only while that door is open / closed. */
    readonly door: {
        readonly name: string;
        readonly shownWhen: "open" | "closed";
    } | null;
    /** Global tile ids, row-major, flip bits kept in the top three bits, 0 empty; base64 of little-endian u32. */
    readonly gids: string;
}
export interface DrawnTileset {
    readonly firstGid: number;
    readonly tileCount: number;
    readonly columns: number;
    readonly tile: {
        readonly width: number;
        readonly height: number;
    };
    readonly margin: number;
    readonly spacing: number;
    /** Address of its image on the host, or null: then tiles are drawn as vectors by class. */
    readonly image: string | null;
    /** Class of a tile by local id, where it has one. */
    readonly classes: Readonly<Record<string, string>>;
}
export interface DrawnPlace {
    readonly name: string;
    readonly description: string;
    readonly room: boolean;
    /** Bounding box in tiles. */
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
}

// packages/world/src/atlas
import type { MapExit, WorldMap } from "./map.ts";
/** The maps of a world and how they are linked. */
export declare class Atlas {
    #private;
    constructor(maps: readonly WorldMap[]);
    map(name: string): WorldMap | null;
    /** The exit to take on the way that crosses the fewest maps, for one who holds those hidden rooms; null if none leads there. */
    nextHop(from: string, to: string, holds?: readonly string[]): MapExit | null;
}

// packages/world/src/deliveries
import type { Percept, Seen, Who } from "@elsewhere/protocol";
/** What one watched body perceives of one step. Percepts in order: arrival, vanished, appeared, changed, doors, events, replies. */
export interface Observation {
    readonly percepts: readonly Percept[];
}
/** One observation as it is put together. */
declare class Delivery {
    #private;
    arrived: Percept | null;
    readonly vanished: Who[];
    readonly appeared: Map<number, Seen>;
    /** Doors that came into sight, by index, with how they stand. */
    readonly doors: Map<number, Percept>;
    readonly changed: Map<number, Seen>;
    readonly events: Percept[];
    readonly replies: Percept[];
    /** `takes`: what its body listens to, in bits. */
    constructor(takes: number);
    percepts(): readonly Percept[];
}
/** The observations of one step. */
export declare class Deliveries {
    #private;
    /** `takenBy`: what a body listens to, in bits; 0 for one that nobody looks through. */
    constructor(takenBy: (body: number) => number);
    /** What is put here for a body that nobody looks through goes nowhere. */
    to(body: number): Delivery;
    observations(): Map<number, Observation>;
}
export {};

// packages/world/src/events
import type { ErrorJson, Json, Who } from "@elsewhere/protocol";
/** The intent that made something happen: number `n` of that body. */
export interface Cause {
    readonly body: number;
    readonly n: number;
}
/** Where something could be perceived: around a tile, by those who see one of its layers. */
export interface Scope {
    readonly tile: number;
    readonly layers: number;
    readonly radius: number;
}
/** What happened on a map in one tick. Who may know of it is decided by perception, not here. */
export type WorldEvent = {
    readonly kind: "entered";
    readonly body: number;
    readonly who: string;
    readonly name: string;
    /** For the first time, back from being away, or from another map. */
    readonly how: "entered" | "returned" | "arrived";
    readonly tile: number;
} | {
    readonly kind: "left";
    readonly body: number;
    readonly who: string;
    readonly name: string;
    readonly how: "left" | "withdrawn" | "removed" | "transferred";
    readonly tile: number;
    /** Where a transfer leads. */
    readonly to: {
        readonly map: string;
        readonly entry: string | null;
    } | null;
    readonly cause: Cause | null;
} | {
    readonly kind: "changed";
    readonly body: number;
    readonly what: "traits" | "posture" | "carries";
    readonly cause: Cause | null;
} | {
    readonly kind: "heard";
    readonly from: Who;
    readonly how: "say" | "whisper" | "shout";
    readonly text: string;
    /** The one who hears a whisper. */
    readonly to: number | null;
    readonly scope: Scope;
    readonly cause: Cause;
} | {
    readonly kind: "emoted";
    readonly from: Who;
    readonly text: string;
    readonly scope: Scope;
    readonly cause: Cause;
} | {
    readonly kind: "used";
    readonly from: Who;
    readonly to: number;
    readonly scope: Scope;
    readonly cause: Cause;
} | {
    readonly kind: "did";
    readonly from: Who;
    readonly verb: string;
    readonly data: Json;
    readonly to: number | null;
    readonly scope: Scope;
    readonly cause: Cause;
} | {
    readonly kind: "moved_thing";
    readonly how: "take" | "drop" | "give";
    readonly from: Who;
    readonly thing: Who;
    readonly to: Who | null;
    readonly scope: Scope;
    readonly cause: Cause | null;
}
/** A body holds a hidden room from now on, `map/alias`: it may be on another map. */
 | {
    readonly kind: "found";
    readonly body: number;
    readonly place: string;
    readonly cause: Cause;
}
/** `door` is its index on the map; the cause is null where it moved by itself. */
 | {
    readonly kind: "door";
    readonly door: number;
    readonly name: string;
    readonly open: boolean;
    readonly cause: Cause | null;
} | {
    readonly kind: "reply";
    readonly body: number;
    readonly n: number;
    readonly answer: Answer;
}
/**
 * An input that changed nothing, for the host to tell whoever sent it. Not part of what happened, so not in the record.
 * `body` and `epoch` are those of the input, `n` is null if it was no intent.
 */
 | {
    readonly kind: "refused";
    readonly body: number;
    readonly epoch: number;
    readonly n: number | null;
    readonly error: ErrorJson;
};
export type Answer = {
    readonly ok: true;
    readonly data: Json;
}
/** The answer to `look`: worked out through perception when it is delivered, so that no record repeats what was in sight. */
 | {
    readonly ok: true;
    readonly look: number | null;
} | {
    readonly ok: false;
    readonly error: ErrorJson;
};

// packages/world/src/before
import { type BodyTable } from "./bodies.ts";
import { type Eyes } from "./perception.ts";
/** How a body stood before a step; its tile is `nowhere` if it was not on this map. */
export interface Before extends Eyes {
    readonly id: number;
    /** Its place in the table of bodies, -1 if it was not on this map. */
    readonly slot: number;
    readonly name: string;
    readonly x: number;
    readonly y: number;
    readonly facing: number;
    /** The layers it was on where it stood. */
    readonly layerOn: number;
}
/**
 * Keeps, while a step changes a map, how those it changes stood at first: what is told of a step is the difference. In a
 * crowd that walks that is everybody, so one object a slot serves one step after the other: what was kept of a step is good
 * until the next one begins.
 */
export declare class Befores {
    #private;
    constructor(bodies: BodyTable);
    /** To be called before a step changes anything. `heeds`: false if nobody is told of it, so that nothing need be kept. */
    begin(heeds?: boolean): void;
    /** To be called before the body in a slot is changed in any way that perception knows of. */
    keep(slot: number): void;
    /** To be called before a body comes onto the map into a slot. */
    comes(slot: number, id: number, name: string): void;
    /** To be called before the body in a slot goes off the map. */
    leaves(slot: number): void;
    /** Of all who in the end do not stand as they stood. */
    changed(): readonly Before[];
}
/** The slot that body is in now, -1 if it is not on the map: mostly the one it was in. */
export declare function slotNow(bodies: BodyTable, { slot, id }: Before): number;

// packages/world/src/bodies
import type { BodyKind, JsonObject } from "@elsewhere/protocol";
import { type Keys } from "./hiding.ts";
import type { Luggage } from "./inputs.ts";
import type { WorldMap } from "./map.ts";
import { Motion } from "./motion.ts";
import { Sleepers } from "./sleepers.ts";
import { SlotSet } from "./slot-set.ts";
import { Standing } from "./standing.ts";
/** What of a body seldom changes. Always replaced whole, never written into. */
export interface Cold {
    readonly who: string;
    readonly kind: BodyKind;
    readonly name: string;
    readonly description: string;
    readonly portable: boolean;
    readonly traits: JsonObject;
    readonly marks: JsonObject;
    readonly carried: readonly Luggage[];
    /** Hidden rooms it may find, each as `map/alias`, sorted; they are kept for ever. */
    readonly holds: readonly string[];
}
/** Most bodies show nothing, bear no mark and carry nothing: they share one of each. */
export declare function leanCold(cold: Cold): Cold;
/** A walk or a pursuit under way. Always replaced whole, never written into. */
export interface Activity {
    /** The intent to answer at its end; null for following, which is answered when it begins. */
    readonly n: number | null;
    /** Coordinates as text, or the id of the body it walks to. */
    readonly to: string | number;
    /** The steps, one letter each; null while there is no path. */
    readonly path: string | null;
    /** First and last tile of the path. */
    readonly from: number;
    readonly end: number;
    /** Place in the queue for a path; 0 when not waiting. */
    readonly ticket: number;
    readonly plannedTick: number;
    readonly retries: number;
}
/** One body, whole: how it is entered into the table and how it is stored. */
export interface BodyRow {
    readonly id: number;
    readonly x: number;
    readonly y: number;
    readonly facing: number;
    readonly at: number;
    readonly asleepSince: number;
    readonly speed: number;
    readonly layerOn: number;
    readonly layerSees: number;
    readonly epoch: number;
    readonly lastN: number;
    readonly cold: Cold;
    readonly activity: Activity | null;
}
export declare const awake = -1;
/** Bits of `bound`: it has a path to walk along; it makes for a body. */
export declare const going = 1;
export declare const pursuing = 2;
/**
 * The bodies of one map by slot. A new body takes the lowest free slot, so that which slot it gets follows from
 * which are in use and not from how that came about: a recovered map goes on exactly as the one that was lost.
 * Cells and counts by tile are derived here and never stored.
 */
export declare class BodyTable {
    #private;
    readonly cellTiles: number;
    readonly cellColumns: number;
    readonly cellRows: number;
    /** Slots from here on were never used. */
    end: number;
    count: number;
    id: Float64Array<ArrayBuffer>;
    x: Int32Array<ArrayBuffer>;
    y: Int32Array<ArrayBuffer>;
    tile: Int32Array<ArrayBuffer>;
    facing: Uint8Array<ArrayBuffer>;
    /** How many steps along its path the tile it makes for lies. */
    at: Int32Array<ArrayBuffer>;
    /** The tick at which it fell asleep, or `awake`; written by `setAsleep` alone. */
    asleepSince: Float64Array<ArrayBuffer>;
    speed: Uint16Array<ArrayBuffer>;
    layerOn: Uint32Array<ArrayBuffer>;
    layerSees: Uint32Array<ArrayBuffer>;
    epoch: Float64Array<ArrayBuffer>;
    lastN: Float64Array<ArrayBuffer>;
    readonly cold: (Cold | null)[];
    readonly activity: (Activity | null)[];
    readonly standing: Standing;
    /** What of its activity every tick asks after: see `going`. */
    bound: Uint8Array<ArrayBuffer>;
    /** How many steps its path has; 0 without one. */
    steps: Int32Array<ArrayBuffer>;
    /** Slots of those with an activity: of all others a tick knows nothing. */
    readonly acting: SlotSet;
    readonly sleepers: Sleepers;
    readonly motion: Motion;
    constructor(map: WorldMap);
    has(slot: number): boolean;
    /** The slot of a body, -1 if it is not on this map. */
    slotOf(id: number): number;
    slotOfWho(who: string): number;
    coldOf(slot: number): Cold;
    freeSlot(): number;
    insert(slot: number, row: BodyRow): void;
    delete(slot: number): void;
    moveTo(slot: number, x: number, y: number, facing: number): void;
    setActivity(slot: number, activity: Activity | null): void;
    setAsleep(slot: number, since: number): void;
    setAt(slot: number, at: number): void;
    /** The tile a walking body makes for: tile number `at` of its path. */
    aimOf(slot: number): number;
    row(slot: number): BodyRow;
    /** The layers the body in a slot is on, where it stands. */
    layersOf(slot: number): number;
    setLayers(slot: number, on: number, sees: number): void;
    /** The hidden rooms of this map that the body in a slot knows. */
    keysOf(slot: number): Keys;
    cellOf(tile: number): number;
    /** The cell in which the body in a slot stands. */
    cellAt(slot: number): number;
    /** Calls `visit` for every cell that a square of `radius` tiles around `tile` touches. */
    cellsNear(tile: number, radius: number, visit: (cell: number) => void): void;
    /** Calls `visit` for every body in those cells, in no particular order. */
    bodiesNear(tile: number, radius: number, visit: (slot: number) => void): void;
    bodiesIn(cell: number, visit: (slot: number) => void): void;
}

// packages/world/src/hiding
/**
 * Hidden rooms. To whoever does not hold one its tiles are walls and its name is unknown, in every answer word for word as
 * if they were; nothing here tells more than that.
 */
import type { Place, WorldMap } from "./map.ts";
/** The hidden rooms of one map that somebody knows, by their numbers in `hiddenAt`. */
export type Keys = ReadonlySet<number>;
export declare const noKeys: Keys;
/** Lets those who hold a hidden room into it, who give its secret from now on. `room`: as in `hiddenAt`. */
export declare function openRoom(map: WorldMap, room: number, secret: string): void;
/**
 * Gives hidden rooms other names for all that is recorded, so that no record tells how they are called. `aliases`: by map and
 * room, as in `hiddenAt`, something that is no place's name, and the same at every start.
 */
export declare function veil(maps: readonly WorldMap[], aliases: readonly {
    readonly map: WorldMap;
    readonly room: number;
    readonly alias: string;
}[]): void;
/** How a hidden room is called that is recorded so. */
export declare const nameOfHold: (map: WorldMap, hold: string) => string;
/** What of a map they know who hold these rooms, as `holdOf` writes them, closed ones left out. The list must never be written into. */
export declare function keysTo(map: WorldMap, holds: readonly string[]): Keys;
/** The same for one who stands on a tile: the room one is in, one knows, unless it is closed. */
export declare function keysFrom(map: WorldMap, holds: readonly string[], tile: number): Keys;
/** How a hidden room is written down as held: `map/alias`. */
export declare const holdOf: (map: WorldMap, { alias, name }: Place) => string;
/** What one has to hold to stand on a tile: the hidden room it lies in, if any. */
export declare function holdsAt(map: WorldMap, tile: number): readonly string[];
/** Whether a tile lies in a hidden room: only those who hold it may know of anything there. */
export declare function isHidden(map: WorldMap, tile: number): boolean;
/** Whether a tile is a wall to whoever has these keys, besides being one to everybody. */
export declare function isBarred(map: WorldMap, tile: number, keys: Keys): boolean;
/** The hidden rooms that any of the tiles lies in: what has such a tile is hidden with them. */
export declare function roomsHiding({ hiddenAt }: WorldMap, tiles: Iterable<number>): readonly number[];
/** Whether what lies in those hidden rooms is known to whoever has these keys. */
export declare const isKnown: (rooms: readonly number[], keys: Keys) => boolean;

// packages/world/src/motion
/**
 * By how much each body has moved in the step under way or just over, in sixteenths of a tile, by slot: less than the side of
 * the largest map, so that both ways fit into one number. Of a crowd that walks it is asked for everybody, in every step: what
 * is known of one lies in eight bytes.
 */
export declare class Motion {
    #private;
    /** To be called before a step changes anything. */
    begin(): void;
    /** Notes that the body in a slot moves by so much, or turns. */
    add(slot: number, dx: number, dy: number): void;
    /** Somebody else is in the slot now. */
    reset(slot: number): void;
    /** Whether the body in a slot moved or turned. */
    has(slot: number): boolean;
    /** By how much, of one that moved. */
    dx(slot: number): number;
    dy(slot: number): number;
    /** Makes room for so many slots. */
    grow(size: number): void;
}

// packages/world/src/sleepers
/**
 * Who sleeps, the longest asleep first, so that a tick asks only after that one. Bodies fall asleep in the order of
 * ticks; only where they are put in otherwise, from a keyframe, are they sorted when first asked for.
 */
export declare class Sleepers {
    #private;
    set(slot: number, since: number): void;
    delete(slot: number): void;
    /** Slots of all who fell asleep at `tick` or before, ascending. */
    until(tick: number): readonly number[];
}

// packages/world/src/slot-set
/** A set of slots, a bit each, so that it is gone through in ascending order without sorting. */
export declare class SlotSet {
    #private;
    size: number;
    has(slot: number): boolean;
    add(slot: number): void;
    /** Returns whether it was there. */
    delete(slot: number): boolean;
    /** The lowest slot in it that is higher than `after`, -1 if there is none. The set may change between two calls. */
    next(after: number): number;
    [Symbol.iterator](): Iterator<number>;
}

// packages/world/src/standing
/** How many stand on each tile, and how many of them are on layers that somebody sees. */
export declare class Standing {
    #private;
    readonly all: Uint32Array;
    constructor(tiles: number);
    add(tile: number, layers: number): void;
    remove(tile: number, layers: number): void;
    /** How many stand on a tile whom eyes that see those layers could see. */
    seen(tile: number, sees: number): number;
}

// packages/world/src/perception
/**
 * Who may know what. `reaches` is the one function that decides it; everything below, and every way out of a map,
 * asks it and adds nothing of its own.
 */
import { type DoorSeen, type Look, type Seen } from "@elsewhere/protocol";
import { type BodyTable } from "./bodies.ts";
import { type Keys } from "./hiding.ts";
import type { WorldMap } from "./map.ts";
import type { MapState } from "./state.ts";
/** What perceiving takes of a body: as it stands, or as it stood before a step. */
export interface Eyes {
    /** `nowhere` if it was not on the map. */
    readonly tile: number;
    readonly awake: boolean;
    readonly layerSees: number;
    /** The hidden rooms it knows. */
    readonly keys: Keys;
}
/** A tile on no map. */
export declare const nowhere = -1;
/**
 * Whether what is on these layers at that tile reaches those eyes: awake, in the same room, near enough, on a layer
 * they see. The map's own parts, its doors, are on no layer (null): all eyes see them.
 */
export declare function reaches(map: WorldMap, eyes: Eyes, tile: number, layers: number | null, radius: number): boolean;
/** Whether eyes have another body in sight that stands on that tile and is on those layers. */
export declare function sees(map: WorldMap, eyes: Eyes, tile: number, layers: number): boolean;
/** The same by slots. Whoever is awake perceives itself. */
export declare function perceivesSlot(map: WorldMap, bodies: BodyTable, observer: number, subject: number): boolean;
/** Whether a body perceives anybody but itself standing on a tile, by its slot. What asks costs the same for a crowd. */
export declare function seesStanding(map: WorldMap, bodies: BodyTable, observer: number, tile: number): boolean;
/** Whether one body perceives another, both by id; false if either is not on this map. */
export declare function perceives(map: WorldMap, state: MapState, observer: number, subject: number): boolean;
/** A door is perceived if any tile of it or of its steps is; one of a hidden room only by those who know the room. */
export declare function perceivesDoor(map: WorldMap, eyes: Eyes, door: number): boolean;
export declare function seenBody(bodies: BodyTable, slot: number): Seen;
export declare function seenDoor(map: WorldMap, door: number, open: boolean): DoorSeen;
/** The doors a body perceives now: for a `view` frame. None if it is asleep or not on this map. */
export declare function doorsInSight(map: WorldMap, state: MapState, body: number): readonly DoorSeen[];
/** All a body perceives now, itself included: what frames, and percepts, add up to. Nothing if it is asleep or not on this map. */
export declare function present(map: WorldMap, state: MapState, body: number): {
    readonly bodies: readonly Seen[];
    readonly doors: readonly DoorSeen[];
};
/** The answer to `look`. */
export declare function lookAround(map: WorldMap, state: MapState, observer: number): Look;
/** The answer to `look` at one body: how it looks, and the text there is about it. */
export declare function lookAt(bodies: BodyTable, slot: number): Seen & {
    readonly description: string;
};

// packages/world/src/state
import { type BodyKind, type Direction, type JsonObject, type Posture } from "@elsewhere/protocol";
import { Befores } from "./before.ts";
import { BodyTable } from "./bodies.ts";
import { DoorStates } from "./door-states.ts";
import type { Luggage } from "./inputs.ts";
import type { WorldMap } from "./map.ts";
import { PathQueue } from "./path-queue.ts";
/** One body as those who run the world see it. Positions are whole sixteenths of a tile. */
export interface BodyView {
    readonly id: number;
    readonly who: string;
    readonly kind: BodyKind;
    readonly name: string;
    readonly description: string;
    readonly x: number;
    readonly y: number;
    readonly tile: number;
    readonly facing: Direction;
    readonly posture: Posture;
    readonly epoch: number;
    readonly lastN: number;
    readonly traits: JsonObject;
    readonly marks: JsonObject;
    readonly layerOn: number;
    readonly layerSees: number;
    readonly speed: number;
    readonly portable: boolean;
    readonly carried: readonly Luggage[];
    /** Hidden rooms it may find, each as `map/alias`. */
    readonly holds: readonly string[];
    /** The intent whose walk is not answered yet. */
    readonly walking: {
        readonly n: number;
        readonly to: string | number;
    } | null;
}
/** Somebody at rest outside the world, and the tile where they left it. */
export interface Away {
    readonly luggage: Luggage;
    readonly tile: number;
}
export interface StateOptions {
    /** How long an unplugged body stays before it is withdrawn; kept in keyframes, so a recovered map needs it only to change it. */
    readonly asleepTicksMax?: number;
}
/**
 * All that changes on one map. Only a `Journal` (during a step) and `applyRecord` write into it; everything derived
 * (cells, walls, the queue for paths) follows from what is stored, so that a recovered state is as good as the lost one.
 */
export declare class MapState {
    #private;
    readonly map: WorldMap;
    readonly asleepTicksMax: number;
    readonly bodyTable: BodyTable;
    /** How those stood whom the last step changed. */
    readonly befores: Befores;
    readonly doors: DoorStates;
    readonly queue: PathQueue;
    readonly away: Map<string, Away>;
    tick: number;
    private constructor();
    /** An empty map. The things it specifies are not on it yet: whoever runs it enters them as inputs. */
    static fresh(map: WorldMap, options?: StateOptions): MapState;
    /** From the bytes of a keyframe, or what they say. Throws `corrupt` for what is none and `unsupported` for another version, map or size. */
    static fromKeyframe(map: WorldMap, stored: Uint8Array | JsonObject, options?: StateOptions): MapState;
    /**
     * The whole state, canonically: equal states give equal bytes. The tick is part of it, and ticks in which nothing
     * changed leave no record; after replaying records call `advanceTo` with the tick to compare at.
     */
    keyframe(): Uint8Array;
    /**
     * Takes up what the state of another part of this map has: bodies in the slots they have there, or in the next free ones
     * where these are taken, doors and those away. Who is here already is left out. Ticks stay as they are.
     */
    join(part: MapState): void;
    /** Lets ticks pass in which nothing happened. */
    advanceTo(tick: number): void;
    /** The body of an inhabitant who is present. */
    bodyOf(who: string): number | null;
    /** What somebody who left or was withdrawn here comes back with. */
    awayOf(who: string): Luggage | null;
    get bodyCount(): number;
    /** The epoch of the connection that has a body; null if it is not here. */
    epochOf(id: number): number | null;
    body(id: number): BodyView | null;
    bodies(): Iterable<BodyView>;
}

// packages/world/src/door-states
import type { WorldMap } from "./map.ts";
/** What keeps bodies off a tile. */
export declare const free = 0;
export declare const wall = 1;
export declare const shutDoor = 2;
/** What a keyframe of a part of a map has in place of a door that is no part of it: the others keep their numbers. */
export declare const untold: readonly [name: string, open: boolean];
/** Which doors stand open, and the walls that follow from it. */
export declare class DoorStates {
    #private;
    /** `free`, `wall` or `shutDoor` by tile; derived. */
    readonly walls: Uint8Array;
    constructor(map: WorldMap);
    isOpen(door: number): boolean;
    /** Whether the state is of a part of the map that has not that door. */
    isUntold(door: number): boolean;
    set(door: number, open: boolean): void;
    /** Tiles that the door would block if it stood that way. */
    tilesBlocked(door: number, open: boolean): Int32Array;
    blocks(door: number, tile: number): boolean;
    /** By name as well as by position, so that a keyframe still fits when the map's author has added a door. */
    entries(): (readonly [string, boolean])[];
    restore(entries: readonly (readonly [string, boolean])[]): void;
    /** The doors of which entries tell, each with how it stands. */
    among(entries: readonly (readonly [string, boolean])[]): Iterable<readonly [door: number, open: boolean]>;
}

// packages/world/src/path-queue
/**
 * Who waits for a path, first come first served. A ticket is made of the tick and a count within it, so that it
 * follows from the state alone. Entries whose body has since asked for something else are skipped when their turn comes.
 */
export declare class PathQueue {
    #private;
    enter(slot: number, tick: number): number;
    restore(slot: number, ticket: number): void;
    sort(): void;
    /** Takes the first who still waits; `ticketOf` says which ticket a slot holds now. */
    take(ticketOf: (slot: number) => number): number | null;
}

// packages/world/src/ears
import type { PerceptKind } from "@elsewhere/protocol";
import type { BodyTable } from "./bodies.ts";
/** Kinds of percept that somebody listens to; null is all of them. Replies come to everybody. */
export type Wants = ReadonlySet<PerceptKind> | null;
/** Whoever takes any of these is told how what it has in sight changes. */
export declare const ofSight: number;
export declare const bitOf: (kind: PerceptKind) => number;
/**
 * Through which bodies of a map somebody looks, and what each listens to: one small number by slot, so that asking a
 * whole crowd is quick and keeping it costs next to nothing.
 */
export declare class Ears {
    #private;
    constructor(bodies: BodyTable);
    has(id: number): boolean;
    /** How many are watched. */
    get size(): number;
    /** Whether anybody on the map takes any of these kinds. */
    any(kinds: number): boolean;
    /** The body must be on the map. */
    listen(id: number, wants: Wants): void;
    /** Who has left and come back within a step may be in another slot. */
    resettle(id: number): void;
    /** Returns whether anybody looked through it. */
    delete(id: number): boolean;
    /** What the body in a slot listens to, in bits; 0 if nobody looks through it. */
    of(slot: number): number;
}

// packages/world/src/observers
import { type Before } from "./before.ts";
import { type Observation } from "./deliveries.ts";
import { type Wants } from "./ears.ts";
import type { WorldEvent } from "./events.ts";
import type { MapState } from "./state.ts";
/** What of a step an observer needs: a `StepResult`, or what `applyRecord` returns. */
export interface Happened {
    readonly events: readonly WorldEvent[];
    /** How all who came, went, moved, turned, fell asleep or woke stood before. */
    readonly touched: readonly Before[];
}
export declare class Observers {
    #private;
    constructor(state: MapState);
    /** From now on what this body perceives is told, of the kinds it wants; what it has in sight now it is taken to know. */
    watch(body: number, wants?: Wants): void;
    /** What a watched body wants to be told from the next `observe` on. */
    listen(body: number, wants: Wants): void;
    /** Stops telling; answers to its own intents of the step in progress still come with the next `observe`. */
    unwatch(body: number): void;
    /** Stops telling all of those changed by a step who are gone or have fallen asleep; nobody else is asked after. */
    unwatchGone(touched: readonly Before[]): void;
    /** To be called after every step, whether or not anything happened. Only bodies with something to perceive are listed. */
    observe({ events, touched }: Happened): Map<number, Observation>;
}

// packages/world/src/overseeing
/**
 * What may be known of a map by whoever oversees it: all that is not in a hidden room, and those hidden rooms that the overseer
 * has keys to. Whoever goes into another one vanishes at its door, and nothing that is between an inhabitant and the world is
 * told.
 */
import type { DoorSeen, Percept, Seen } from "@elsewhere/protocol";
import type { WorldEvent } from "./events.ts";
import { type Keys } from "./hiding.ts";
import type { MapState } from "./state.ts";
import type { WorldMap } from "./map.ts";
/** Everybody, by ascending id, and all doors of which the state tells, as they are now. */
export declare function overseen({ map, bodyTable, doors }: MapState, keys?: Keys): {
    readonly bodies: readonly Seen[];
    readonly doors: readonly DoorSeen[];
};
/** One body as it is now; null if it is not on the map, or in a hidden room of it without a key to it. */
export declare function overseenBody({ map, bodyTable }: MapState, id: number, keys?: Keys): Seen | null;
/** Whether an overseer may know that it happened. */
export declare function isOverseen(map: WorldMap, event: WorldEvent, keys?: Keys): boolean;
/** What an overseer is told of it; null for what shows by itself, in who is there, and for what is not for overseers. */
export declare function overseenPercept(map: WorldMap, event: WorldEvent, keys?: Keys): Percept | null;

// packages/world/src/sights/sights
import type { Happened } from "../observers.ts";
import type { MapState } from "../state.ts";
import { Viewer } from "./viewer.ts";
/** Shows a map to all who look at it, each as its body sees it. What several see alike is worked out and encoded once. */
export declare class Sights {
    #private;
    constructor(state: MapState);
    /** To be called after every step, before anybody is shown it. */
    follow(happened: Happened): void;
    /** Somebody who looks through that body from now on. */
    viewer(body: number): Viewer;
    /** A viewer that looks no more; it must not be asked to write again. */
    dismiss(viewer: Viewer): void;
}

// packages/world/src/sights/viewer
import { type ByteWriter } from "@elsewhere/protocol";
import { type BodyTable } from "../bodies.ts";
import type { WorldMap } from "../map.ts";
import type { Lens } from "./lens.ts";
/** Gives the lens for what a body sees now, in place of the one it had. */
export type Refit = (sees: number, before: Lens | null) => Lens;
/** One who is shown what a body has in sight, frame by frame. What a frame says stands on the frames before it. */
export declare class Viewer {
    #private;
    constructor(map: WorldMap, bodies: BodyTable, body: number, refit: Refit);
    /**
     * Writes the bodies in sight as they are now: all of them if `fresh`, else what has changed since the last frame. To be
     * called once after every step; who is not shown a step is shown everything the next time. Returns which parts of a tick
     * it wrote, 0 if there was nothing to write.
     */
    write(out: ByteWriter, fresh: boolean): number;
}

// packages/world/src/sights/lens
import type { BodyTable } from "../bodies.ts";
import type { WorldMap } from "../map.ts";
import type { Happened } from "../observers.ts";
import { Encoder } from "./encoder.ts";
import { Patch } from "./patch.ts";
export declare class Lens {
    #private;
    readonly sees: number;
    readonly encoder: Encoder;
    /** Counts what was followed. */
    step: number;
    /** The last step that changed anything these eyes may be shown. */
    changedStep: number;
    /** How many look through it. */
    viewers: number;
    constructor(map: WorldMap, bodies: BodyTable, sees: number);
    patchAt(cell: number, room: number): Patch;
    /** Whether these eyes can see the body in a slot at all, were they near enough. */
    shows(slot: number): boolean;
    /** Takes in what a step changed. */
    follow({ events, touched }: Happened): void;
}

// packages/world/src/sights/encoder
import { ByteWriter } from "@elsewhere/protocol";
import { type BodyTable } from "../bodies.ts";
import type { Patch } from "./patch.ts";
import { type PatchTable } from "./patch-table.ts";
/** Writes what a step changed, each part once; what it wrote is good until the next step begins. */
export declare class Encoder {
    #private;
    constructor(bodies: BodyTable, table: PatchTable);
    begin(step: number): void;
    /** Notes that the body in a slot looks otherwise. */
    alters(slot: number): void;
    /** Whether this step changed anything of the body in a slot. */
    touched(slot: number): boolean;
    /** Makes a patch known; they come by their numbers. */
    add(patch: Patch): void;
    /**
     * Copies the changes of a patch by its number; `knows` is asked whether who is shown them knew some patches before. Returns
     * whether there are any. The first who asks in a step has them encoded.
     */
    copyChanges(number: number, knows: (patches: readonly Patch[]) => boolean, out: ByteWriter): boolean;
    /** Copies all that a patch holds. */
    copyWhole({ number, whole }: Patch, out: ByteWriter): void;
    body(slot: number, out: ByteWriter): void;
}

// packages/world/src/sights/patch
/** Somebody who has come into a patch in this step. */
export interface Comer {
    readonly id: number;
    readonly slot: number;
    /** The patch beside this one in the same room that it came from, and its place there before; null if it came otherwise. */
    readonly from: Patch | null;
    readonly place: number;
}
/** What a step changed of who is in a patch and how they look. */
export interface News {
    /** Places, before the step, of those who are no longer here. */
    readonly gone: number[];
    readonly came: Comer[];
    /** The patches from which somebody came and may be told of by reference. */
    readonly sources: Patch[];
    /** Whether anybody looks otherwise. */
    altered: boolean;
}
/** Bytes encoded once in a step: where they stand. */
declare class Encoded {
    step: number;
    start: number;
    end: number;
    set(step: number, start: number, end: number): void;
}
/** What a pair of eyes can see of one cell in one room. Who is in it, and its changes in a step, stand in the table of patches. */
export declare class Patch {
    readonly number: number;
    readonly cell: number;
    readonly column: number;
    readonly row: number;
    readonly room: number;
    /** What the last step that had any changed besides moves. */
    news: News;
    /** The changes once more, with comers told by reference, and the whole patch. */
    readonly referring: Encoded;
    readonly whole: Encoded;
    constructor(number: number, cell: number, cellColumns: number, room: number);
    isBeside(other: Patch): boolean;
    /** Makes of the slots of its members, by ascending id, those of who has stayed and come; `ids` by slot. */
    settle(slots: number[], ids: Float64Array): void;
}
export {};

// packages/world/src/sights/patch-table
/** A row of a patch: the slot of its first body, the step its changes were encoded in, and where their bytes start and end. */
export declare const stride = 4;
export declare const encodedIn = 1;
export declare const startsAt = 2;
export declare const endsAt = 3;
/** No slot, no step. */
export declare const none = -1;
/**
 * What every frame asks of every patch in sight, by the patches' numbers, and which bodies are in each: a chain of slots, by
 * ascending id. All of it is numbers side by side, for a frame's time is mostly spent waiting for memory.
 */
export declare class PatchTable {
    /** How many patches there are. */
    count: number;
    /** `stride` numbers a patch. */
    rows: Int32Array<ArrayBuffer>;
    /** By slot: the next body of the same patch, -1 for the last. */
    next: Int32Array<ArrayBuffer>;
    /** By patch: the last step that there was anything to tell of besides moves. */
    newsStep: Int32Array<ArrayBuffer>;
    /** Returns the number of a new patch. */
    add(): number;
    /** Slots of all bodies in a patch. */
    members(patch: number): number[];
    setMembers(patch: number, slots: readonly number[]): void;
}

// packages/world/src/codec
import { type JsonObject } from "@elsewhere/protocol";
import type { Activity, BodyRow, Cold } from "./bodies.ts";
import type { WorldEvent } from "./events.ts";
import type { WorldMap } from "./map.ts";
import type { Away, MapState } from "./state.ts";
/** What one tick changed: new values by slot, never the rule that led to them. */
export interface Delta {
    readonly tick: number;
    /** Slots given up; taken up again below where a new body has got the slot in the same tick. */
    readonly gone: readonly number[];
    readonly born: readonly (readonly [slot: number, row: BodyRow])[];
    /** Who moved, for `readMoves`. */
    readonly moved: Uint8Array;
    /** Rows of slot, epoch, lastN, asleepSince. */
    readonly numbered: readonly number[];
    /** Rows of slot, layerOn, layerSees. */
    readonly layered: readonly number[];
    readonly acted: readonly (readonly [slot: number, activity: Activity | null])[];
    readonly cooled: readonly (readonly [slot: number, cold: Cold])[];
    readonly doors: readonly (readonly [door: number, open: boolean])[];
    readonly away: readonly (readonly [who: string, away: Away | null])[];
    readonly events: readonly WorldEvent[];
}
export interface Keyframe {
    readonly tick: number;
    readonly bodies: readonly (readonly [slot: number, row: BodyRow])[];
    /** As the map numbers them; `untold` stands for those that a part does not tell of. */
    readonly doors: readonly (readonly [name: string, open: boolean])[];
    readonly away: readonly (readonly [who: string, away: Away])[];
    readonly asleepTicksMax: number;
}
export declare function writeRecord({ moved, ...told }: Delta): Uint8Array;
export declare function writeKeyframe(state: MapState): Uint8Array;
/** Who is away must be in order. */
export declare function encodeKeyframe(map: WorldMap, { tick, bodies, doors, away, asleepTicksMax }: Keyframe): Uint8Array;
/** Throws `corrupt` or `unsupported`. What it says of moves is not looked into: `readMoves` does that. */
export declare function readRecord(bytes: Uint8Array, map: WorldMap): Delta;
/** The events of a tick's record alone, for whoever needs no state. Throws `corrupt` or `unsupported`. */
export declare function readEvents(map: WorldMap, record: Uint8Array): readonly WorldEvent[];
/** From its bytes, or from what they say. Throws `corrupt` or `unsupported`. */
export declare function readKeyframe(keyframe: Uint8Array | JsonObject, map: WorldMap): Keyframe;

// packages/world/src/replay
import type { Before } from "./before.ts";
import type { WorldEvent } from "./events.ts";
import type { WorldMap } from "./map.ts";
import type { MapState } from "./state.ts";
export interface Replayed {
    readonly events: readonly WorldEvent[];
    /** How all who came, went, moved, turned, fell asleep or woke stood before, as in a `StepResult`; good until the next record. */
    readonly touched: readonly Before[];
}
/**
 * Brings a state to the end of a recorded tick without running any rule. Throws `corrupt` (or `unsupported`) for a
 * record that does not fit; the state is then as it was before.
 */
export declare function applyRecord(map: WorldMap, state: MapState, record: Uint8Array): Replayed;
/** The same for a state at which nobody looks yet: how it was before is not kept. */
export declare function recoverRecord(map: WorldMap, state: MapState, record: Uint8Array): void;

// packages/world/src/sealing/join
import type { WorldMap } from "../map.ts";
import type { MapState } from "../state.ts";
/**
 * The record of a whole tick from its parts, at least one, that of the open first if it is among them: for `applyRecord` on
 * the whole `state` as it stands before the tick. Who went from one part into another moves again, so that observers are told
 * what they were told then. Throws `corrupt` or `unsupported` for what are no parts of one tick.
 */
export declare function joinRecords(map: WorldMap, state: MapState, parts: readonly Uint8Array[]): Uint8Array;

// packages/world/src/sealing/partition
import { type Delta } from "../codec.ts";
import type { MapState } from "../state.ts";
/** Records of one tick: of what may lie open, null if there is nothing of that, and of hidden rooms in which anything happened. */
export interface Parts {
    readonly open: Uint8Array | null;
    readonly sealed: ReadonlyMap<number, Uint8Array>;
}
/** Keyframes of what may lie open, and of every hidden room, also where nobody is in it. */
export interface Keyframes {
    readonly open: Uint8Array;
    readonly sealed: ReadonlyMap<number, Uint8Array>;
}
/**
 * Which hidden room everybody and everything on one map is in, and its deltas and keyframes taken apart accordingly. Rooms
 * are numbers as in `hiddenAt`: i + 1 is `rooms[i]`, 0 is the open. Each part is a record by itself, which follows on the
 * keyframe of the same part: who goes from one into another is gone in the one and born in the other, in the same slot.
 * What it costs is in proportion to the delta.
 */
export declare class Partition {
    #private;
    /** `redact` takes out of words what must not lie open in them, and gives other texts back as they are. */
    constructor(state: MapState, redact: (text: string) => string);
    /** To be called after each step with what it made, also where that is null. */
    split(delta: Delta | null): Parts;
    /** Of the state as it is now, after the last split. */
    keyframe(): Keyframes;
    /**
     * The room somebody is in after the last split, or was in before it or, if they both came and went, in between; 0 for the open.
     * Bodies, those away, and what they carry.
     */
    roomOf(who: string): number;
    /**
     * Everybody and everything in hidden rooms, with what they carry, sorted. Things that the map itself puts into a room
     * are left out while they are there.
     */
    unseen(): readonly string[];
    /** Whether `unseen` is another than before the last split. */
    get changed(): boolean;
}

// packages/world/src/step
import type { Atlas } from "./atlas.ts";
import type { Before } from "./before.ts";
import { type Delta } from "./codec.ts";
import type { WorldEvent } from "./events.ts";
import type { Input, Transfer } from "./inputs.ts";
import type { WorldMap } from "./map.ts";
import type { MapState } from "./state.ts";
/** What one tick made of its inputs. */
export interface StepResult {
    readonly events: readonly WorldEvent[];
    readonly transfers: readonly Transfer[];
    /** How all who came, went, moved, turned, fell asleep or woke stood before; good until this map's next step. */
    readonly touched: readonly Before[];
    /** All that changed, for `writeRecord` or a `Partition`; null if nothing did. */
    readonly delta: Delta | null;
    /** The same as `applyRecord` reads it, written when it is asked for. */
    readonly record: Uint8Array | null;
}
/**
 * One tick of a map: first its inputs in their order, then paths, then movement, doors, sleepers, and last what was
 * looked at. Deterministic: equal states and inputs give equal results, byte for byte. Never throws for what an input
 * says; inputs were checked where they came in.
 */
export declare function step(map: WorldMap, state: MapState, inputs: readonly Input[], atlas: Atlas): StepResult;

// packages/world/src/tiled/files
/**
 * The files a map may be read from, as one folder (the root). Every path given here is relative to it, with "/" between
 * names and no "." or "..": `resolveReference` sees to that, so nothing outside the root can even be asked for.
 */
export interface MapFiles {
    /** All bytes of a file, or null if there is none. Throws `limit` for a file above `bytesMax`. */
    read(path: string, bytesMax: number): Promise<Uint8Array | null>;
    exists(path: string): Promise<boolean>;
    /** Throws as soon as more than `bytesMax` bytes would come out. */
    inflate(bytes: Uint8Array, how: Compression, bytesMax: number): Uint8Array;
}
export type Compression = "gzip" | "zlib" | "zstd";
/**
 * The path from the root that `reference`, found in `file`, means. Throws `forbidden` if it leads out of the root or
 * names another host, drive or the file system's own root.
 */
export declare function resolveReference(file: string, reference: string): string;
/** `maps/town.tmj` → `town`. */
export declare function baseName(path: string): string;

// packages/world/src/tiled/model
import type { Json } from "@elsewhere/protocol";
/**
 * A Tiled map as read from its files: every encoding, external tileset and template resolved, nothing interpreted.
 * Paths are relative to the root folder that the files were read from.
 */
export interface TiledMap {
    readonly path: string;
    /** `orthogonal`, `isometric`, `staggered`, `hexagonal` or `oblique`. */
    readonly orientation: string;
    readonly width: number;
    readonly height: number;
    readonly tile: {
        readonly width: number;
        readonly height: number;
    };
    /** An infinite map is cut to the bounding box of its chunks; this is the box's corner in the file's own tiles. */
    readonly origin: {
        readonly x: number;
        readonly y: number;
    };
    readonly backgroundColor: string | null;
    readonly class: string;
    readonly properties: TiledProperties;
    /** Bottom to top. */
    readonly layers: readonly TiledLayer[];
    /** By ascending `firstGid`. */
    readonly tilesets: readonly TiledTileset[];
    /** What could not be understood, one line each. */
    readonly notes: readonly string[];
}
/** Names as found in the file; look one up with `property`, which does not regard case. */
export type TiledProperties = ReadonlyMap<string, Json>;
interface LayerCommon {
    readonly name: string;
    readonly class: string;
    /** Its own, as are opacity and offsets; `flatten` combines them with those of the groups around it. */
    readonly visible: boolean;
    readonly opacity: number;
    /** Pixels. */
    readonly offsetX: number;
    readonly offsetY: number;
    readonly properties: TiledProperties;
}
export interface TiledTileLayer extends LayerCommon {
    readonly kind: "tiles";
    /** `width × height` global tile ids of the map, row-major, flip bits kept, 0 empty. */
    readonly cells: Uint32Array;
}
export interface TiledObjectLayer extends LayerCommon {
    readonly kind: "objects";
    readonly objects: readonly TiledObject[];
}
export interface TiledImageLayer extends LayerCommon {
    readonly kind: "image";
    readonly image: string | null;
}
export interface TiledGroup extends LayerCommon {
    readonly kind: "group";
    readonly layers: readonly TiledLayer[];
}
export type TiledLayer = TiledTileLayer | TiledObjectLayer | TiledImageLayer | TiledGroup;
export type TiledShape = "rectangle" | "point" | "ellipse" | "capsule" | "polygon" | "polyline" | "text" | "tile";
export interface TiledObject {
    /** A number in every file Tiled itself writes. */
    readonly id: number | string;
    readonly name: string;
    readonly class: string;
    /** Pixels from the map's corner (after the shift of an infinite map). */
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    /** Degrees clockwise around (x, y). */
    readonly rotation: number;
    readonly visible: boolean;
    /** Flip bits kept; 0 unless the shape is `tile`. */
    readonly gid: number;
    readonly shape: TiledShape;
    /** Of a polygon or polyline, relative to (x, y). */
    readonly points: readonly {
        readonly x: number;
        readonly y: number;
    }[];
    readonly text: string | null;
    readonly properties: TiledProperties;
}
export interface TiledTileset {
    readonly firstGid: number;
    readonly name: string;
    readonly tile: {
        readonly width: number;
        readonly height: number;
    };
    readonly tileCount: number;
    readonly columns: number;
    readonly margin: number;
    readonly spacing: number;
    /** Where a tile object's (x, y) lies on its image; `unspecified` is the bottom left of an orthogonal map. */
    readonly objectAlignment: string;
    /** Path of the image; null for a collection of images and where the reference leads out of the root. */
    readonly image: string | null;
    readonly properties: TiledProperties;
    /** By local id; only tiles about which the file says something. */
    readonly tiles: ReadonlyMap<number, TiledTile>;
}
export interface TiledTile {
    readonly class: string;
    readonly properties: TiledProperties;
}
/** The low 28 bits of a cell name the tile; the high four flip and turn it. */
export declare const gidMask = 268435455;
export declare const gidOf: (cell: number) => number;
export {};

// packages/world/src/tiled/read
import type { MapFiles } from "./files.ts";
import type { TiledMap } from "./model.ts";
/**
 * Reads the Tiled map at `path` (JSON or TMX) with all the tilesets and templates it uses. Throws an `ElsewhereError`
 * that names the file: `malformed`, `limit`, `unsupported`, `forbidden` (a reference out of the root), `unknown` (a file
 * that is not there). Images are not read.
 */
export declare function readTiledMap(files: MapFiles, path: string): Promise<TiledMap>;

// packages/world/src/maps/interpret
import type { MapDrawing } from "../drawing.ts";
import type { WorldMap } from "../map.ts";
import type { TiledMap } from "../tiled/model.ts";
import { type NamedExit } from "./exits.ts";
import type { Profile } from "./profile.ts";
/** A map as the world has it, how it is drawn, and what of it was not understood. */
export interface MapReading {
    readonly world: WorldMap;
    /** As it is shown to whoever holds none of its hidden rooms. */
    readonly drawing: MapDrawing;
    /** With all hidden rooms: to be shown to nobody but through `drawingTo`. */
    readonly whole: MapDrawing;
    readonly exits: readonly NamedExit[];
    readonly notes: readonly string[];
}
/** What a map cannot know of itself. */
export interface Surroundings {
    /** Its name in the world. */
    readonly name: string;
    readonly profile: Profile | null;
    /** Name of the map in a file, or null if the world does not have it. */
    readonly mapNamed: (path: string) => string | null;
    /** Address of the image of its nth tileset, or null. */
    readonly imageOf: (tileset: number) => string | null;
}
/** Reads a Tiled map by WorkAdventure's properties, ours and its profile. Throws `malformed` or `limit` naming its file. */
export declare function interpretMap(map: TiledMap, around: Surroundings): MapReading;

// packages/world/src/maps/exits
import type { MapExit, WorldExit } from "../map.ts";
import type { TiledMap } from "../tiled/model.ts";
import { type Area } from "./areas.ts";
import type { Notes } from "./notes.ts";
/** Where an exit's address leads. */
export type Target = {
    readonly kind: "map";
    readonly path: string;
    readonly entry: string | null;
}
/** To be filled in by a script, which is never run here. */
 | {
    readonly kind: "binding";
}
/** Another host, or out of the folder that is served. */
 | {
    readonly kind: "outside";
};
/** Reads `map.tmj#entry`, `../inside/map.json` or `#entry`, found in the map at `file`. */
export declare function targetOf(href: string, file: string): Target;
/** The files of all maps that a map's exits lead to, itself left out. */
export declare function linkedFiles(map: TiledMap): string[];
export type NamedExit = MapExit & {
    readonly name: string;
};
/** Doors to other maps. `mapNamed` gives the name of the map in a file, or null if the world does not have it. */
export declare function exitsOf(areas: readonly Area[], file: string, mapNamed: (path: string) => string | null, blocked: Uint8Array, notes: Notes): NamedExit[];
/** Where people leave the world. */
export declare function worldExitsOf(areas: readonly Area[], blocked: Uint8Array, notes: Notes): WorldExit[];

// packages/world/src/maps/areas
import { type TiledProperties } from "../tiled/model.ts";
import { type Survey } from "./survey.ts";
/**
 * Some tiles with properties, whoever gave them: an area object, a tile layer with an area's properties (its tiles that are
 * not empty), or a layer of the profile. Everything a map means beyond its walls is said of areas.
 */
export interface Area {
    /** As the map has it; may be empty. */
    readonly name: string;
    /** For notes. */
    readonly label: string;
    readonly tiles: Int32Array;
    readonly properties: TiledProperties;
    /** Whether it is a place by its name; areas without one only lend their meaning. */
    readonly place: boolean;
    /** Of a hidden room, empty if the map does not tell it; null if it is none. */
    readonly secret: string | null;
    /** Of a hidden room whose secret the map does not tell. */
    readonly recipient: string | null;
    /** Whether it is a hidden room or lies in one: then nothing of it is told. */
    readonly hidden: boolean;
}
export declare function areasOf(survey: Survey): Area[];
export declare const areasWith: (areas: readonly Area[], ...names: readonly string[]) => Area[];

// packages/world/src/maps/survey
import { type FlatLayer } from "../tiled/flatten.ts";
import type { TiledMap, TiledObject, TiledProperties } from "../tiled/model.ts";
import { Grid } from "./grid.ts";
import { Notes } from "./notes.ts";
import type { Profile, ProfileLayer } from "./profile.ts";
import { Tiles } from "./tiles.ts";
/** A map with all that its interpretation goes back to. */
export interface Survey {
    readonly map: TiledMap;
    readonly layers: readonly FlatLayer[];
    readonly grid: Grid;
    readonly tiles: Tiles;
    readonly profile: Profile | null;
    readonly properties: TiledProperties;
    readonly notes: Notes;
}
export declare function survey(map: TiledMap, profile: Profile | null): Survey;
/** What the profile says of a layer, by its path or its bare name. */
export declare function profileOf(layer: FlatLayer, profile: Profile | null): ProfileLayer | null;
export interface PlacedObject {
    readonly object: TiledObject;
    readonly layer: FlatLayer;
    readonly class: string;
    /** For notes. */
    readonly label: string;
}
export declare function objectsOf(survey: Survey): PlacedObject[];
export declare const isAreaClass: (name: string) => boolean;
export declare const isThing: (placed: PlacedObject) => boolean;
/** Address of an exit, in the spelling of today or the older one; empty if there is none. */
export declare const exitHref: (properties: TiledProperties) => string;
export declare function coveredBy(survey: Survey, placed: PlacedObject): Int32Array;

// packages/world/src/tiled/flatten
import type { TiledImageLayer, TiledMap, TiledObjectLayer, TiledTileLayer } from "./model.ts";
/** A layer that is no group, with what the groups around it add. */
export interface FlatLayer {
    readonly layer: TiledTileLayer | TiledObjectLayer | TiledImageLayer;
    /** Names of its groups and its own, with "/" between: `floor/carpet`. */
    readonly path: string;
    readonly visible: boolean;
    readonly opacity: number;
    /** Pixels. */
    readonly offsetX: number;
    readonly offsetY: number;
}
/** All layers of a map, bottom to top, groups dissolved. */
export declare function flatten(map: TiledMap): FlatLayer[];

// packages/world/src/maps/grid
import type { FlatLayer } from "../tiled/flatten.ts";
import type { TiledMap, TiledObject } from "../tiled/model.ts";
/** Where an object's box begins, as a share of its size left of and above (x, y). */
export interface Anchor {
    readonly x: number;
    readonly y: number;
}
export declare const topLeft: Anchor;
/** The tiles of one map, and which of them something drawn on it covers. */
export declare class Grid {
    #private;
    readonly width: number;
    readonly height: number;
    constructor(map: TiledMap);
    /** A tile layer's cells where they lie on the map: its offset, in whole tiles, is applied. */
    placed(flat: FlatLayer): Uint32Array;
    has(x: number, y: number): boolean;
    /** The tile a point in pixels lies on; null outside the map. */
    tileAt(pixelX: number, pixelY: number): number | null;
    /**
     * The tiles whose centre lies in an object, ascending. One too small to hold a centre has the tile its own centre is on.
     */
    covered(object: TiledObject, layer: FlatLayer, anchor?: Anchor): Int32Array;
}

// packages/world/src/maps/notes
/** What was not understood in a map, for the person who made it: one line a kind of thing, not one a thing. */
export declare class Notes {
    #private;
    say(line: string): void;
    /** One of many things about which the same is to be said. */
    gather(kind: string, one: string): void;
    lines(): string[];
}

// packages/world/src/maps/profile
import type { Json } from "@elsewhere/protocol";
/** What the layers of a map mean that does not say so itself. Layer names are paths (`group/layer`) or bare names. */
export interface Profile {
    readonly layers: Readonly<Record<string, ProfileLayer>>;
    /** Entries by tile, before all others. */
    readonly entries: readonly {
        readonly name: string;
        readonly x: number;
        readonly y: number;
    }[];
    /** Properties of the map, where it has none of that name. */
    readonly properties: Readonly<Record<string, Json>>;
}
export interface ProfileLayer {
    readonly as: Meaning;
    /** Name of the place, entry or exit that all its cells are; the layer's own if it is left out. */
    readonly name?: string | undefined;
    readonly description?: string | undefined;
    /** By tile id: then the cells of each id are a region of their own with that name. */
    readonly regions?: Readonly<Record<string, string>> | undefined;
    /** Whether the layer is a picture too; one that only carries a meaning is not shown. */
    readonly drawn: boolean;
}
export type Meaning = (typeof meanings)[number];
export declare const meanings: readonly ["collides", "silent", "entry", "exit", "place", "room", "nothing"];
/** The property that says the same of an area; walls are no areas. */
export declare const propertyOfMeaning: Readonly<Record<Meaning, string | null>>;

// packages/world/src/maps/tiles
import { type TiledMap, type TiledObject, type TiledTile, type TiledTileset } from "../tiled/model.ts";
import { type Anchor } from "./grid.ts";
/** What the tilesets of a map say about a global tile id. */
export declare class Tiles {
    #private;
    /** Global ids, without flip bits, of the tiles that block. */
    readonly colliding: ReadonlySet<number>;
    constructor(map: TiledMap);
    tilesetOf(cell: number): TiledTileset | undefined;
    tileOf(cell: number): TiledTile | undefined;
    /** An object's own word wins over its tile's. */
    collides(object: TiledObject): boolean;
    classOf(object: TiledObject): string;
    /** Tile objects hang from their bottom left unless the tileset says otherwise; all others from their top left. */
    anchorOf(object: TiledObject): Anchor;
    /** Old maps leave the size of a tile object to its tile. */
    sized(object: TiledObject): TiledObject;
}

// packages/world/src/maps/concealing
import type { MapDrawing } from "../drawing.ts";
import { type Keys } from "../hiding.ts";
import type { WorldMap } from "../map.ts";
/** The drawing for one who holds these rooms, each as `map/place`. */
export declare function drawingTo(whole: MapDrawing, world: WorldMap, holds: readonly string[]): MapDrawing;
export declare function drawingFor(whole: MapDrawing, world: WorldMap, keys: Keys): MapDrawing;

// packages/world/src/maps/names
import type { Notes } from "./notes.ts";
/** A name as coordinates can carry it: one line, no "@", no "/" and no "~", not too long. */
export declare function cleanName(name: string): string;
/** What wants a name, and whether it lies in a hidden room. */
interface Named {
    readonly name: string;
    readonly hidden: boolean;
}
/** Gives every thing of one kind a name of its own: the second "desk" becomes "desk 2". */
export declare class Names {
    #private;
    constructor(kind: string, notes: Notes);
    take(wished: string, otherwise: string, secretly?: boolean): string;
    /** Names for all of them, for the hidden ones last: nobody is to learn from another's name that they are there. */
    takeAll<T extends Named>(all: readonly T[], otherwise: (one: T) => string): ReadonlyMap<T, string>;
}
export {};

// packages/world/src/maps/report
import type { MapReading } from "./interpret.ts";
/**
 * What `map check` tells of a map. Counts are of tiles, with doors as they are when the map is new. Hidden rooms are walls
 * here too: that there are some, and how many, is all that is told of them.
 */
export interface MapReport {
    readonly width: number;
    readonly height: number;
    readonly tile: {
        readonly width: number;
        readonly height: number;
    };
    readonly colliding: number;
    /** Tiles that can be walked to from the entries, by sides and not by corners. */
    readonly reachable: number;
    readonly silent: number;
    readonly places: readonly {
        readonly name: string;
        readonly tiles: number;
    }[];
    readonly rooms: readonly {
        readonly name: string;
        readonly tiles: number;
    }[];
    /** How many hidden rooms there are. */
    readonly hidden: number;
    readonly entries: readonly {
        readonly name: string;
        readonly tiles: number;
    }[];
    /** To other maps, and (`map` null) out of the world. */
    readonly exits: readonly {
        readonly name: string;
        readonly map: string | null;
        readonly entry: string | null;
        readonly reachable: boolean;
    }[];
    readonly doors: readonly {
        readonly name: string;
        readonly open: boolean;
        readonly steps: number;
        readonly code: boolean;
    }[];
    readonly notes: readonly string[];
}
export declare function report(reading: MapReading): MapReport;

// packages/world/src/luggage
import { type BodyRow, type BodyTable } from "./bodies.ts";
import type { Luggage } from "./inputs.ts";
import type { Away } from "./state.ts";
/** Fields in one fixed order, whatever order they came in, so that equal states are stored as equal bytes. */
export declare function canonicalLuggage(luggage: Luggage): Luggage;
export declare function packLuggage(bodies: BodyTable, slot: number, errand: Luggage["errand"]): Luggage;
/** A stored body as one that is away, to come back to where it stood. */
export declare function restingRow({ x, y, id, epoch, lastN, layerOn, layerSees, speed, cold }: BodyRow, width: number): Away;
/** The body that unpacks from luggage, awake on the centre of a tile and facing south. */
export declare function unpackLuggage(luggage: Luggage, tile: number, width: number): BodyRow;
