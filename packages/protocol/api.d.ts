// What this package offers, as emitted. `npm run api` writes it anew; a review sees what changed.

// packages/protocol/src/index
export { limits } from "./limits.ts";
export { ElsewhereError, type ErrorCode, type ErrorDetail, type ErrorJson } from "./errors.ts";
export { requireShallow } from "./depth.ts";
export { type Coordinates, formatCoordinates, parseCoordinates } from "./coordinates.ts";
export { checkIntent, type Direction, type Intent, type IntentKind, issueToError, type Json, type JsonObject } from "./intents.ts";
export { type BodyKind, type Crossing, type CrossingTerms, type DoorSeen, type Look, type Percept, type PerceptKind, type PerceptOf, type Posture, type Seen, sensations, type Who, } from "./percepts.ts";
export { type ClientFrame, type HostFrame, parseClientFrame, protocolVersion, type ReplayOrder, type Sought } from "./frames.ts";
export { ByteReader, ByteWriter } from "./wire/bytes.ts";
export { type WireBody, writeBody } from "./wire/bodies.ts";
export { indexIn, neighbours, patchParts, shutWindow, tickParts, type Window } from "./wire/layout.ts";
export { directions, FrameReader } from "./wire/reader.ts";
export { writeStay, writeStep } from "./wire/steps.ts";
export { type TickHead, type ViewHead, type WriteBodies, writeTick, writeView } from "./wire/writer.ts";
export { type BlockHead, type FilmEntry, filmVersion, type ZstdReader, type ZstdWriter } from "./film/block.ts";
export { MoveRows } from "./film/moves.ts";
export { BlockReader, type FilmStep } from "./film/reader.ts";
export { type FilmBody, FilmState } from "./film/state.ts";
export type { FilmActivity, Told } from "./film/told.ts";
export { writeTickBytes } from "./film/ticks.ts";
export { writeBlocks, type WrittenBlock } from "./film/writer.ts";
export { type Duration, durationMs } from "./duration.ts";
export type { After, UntilOptions } from "./hearing.ts";
export { type Destination, type Inhabitant, InhabitantPort } from "./inhabitant.ts";
export type { CrossingDecision, CrossingInfo, CrossingState, Health, LogLine, PairingInfo, ProgramCommand, ProgramDetail, ProgramImage, ProgramInfo, ProgramOrder, ProgramsPage, Quota, RecordDensity, RecordSearch, RecordTimeline, Stats, Utterance, WorldInfo, } from "./http.ts";

// packages/protocol/src/limits
/**
 * Every limit of a world, with its unit last in its name. What exceeds one gets an
 * `ElsewhereError` with the code `limit` that names the field and the limit.
 */
export declare const limits: {
    readonly nameCharsMax: 64;
    readonly textCharsMax: 500;
    readonly emoteCharsMax: 80;
    readonly verbCharsMax: 32;
    readonly doDataBytesMax: 1024;
    readonly traitsBytesMax: 1024;
    readonly marksBytesMax: 1024;
    readonly coordinatesCharsMax: 200;
    readonly doorCodeCharsMax: 64;
    readonly placeSecretCharsMax: 64;
    /** How deep JSON may be nested that somebody gives the host: traits, data, a program's memory. */
    readonly jsonDepthMax: 64;
    readonly sightTiles: 16;
    readonly hearingTiles: 8;
    readonly whisperTiles: 2;
    readonly shoutTiles: 32;
    readonly perceptionLayersMax: 32;
    readonly reachTiles: 2;
    readonly speedSixteenthsPerTick: 6;
    readonly pathExpansionsPerTickMax: 60000;
    readonly pathTilesMax: 20000;
    readonly pathRetriesMax: 8;
    readonly followGapTiles: 1;
    readonly ticksBetweenReplansMin: 4;
    readonly mapSideTilesMax: 2048;
    readonly mapTilesMax: 1048576;
    readonly mapFileBytesMax: number;
    readonly mapNestingMax: 32;
    readonly mapObjectsMax: 20000;
    readonly mapLayersMax: 512;
    readonly mapCellsMax: 33554432;
    readonly mapTilesetsMax: 256;
    readonly mapTilesetTilesMax: 1048576;
    readonly mapReferencesMax: 256;
    readonly mapReadBytesMax: number;
    readonly mapTileSidePixelsMax: 4096;
    readonly mapShapePointsMax: 10000;
    readonly mapShapeTilesMax: 8388608;
    readonly mapNotesMax: 200;
    readonly mapDoorsMax: 1024;
    readonly doorTilesMax: 4096;
    readonly profileBytesMax: number;
    readonly sightTilesMax: 64;
    readonly hearingTilesMax: 64;
    readonly worldMapsMax: 64;
    readonly bodiesPerMapMax: 131072;
    readonly carriedThingsMax: 16;
    readonly carriedDepthMax: 4;
    readonly frameBytesMax: number;
    readonly framesPerSecondMax: 60;
    readonly sessionsMax: 2000;
    /** What a connection may have waiting: beyond it the present replaces what it would have been sent. */
    readonly sendBufferBytesMax: number;
    readonly helloMsMax: 5000;
    readonly asleepMsMax: 120000;
    readonly asleepTicksMax: 1200;
    readonly memoryPageItemsMax: 10000;
    readonly unansweredIntentsMax: 1000;
    readonly pingMs: 15000;
    readonly closeMsMax: 2000;
    readonly httpRequestMsMax: 10000;
    readonly httpRequestsPerSecondMax: 100;
    readonly httpBodyBytesMax: 1024;
    readonly programsPageItemsMax: 500;
    readonly programsSearchCharsMax: 100;
    readonly tokenCharsMax: 4096;
    readonly connectMsMax: 10000;
    readonly quietMsMax: 30000;
    readonly retryMsFirst: 500;
    readonly retryMsMax: 15000;
    readonly replaysMax: 16;
    /** Hidden places that an operator may give to be seen in one replay. */
    readonly replayPlacesMax: 16;
    /** Times the pace the world had, either way. */
    readonly replaySpeedMax: 1000;
    readonly replayStepTicksMax: 100000;
    readonly densityBinsMax: 500;
    readonly searchItemsMax: 100;
    readonly searchCharsMax: 100;
    /** Counting or searching the record ends after so long, with what is not done yet left for the next time. */
    readonly surveyMsMax: 2000;
    readonly codeBytesMax: number;
    readonly turnMsMax: 50;
    readonly startMsMax: 500;
    /** The engine polls once per 10,000 of its ticks: 160 are about 50 ms of ordinary code. */
    readonly turnPollsMax: 160;
    readonly startPollsMax: 1600;
    /** The whole memory of a program: the engine's own state and stack in it take about 1.4 MB. */
    readonly heapBytesMax: number;
    readonly stackBytesMax: number;
    readonly turnInputBytesMax: number;
    readonly perceptBytesMax: number;
    /**
     * Memories a worker keeps ready; a program without one is parked. More of them than a core's cache holds what is used of,
     * and a turn of a live program costs as much as waking a parked one.
     */
    readonly slotsPerWorkerMax: 32;
    /** Images kept in the host's memory; beyond it the ones longest unused are stored. */
    readonly parkedBytesMax: number;
    /** Turns given to a worker and not yet answered; what is due beyond them waits its turn. */
    readonly turnsInFlightPerWorkerMax: 256;
    readonly backOffMsMax: 60000;
    readonly mailboxItemsMax: 256;
    readonly intentsPerTurnMax: 32;
    readonly outcomeBytesMax: number;
    readonly logLineCharsMax: 1000;
    readonly logLinesPerTurnMax: 50;
    readonly logLinesKeptMax: 500;
    readonly memoryBytesMax: number;
    readonly timersMax: 256;
    readonly faultsInRowMax: 5;
    readonly turnsBetweenImagesMax: 64;
    readonly turnsBeforeFirstImageMax: 8;
    readonly programsMax: 200000;
    readonly imagesKeptMax: 3;
    readonly spawnCodeCharsMax: 200;
    readonly spawnMemoryBytesMax: number;
    readonly spawnShareMax: 0.9;
    readonly turnsPerSecondMax: 20;
    readonly msPerSecondMax: 200;
    readonly programHeapBytesMax: number;
    readonly speechPerMinuteMax: 120;
    readonly logBytesPerMinuteMax: number;
    readonly untilsMax: 256;
    /** Programs of a family whose first one may start others. */
    readonly familyProgramsMax: 16;
    /** The name of an attempt, 16 bytes in base64url. */
    readonly attemptCharsMax: 22;
    readonly urlCharsMax: 300;
    /** Whose life it is: a fingerprint and the program's id at its birth. */
    readonly lifeCharsMax: 300;
    readonly sealedKeyCharsMax: 400;
    readonly crossingPayloadBytesMax: number;
    /** How long an offer may wait, and how long it does if nobody says. */
    readonly crossingMsMax: number;
    readonly crossingMsUsual: 60000;
    /** What is not answered is sent again: at first after so long, then ever less often. */
    readonly crossingRepeatMsFirst: 1000;
    readonly crossingRepeatMsMax: 30000;
    readonly lettersForwardedMax: 256;
    /** What a host says to another in one request, signature included. */
    readonly crossingBodyBytesMax: number;
    /** Messages that wait go together up to so many bytes; requests that are larger are read one at a time. */
    readonly crossingBodyBytesUsual: number;
    readonly crossingMessagesAtOnceMax: 256;
    readonly crossingMessagesWaitingMax: 4000;
    /** Requests to one host at once, and a second: fewer than a host answers one address. */
    readonly crossingRequestsMax: 4;
    readonly crossingRequestsPerSecondMax: 50;
    /** Payloads that wait to be sent to one host or fetched from it, and how long one of them may take. */
    readonly payloadsWaitingMax: 16;
    readonly payloadMsMax: 60000;
    /** What a parcel says in words, and how much of that is the source map of its code. */
    readonly parcelTextBytesMax: number;
    readonly codeMapBytesMax: number;
    /** Payloads a carrier has at once, unless it is started with another number. */
    readonly carrierPayloadBytesUsual: number;
    readonly witnessRowsMax: 100000;
    /** Crossings that are under way at once, in each direction. */
    readonly crossingsMax: 1000;
    /**
     * Attempts a minute that come to nothing: of one host to come here, and of one program to leave. Twice as many may at once;
     * beyond that another host is not answered, and a program is refused.
     */
    readonly crossingFailuresPerMinuteMax: 60;
    readonly leavingFailuresPerMinuteMax: 6;
    /** Rows that a host has written here, as its witness. */
    readonly witnessRowsPerSecondMax: 10;
    /** Crossings that are over and are still shown. */
    readonly crossingsShownMax: 100;
    /**
     * What a program from elsewhere is tried with, less than a turn has otherwise. In a worker that has run nothing yet a turn that
     * does nothing takes some 10 ms.
     */
    readonly trialMsMax: 40;
    readonly trialPollsMax: 80;
    /** How long a worker for the next trial waits for it. */
    readonly trialSpareMsMax: 600000;
    /** Trials at once; others wait. */
    readonly trialsMax: 2;
    /** Turns that a heap may have taken before it comes: half of those that can be counted. */
    readonly portableTurnsMax: 2147483648;
    /** How long the image of a program that has left is kept. */
    readonly crossingKeptMsMax: number;
    readonly pairingsMax: 1000;
    readonly pairingSpawnsMax: 32;
    readonly pairingBodyBytesMax: number;
    readonly ticksBetweenKeyframesMax: 600;
    readonly commitsInFlightMax: 4;
    readonly storageRetryMs: 1000;
    readonly verifyProblemsMax: 100;
    /** To this the log may grow while the database is copied; beyond it the copy is given up. */
    readonly copyLogBytesMax: number;
};

// packages/protocol/src/errors
/** What can go wrong, as a closed list. A code is part of the public interface; its message is not. */
export type ErrorCode = "limit" | "malformed" | "unknown" | "unreachable" | "out_of_reach" | "silent" | "locked" | "taken" | "forbidden" | "fenced" | "away" | "interrupted" | "fault" | "corrupt" | "storage" | "unsupported";
/** Where an error was found and what would have been allowed: shown to users, safe to send. */
export interface ErrorDetail {
    /** The field, file or flag that was wrong, e.g. `intent.text` or `maps/harbour.tmj`. */
    readonly field?: string;
    /** The limit that was exceeded, in the unit its name in `limits` says. */
    readonly limit?: number;
}
/** The one error type of this project. `message` is one line: what was wrong, where, what to do. */
export declare class ElsewhereError extends Error {
    readonly name = "ElsewhereError";
    readonly code: ErrorCode;
    readonly detail: ErrorDetail;
    constructor(code: ErrorCode, message: string, detail?: ErrorDetail, options?: ErrorOptions);
    /** The form in which an error is sent and stored. */
    toJSON(): ErrorJson;
    static from(json: ErrorJson): ElsewhereError;
}
export type ErrorJson = ErrorDetail & {
    readonly code: ErrorCode;
    readonly message: string;
};

// packages/protocol/src/depth
/**
 * Throws `limit` for what is nested deeper than `jsonDepthMax`. Whoever checks, writes or copies JSON goes down into it with
 * a stack that ends somewhere; this goes level by level, so that nothing else has to meet that end.
 */
export declare function requireShallow(value: unknown, field: string): void;

// packages/protocol/src/coordinates
/** Where to go: a tile or a named place, on a named map or, without one, on the map one stands on. A hidden place has a secret. */
export type Coordinates = {
    readonly map: string | null;
    readonly x: number;
    readonly y: number;
} | {
    readonly map: string | null;
    readonly place: string;
    readonly secret?: string;
};
/**
 * Reads coordinates from their one-string form: `map@x,y`, `map/place`, `@x,y` or `place`, and for a hidden place
 * `map/place~SECRET` or `place~SECRET`. Throws `malformed` or `limit`. Tiles are whole numbers from 0; a name has no `@`, no
 * `/` and no `~`. No error repeats a secret.
 */
export declare function parseCoordinates(text: string): Coordinates;
/** The inverse of `parseCoordinates`. */
export declare function formatCoordinates(to: Coordinates): string;

// packages/protocol/src/intents
import { z } from "zod";
import { ElsewhereError } from "./errors.ts";
/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | {
    readonly [key: string]: Json;
};
export type JsonObject = {
    readonly [key: string]: Json;
};
/** What an inhabitant may ask to do. The same schema checks an intent in the SDK and on the server. */
export declare const intentSchema: z.ZodDiscriminatedUnion<[z.ZodObject<{
    kind: z.ZodLiteral<"walk">;
    to: z.ZodUnion<readonly [z.ZodString, z.ZodObject<{
        body: z.ZodInt;
    }, z.core.$strict>]>;
}, z.core.$strict>, z.ZodObject<{
    kind: z.ZodLiteral<"follow">;
    body: z.ZodInt;
}, z.core.$strict>, z.ZodObject<{
    kind: z.ZodLiteral<"stop">;
}, z.core.$strict>, z.ZodObject<{
    kind: z.ZodLiteral<"face">;
    direction: z.ZodEnum<{
        east: "east";
        north: "north";
        south: "south";
        west: "west";
    }>;
}, z.core.$strict>, z.ZodObject<{
    kind: z.ZodLiteral<"say">;
    text: z.ZodString;
}, z.core.$strict>, z.ZodObject<{
    kind: z.ZodLiteral<"whisper">;
    text: z.ZodString;
    to: z.ZodInt;
}, z.core.$strict>, z.ZodObject<{
    kind: z.ZodLiteral<"shout">;
    text: z.ZodString;
}, z.core.$strict>, z.ZodObject<{
    kind: z.ZodLiteral<"emote">;
    text: z.ZodString;
}, z.core.$strict>, z.ZodObject<{
    kind: z.ZodLiteral<"look">;
    at: z.ZodOptional<z.ZodInt>;
}, z.core.$strict>, z.ZodObject<{
    kind: z.ZodLiteral<"use">;
    target: z.ZodUnion<readonly [z.ZodInt, z.ZodString]>;
    code: z.ZodOptional<z.ZodString>;
}, z.core.$strict>, z.ZodObject<{
    kind: z.ZodLiteral<"take">;
    thing: z.ZodInt;
}, z.core.$strict>, z.ZodObject<{
    kind: z.ZodLiteral<"drop">;
    thing: z.ZodInt;
}, z.core.$strict>, z.ZodObject<{
    kind: z.ZodLiteral<"give">;
    thing: z.ZodInt;
    to: z.ZodInt;
}, z.core.$strict>, z.ZodObject<{
    kind: z.ZodLiteral<"show">;
    traits: z.ZodRecord<z.ZodString, z.ZodJSONSchema>;
}, z.core.$strict>, z.ZodObject<{
    kind: z.ZodLiteral<"do">;
    verb: z.ZodString;
    data: z.ZodOptional<z.ZodJSONSchema>;
    to: z.ZodOptional<z.ZodInt>;
}, z.core.$strict>, z.ZodObject<{
    kind: z.ZodLiteral<"spawn">;
    code: z.ZodString;
    name: z.ZodString;
    memory: z.ZodOptional<z.ZodRecord<z.ZodString, z.ZodJSONSchema>>;
    share: z.ZodOptional<z.ZodNumber>;
}, z.core.$strict>, z.ZodObject<{
    kind: z.ZodLiteral<"cross">;
    to: z.ZodString;
}, z.core.$strict>, z.ZodObject<{
    kind: z.ZodLiteral<"accept">;
    offer: z.ZodString;
}, z.core.$strict>, z.ZodObject<{
    kind: z.ZodLiteral<"decline">;
    offer: z.ZodString;
    why: z.ZodOptional<z.ZodString>;
}, z.core.$strict>, z.ZodObject<{
    kind: z.ZodLiteral<"leave">;
}, z.core.$strict>], "kind">;
export type Intent = z.infer<typeof intentSchema>;
export type IntentKind = Intent["kind"];
export type Direction = "north" | "east" | "south" | "west";
/** Checks an intent of unknown origin. Throws `malformed`, `unknown` or `limit` naming the field. */
export declare function checkIntent(value: unknown): Intent;
/** Turns zod's first issue into the error a user meets: what was wrong, in which field, what the limit is. */
export declare function issueToError(issue: z.core.$ZodIssue, root: string): ElsewhereError;

// packages/protocol/src/percepts
import type { ErrorJson } from "./errors.ts";
import type { Direction, Json, JsonObject } from "./intents.ts";
export type BodyKind = "person" | "program" | "thing";
export type Posture = "awake" | "asleep";
/** A body as one inhabitant perceives it. Positions are in tiles (multiples of 1/16), origin top left. */
export interface Seen {
    readonly id: number;
    readonly name: string;
    readonly kind: BodyKind;
    readonly x: number;
    readonly y: number;
    readonly facing: Direction;
    readonly posture: Posture;
    readonly traits: JsonObject;
    readonly marks: JsonObject;
    /** Names of the things it carries. */
    readonly carries: readonly string[];
}
/** Who did something, as its perceiver knows them. */
export interface Who {
    readonly id: number;
    readonly name: string;
}
export interface DoorSeen {
    readonly name: string;
    readonly open: boolean;
    readonly x: number;
    readonly y: number;
}
/** The answer to `look`. */
export interface Look {
    readonly map: string;
    readonly x: number;
    readonly y: number;
    readonly place: string | null;
    readonly description: string;
    readonly bodies: readonly Seen[];
    readonly doors: readonly DoorSeen[];
    /** Names of the places on this map one could walk to. */
    readonly places: readonly string[];
    /** Things one carries oneself. */
    readonly carried: readonly Who[];
}
/** On what terms somebody is to cross. */
export interface CrossingTerms {
    /** Names it: what is accepted or declined. */
    readonly offer: string;
    /** How long it waits to be accepted, seconds of real time. */
    readonly forSeconds: number;
}
/** What has changed for a program that went on at another host. */
export interface Crossing {
    /** What the host it came to calls the one it came from. */
    readonly from: string;
    /** The world it is now in. */
    readonly to: string;
    /** World time between its last turn there and its arrival here, milliseconds, by the two worlds' own clocks: may be less than 0. */
    readonly awayMs: number;
    /** What it held there and holds no longer. */
    readonly lost: readonly string[];
}
/** What one inhabitant is allowed to know of what happened. */
export type Percept = {
    readonly kind: "appeared";
    readonly body: Seen;
} | {
    readonly kind: "vanished";
    readonly body: Who;
}
/** Traits, posture, marks or what it carries changed; never sent for a mere step. */
 | {
    readonly kind: "changed";
    readonly body: Seen;
} | {
    readonly kind: "heard";
    readonly from: Who;
    readonly how: "say" | "whisper" | "shout";
    readonly text: string;
} | {
    readonly kind: "emoted";
    readonly from: Who;
    readonly text: string;
}
/** Somebody used one's body: rang the bell, touched the shoulder. */
 | {
    readonly kind: "used";
    readonly from: Who;
} | {
    readonly kind: "did";
    readonly from: Who;
    readonly verb: string;
    readonly data: Json;
    readonly to: number | null;
} | {
    readonly kind: "moved_thing";
    readonly how: "take" | "drop" | "give";
    readonly from: Who;
    readonly thing: Who;
    readonly to: Who | null;
}
/** A door that came into sight or moved: how and where it stands, in tiles. */
 | ({
    readonly kind: "door";
} & DoorSeen)
/** One's own body is now elsewhere: another map, back in the world, or, with `crossing`, another host. */
 | {
    readonly kind: "arrived";
    readonly map: string;
    readonly x: number;
    readonly y: number;
    readonly crossing?: Crossing;
}
/** To a program: it is asked to leave for another host, and does so if it accepts before it has waited too long. */
 | ({
    readonly kind: "offered";
    readonly to: string;
    readonly place: string | null;
    readonly by: string;
} & CrossingTerms)
/** To a program that decides who comes in: somebody would like to. */
 | ({
    readonly kind: "knocked";
    readonly name: string;
    readonly host: string;
    readonly heapBytes: number;
} & CrossingTerms)
/** One holds a hidden room from now on, `map/place`: one finds the way in and back. */
 | {
    readonly kind: "found";
    readonly place: string;
}
/** The answer to one's own intent number `n`. */
 | {
    readonly kind: "reply";
    readonly n: number;
    readonly ok: true;
    readonly data: Json;
} | {
    readonly kind: "reply";
    readonly n: number;
    readonly ok: false;
    readonly error: ErrorJson;
};
export type PerceptKind = Percept["kind"];
export type PerceptOf<K extends PerceptKind> = Extract<Percept, {
    readonly kind: K;
}>;
/** Sensations end with the moment: they are never remembered and never cross a border. */
export declare const sensations: ReadonlySet<PerceptKind>;

// packages/protocol/src/frames
import { z } from "zod";
import { type ErrorJson } from "./errors.ts";
import type { DoorSeen, Percept, Seen } from "./percepts.ts";
/** Version of the frames below; a client and a host with different versions refuse each other. */
export declare const protocolVersion = 2;
declare const sought: readonly ["heard", "emoted", "used", "did", "moved_thing", "door", "appeared", "vanished", "entered", "left"];
/** Client → host, always one JSON text per WebSocket message. */
export declare const clientFrameSchema: z.ZodDiscriminatedUnion<[z.ZodObject<{
    type: z.ZodLiteral<"hello">;
    version: z.ZodInt;
    token: z.ZodOptional<z.ZodString>;
    name: z.ZodOptional<z.ZodString>;
    entry: z.ZodOptional<z.ZodString>;
    observe: z.ZodOptional<z.ZodString>;
    replay: z.ZodOptional<z.ZodObject<{
        as: z.ZodOptional<z.ZodString>;
        map: z.ZodOptional<z.ZodString>;
        at: z.ZodOptional<z.ZodNumber>;
        places: z.ZodOptional<z.ZodArray<z.ZodString>>;
    }, z.core.$strict>>;
    frames: z.ZodDefault<z.ZodEnum<{
        binary: "binary";
        json: "json";
    }>>;
}, z.core.$strict>, z.ZodObject<{
    type: z.ZodLiteral<"intent">;
    n: z.ZodInt;
    intent: z.ZodUnknown;
}, z.core.$strict>, z.ZodObject<{
    type: z.ZodLiteral<"resync">;
}, z.core.$strict>, z.ZodObject<{
    type: z.ZodLiteral<"replay">;
    at: z.ZodOptional<z.ZodNumber>;
    speed: z.ZodOptional<z.ZodNumber>;
    step: z.ZodOptional<z.ZodInt>;
    next: z.ZodOptional<z.ZodObject<{
        kind: z.ZodEnum<{
            appeared: "appeared";
            did: "did";
            door: "door";
            emoted: "emoted";
            entered: "entered";
            heard: "heard";
            left: "left";
            moved_thing: "moved_thing";
            used: "used";
            vanished: "vanished";
        }>;
        who: z.ZodOptional<z.ZodString>;
        back: z.ZodDefault<z.ZodBoolean>;
    }, z.core.$strict>>;
    as: z.ZodOptional<z.ZodString>;
    map: z.ZodOptional<z.ZodString>;
}, z.core.$strict>], "type">;
/** What one can go on to in a replay: `entered` and `left` are of the world and of a map. */
export type Sought = (typeof sought)[number];
/** What a connection that replays may ask for. */
export type ReplayOrder = Omit<Extract<ClientFrame, {
    type: "replay";
}>, "type">;
export type ClientFrame = z.infer<typeof clientFrameSchema>;
/**
 * Host → client, one JSON text per WebSocket message; `view` and `tick` come binary to who asks for it. `seq` counts the
 * frames of both kinds, modulo 256: whoever misses one asks for the present state with `resync`.
 */
export type HostFrame = {
    readonly type: "welcome";
    readonly version: number;
    readonly world: string;
    /** The body that perceives: one's own, or the observed program's. */
    readonly body: number;
    readonly name: string;
    readonly epoch: number;
    /** The last intent number of this inhabitant the world has taken. */
    readonly lastN: number;
    readonly tickMs: number;
    /** World milliseconds that pass in a real millisecond. */
    readonly speed: number;
    /** Set for a guest: the token to come back with. */
    readonly token: string | null;
    readonly observing: boolean;
}
/** All that is perceived now: on entering, on a new map, after `resync` or for a slow reader. */
 | {
    readonly type: "view";
    readonly seq: number;
    readonly map: string;
    readonly tick: number;
    /** World time, milliseconds since 1970. */
    readonly now: number;
    /** How far one sees here, in tiles. */
    readonly sight: number;
    readonly bodies: readonly Seen[];
    readonly doors: readonly DoorSeen[];
}
/** What one tick changed for this observer. */
 | {
    readonly type: "tick";
    readonly seq: number;
    readonly tick: number;
    readonly now: number;
    /** `[body, x, y, facing]`: tiles, facing 0 north 1 east 2 south 3 west. */
    readonly moves: readonly (readonly [number, number, number, number])[];
    readonly percepts: readonly Percept[];
}
/** Where a replay stands: after whatever is asked for, whenever one of these changes, and each second while it runs. */
 | {
    readonly type: "replaying";
    readonly tick: number;
    /** World time, milliseconds since 1970. */
    readonly now: number;
    /** How fast it goes on: 0 once an end of the record is reached. */
    readonly speed: number;
    /** World time of the record's ends. */
    readonly from: number;
    readonly to: number;
    /** Through whose eyes, and all of which map; one of them is null. */
    readonly as: string | null;
    readonly map: string | null;
    /**
     * Why nothing is shown: not in the world then, or unplugged; in a hidden room; not come yet; taken out of it for good.
     * Null while something is.
     */
    readonly gone: "away" | "hidden" | "before" | "after" | null;
    /** Of the answer to `next`: whether there is such a moment. Null in all others. */
    readonly found: boolean | null;
}
/** The world holds its breath (a full disk) or goes on. */
 | {
    readonly type: "paused";
    readonly reason: string | null;
} | {
    readonly type: "error";
    readonly n: number | null;
    readonly error: ErrorJson;
} | {
    readonly type: "bye";
    readonly reason: "left" | "fenced" | "refused" | "closing" | "withdrawn";
    readonly error: ErrorJson | null;
};
/** Reads one client frame. Throws `limit`, `malformed` or `unknown`. */
export declare function parseClientFrame(text: string): ClientFrame;
export {};

// packages/protocol/src/wire/bytes
import { ElsewhereError } from "../errors.ts";
/** Writes messages one after another into one growing buffer; what was taken out stays valid when it grows. */
export declare class ByteWriter {
    #private;
    /** How much is written. */
    length: number;
    constructor(capacityBytes: number);
    /** Makes room for `count` more bytes. */
    reserve(count: number): void;
    byte(value: number): void;
    /** Writes over what stands at `at`. */
    byteAt(at: number, value: number): void;
    /** `value`: whole, from 0 to 2^53 - 1. */
    varint(value: number): void;
    /** A number of either sign: 0, -1, 1, -2 … as 0, 1, 2, 3 …. */
    signed(value: number): void;
    /** IEEE 754, eight bytes, little-endian. */
    float(value: number): void;
    text(value: string): void;
    /** Bytes with their number before them. */
    block(bytes: Uint8Array): void;
    /** Appends what another writer holds from `start` to `end`. */
    copy(from: ByteWriter, start: number, end: number): void;
    /** What was written from `start` to now, without copying it. */
    since(start: number): Uint8Array;
}
/** Reads what a `ByteWriter` wrote. Throws `malformed` where the bytes end too soon or are none of that kind. */
export declare class ByteReader {
    #private;
    constructor(bytes: Uint8Array);
    get done(): boolean;
    /** How much is read. */
    get at(): number;
    byte(): number;
    varint(): number;
    signed(): number;
    float(): number;
    text(): string;
    /** How many of something follow, each at least `bytesMin` long: no more than there are bytes for. */
    count(bytesMin: number): number;
}
export declare function broken(what: string): ElsewhereError;

// packages/protocol/src/wire/bodies
import type { JsonObject } from "../intents.ts";
import type { BodyKind } from "../percepts.ts";
import { type ByteReader, type ByteWriter } from "./bytes.ts";
/** A body as a binary frame has it. Positions are whole sixteenths of a tile, facings 0 north, 1 east, 2 south, 3 west. */
export interface WireBody {
    name: string;
    kind: BodyKind;
    x: number;
    y: number;
    facing: number;
    asleep: boolean;
    traits: JsonObject;
    marks: JsonObject;
    /** Names of what it carries. */
    carries: readonly string[];
}
/** No body is shorter: its bits, x, y and the length of its name. */
export declare const bodyBytesMin = 4;
/** A byte of bits, x, y, the name, and in JSON what of traits, marks and load there is. */
export declare function writeBody(out: ByteWriter, body: Readonly<WireBody>): void;
/** Throws `malformed`. */
export declare function readBody(from: ByteReader): WireBody;
/** What a text says in JSON: an object. Throws `malformed`. */
export declare function readJson(from: ByteReader): object;

// packages/protocol/src/wire/layout
/** Numbers that stand for parts of binary frames. docs/PROTOCOL.md tells what each part holds, in this order. */
/** First byte of a frame. */
export declare const frameKinds: {
    readonly view: 1;
    readonly tick: 2;
};
/** What a tick holds, in bits of one byte. */
export declare const tickParts: {
    readonly fresh: 1;
    readonly window: 2;
    readonly patches: 4;
    readonly self: 8;
    readonly percepts: 16;
};
/** What the changes of one patch hold, in bits of one byte. */
export declare const patchParts: {
    readonly gone: 1;
    readonly all: 2;
    readonly some: 4;
    readonly referred: 8;
    readonly came: 16;
    readonly looks: 32;
};
/** The cells beside one, by number: by how many columns and rows they lie off. */
export declare const neighbours: readonly (readonly [columns: number, rows: number])[];
/** The cells that lie in sight: a block of the grid that a map is divided into. All in cells; without columns nothing is perceived. */
export interface Window {
    readonly left: number;
    readonly top: number;
    readonly columns: number;
    readonly rows: number;
}
export declare const shutWindow: Window;
/** The place of a cell in a window, row by row; -1 if it lies outside. */
export declare function indexIn({ left, top, columns, rows }: Window, column: number, row: number): number;

// packages/protocol/src/wire/reader
import type { HostFrame } from "../frames.ts";
import type { Direction } from "../intents.ts";
type ViewFrame = Extract<HostFrame, {
    type: "view";
}>;
type TickFrame = Extract<HostFrame, {
    type: "tick";
}>;
/** Facings by number. */
export declare const directions: readonly Direction[];
/**
 * Reads the binary frames of one connection in their order, and says in the JSON form what each means. Frames tell of whole
 * cells; what is perceived lies within sight of one's own body, and of nothing else is told here.
 */
export declare class FrameReader {
    #private;
    /** Null for a tick whose forerunners were lost: the present state must be asked for. Throws `malformed`; then too. */
    read(bytes: Uint8Array): ViewFrame | TickFrame | null;
}
export {};

// packages/protocol/src/wire/steps
/**
 * How a body moved in one tick, mostly as one byte. Distances are sixteenths of a tile; facings 0 north, 1 east, 2 south,
 * 3 west. The codes:
 *
 * - 0: it stays as it stood
 * - 1 to 60: straight on, `1 + 15 × facing + (distance - 1)`, distance 1 to 15, facing where it goes
 * - 61 to 228: around a corner, `61 + 8 × pair + (west ? 1 : 0) + (north ? 2 : 0) + (faces north or south ? 4 : 0)`, where
 *   `pair` numbers the distances (|dx|, |dy|) with |dx| + |dy| ≤ 7: (1,1), (1,2) … (1,6), (2,1) … (6,1)
 * - 229 to 232: it turns where it stands, `229 + facing`
 * - 255: anything else: signed dx, signed dy and a byte for the facing follow
 */
import type { ByteReader, ByteWriter } from "./bytes.ts";
/** Writes the step of a body that moved or turned so that it now faces `facing`. */
export declare function writeStep(out: ByteWriter, dx: number, dy: number, facing: number): void;
export declare function writeStay(out: ByteWriter): void;
/** Something at a place that a step takes elsewhere, in sixteenths of a tile. */
export interface Stepping {
    x: number;
    y: number;
    facing: number;
}
/** Takes a step as it was written; returns whether anything of it changed. Throws `malformed`. */
export declare function readStep(from: ByteReader, body: Stepping): boolean;

// packages/protocol/src/wire/writer
import type { DoorSeen, Percept } from "../percepts.ts";
import type { ByteWriter } from "./bytes.ts";
/** What stays the same from one view to the next. */
export interface ViewHead {
    readonly seq: number;
    readonly tick: number;
    /** World time, milliseconds since 1970. */
    readonly now: number;
    readonly worldMsPerTick: number;
    readonly map: string;
    /** The body that perceives. */
    readonly body: number;
    readonly sightTiles: number;
}
/** What a frame tells of the bodies in sight: writes it and returns which `tickParts` it wrote. */
export type WriteBodies = (out: ByteWriter) => number;
/** Writes a `view`: everything perceived now. */
export declare function writeView(out: ByteWriter, head: ViewHead, bodies: WriteBodies, doors: readonly DoorSeen[]): void;
/** What a `tick` is written from besides the bodies in sight. */
export interface TickHead {
    readonly seq: number;
    /** Ticks since the frame before. */
    readonly passed: number;
}
/** Writes a `tick`; returns whether there is anything in it but the passing of time. `encode` gives a percept as JSON text in UTF-8. */
export declare function writeTick(out: ByteWriter, head: TickHead, bodies: WriteBodies, percepts: readonly Percept[], encode: (percept: Percept) => Uint8Array): boolean;

// packages/protocol/src/film/block
import type { ByteReader, ByteWriter } from "../wire/bytes.ts";
/** Version of the blocks of a film. */
export declare const filmVersion = 1;
/** At the end of a block: a CRC-32 of all before it, the lowest byte first. */
export declare const sumBytes = 4;
/** How many values a section in columns may tell. */
export declare const valuesMax: number;
/** How many bits the section about moves may have, which are its values. */
export declare const moveBitsMax: number;
/** One entry of a map's record, as it was committed. */
export interface FilmEntry {
    readonly kind: "keyframe" | "tick";
    readonly tick: number;
    readonly seq: number;
    readonly batch: number;
    readonly bytes: Uint8Array;
}
/** zstd, handed in: `node:zlib` in a host. Gives one frame. */
export interface ZstdWriter {
    compress(bytes: Uint8Array): Uint8Array;
}
/** zstd, handed in. Throws whatever it likes for what is no frame or is more than `sizeMax` bytes unpacked. */
export interface ZstdReader {
    decompress(bytes: Uint8Array, sizeMax: number): Uint8Array;
}
/** What a block tells of itself without being unpacked. */
export interface BlockHead {
    readonly map: string;
    /** The tick of the state it opens with. */
    readonly openingTick: number;
    /** Whether it opens with an entry of the record, its first one, and not with the state that was reached. */
    readonly openingIsEntry: boolean;
    readonly firstTick: number;
    readonly lastTick: number;
    readonly firstSeq: number;
    readonly lastSeq: number;
    readonly entryCount: number;
    readonly keyframeCount: number;
    /** How many entries are kept as they were, byte for byte: with any, it cannot be played from the first of them on. */
    readonly verbatimCount: number;
    /** How many events of each kind there are, by kind. */
    readonly eventCounts: ReadonlyMap<string, number>;
}
/** One part of a block: bits, and texts or bytes that may be packed. */
interface SectionHead {
    readonly bitsLength: number;
    readonly packedLength: number;
    /** Unpacked; equal to `packedLength` if it is not packed. */
    readonly size: number;
    readonly values: number;
}
export interface Section {
    readonly bits: Uint8Array;
    readonly packed: Uint8Array;
    readonly size: number;
    readonly values: number;
}
/** In the order in which they stand in a block. */
export declare const sectionNames: readonly ["opening", "entries", "told", "moves"];
export type Sections = Readonly<Record<(typeof sectionNames)[number], Section>>;
export declare function writeHead(out: ByteWriter, head: BlockHead, sections: Sections): void;
interface Opened {
    readonly head: BlockHead;
    readonly sections: readonly SectionHead[];
}
/** Reads what `writeHead` wrote. Throws `unsupported`, `corrupt` or `malformed`. */
export declare function readHead(from: ByteReader): Opened;
export {};

// packages/protocol/src/film/moves
import { type ByteWriter } from "../wire/bytes.ts";
/** Who moved in one tick, by ascending slot: columns with one number a body, of which the first `count` count. */
export declare class MoveRows {
    #private;
    count: number;
    slots: Int32Array<ArrayBuffer>;
    /** 1 for who moved or turned: by `dx` and `dy` sixteenths of a tile, and how it faces then. */
    steps: Uint8Array<ArrayBuffer>;
    dx: Int32Array<ArrayBuffer>;
    dy: Int32Array<ArrayBuffer>;
    facing: Uint8Array<ArrayBuffer>;
    /** 1 for whose place in its path is another: it is `at`. */
    reaches: Uint8Array<ArrayBuffer>;
    at: Int32Array<ArrayBuffer>;
    push(slot: number, steps: number, dx: number, dy: number, facing: number, reaches: number, at: number): void;
}
/** Reads the moves of a tick's record into `rows`. Throws `malformed`. */
export declare function readMoveBytes(bytes: Uint8Array, rows: MoveRows): void;
/** Writes rows as the record of a tick has them. */
export declare function writeMoveBytes(out: ByteWriter, rows: MoveRows): void;

// packages/protocol/src/film/reader
import { type BlockHead, type FilmEntry, type ZstdReader } from "./block.ts";
import { MoveRows } from "./moves.ts";
import { FilmState } from "./state.ts";
import { type Told } from "./told.ts";
/** One entry of a block as it is played. `state` and `moves` are good until the next one is asked for. */
export interface FilmStep {
    readonly kind: "keyframe" | "tick";
    readonly tick: number;
    readonly seq: number;
    readonly batch: number;
    readonly told: Told;
    readonly moves: MoveRows;
    /** The tick of the next entry, null for the last one. */
    readonly nextTick: number | null;
    /** As the entry leaves it; null from an entry on that was kept as it was, until a keyframe can be played. */
    readonly state: FilmState | null;
    /** The entry's own bytes, made when they are asked for: before the next one is. */
    bytes(): Uint8Array;
}
/** Reads a block. Everything but the head is unpacked when it is asked for; what is damaged throws `corrupt`. */
export declare class BlockReader {
    #private;
    readonly head: BlockHead;
    /** Throws `corrupt` for what is no block or a damaged one, `unsupported` for a version this build does not know. */
    constructor(bytes: Uint8Array, zstd: ZstdReader);
    /** The state it opens with, as the map's keyframe of tick `openingTick`. */
    opening(): Uint8Array;
    /** The same to be played on, a new one each time; null if it is no state this build can play. */
    openingState(): FilmState | null;
    /** What ticks told in words, in order, but for those that told nothing or were kept as they were. Of the block only this is unpacked. */
    told(): Generator<{
        readonly tick: number;
        readonly told: Told;
    }>;
    /** Every entry of the record, in order, byte for byte. */
    entries(): Generator<FilmEntry>;
    /** Plays it: every entry with what it changed and the state it leaves. */
    play(): Generator<FilmStep>;
}

// packages/protocol/src/film/state
import type { Json, JsonObject } from "../intents.ts";
import type { MoveRows } from "./moves.ts";
import { type FilmActivity, type Told } from "./told.ts";
/** Version of keyframes and ticks that films are made of; others are kept as they are, byte for byte. */
export declare const recordVersion = 2;
/** What of a body is not in columns: as in a keyframe, where x, y, facing and at stand between `id` and `asleepSince`. */
export interface FilmBody {
    readonly id: number;
    asleepSince: number;
    readonly speed: number;
    layerOn: number;
    layerSees: number;
    epoch: number;
    lastN: number;
    /** Its who, kind, name, description, portable, traits, marks, carried and holds. */
    cold: JsonObject;
    activity: FilmActivity | null;
}
/**
 * The state of a map as its record tells it, without any rule of the world: what a film is played on. Positions are whole
 * sixteenths of a tile, facings 0 north, 1 east, 2 south, 3 west, `at` how many steps of its path a body has begun.
 */
export declare class FilmState {
    #private;
    readonly map: string;
    /** In tiles. */
    readonly width: number;
    readonly height: number;
    readonly asleepTicksMax: number;
    tick: number;
    /** By slot; null where nobody is. */
    readonly bodies: (FilmBody | null)[];
    x: Int32Array<ArrayBuffer>;
    y: Int32Array<ArrayBuffer>;
    facing: Uint8Array<ArrayBuffer>;
    at: Int32Array<ArrayBuffer>;
    /** As the map numbers them. */
    readonly doors: [name: string, open: boolean][];
    readonly away: Map<string, Json>;
    /** Throws `corrupt` for what is no keyframe, `unsupported` for one of another version. */
    constructor(keyframe: Json);
    /** One more than the highest slot in use. */
    get end(): number;
    has(slot: number): boolean;
    /** Brings it to the end of a tick. Throws `corrupt` for what does not fit; the state is then of no use any more. */
    apply(tick: number, told: Told, moves: MoveRows): void;
    /** The whole state as the keyframe of its tick: the same bytes that the map's own state gives. */
    keyframe(): Uint8Array;
    toJson(): JsonObject;
    /** A body whole, as keyframes have it. */
    row(slot: number): JsonObject;
}

// packages/protocol/src/film/told
import type { Json, JsonObject } from "../intents.ts";
/** A walk or a pursuit under way: `path` has one of the letters n, e, s and w a step, from tile `from` on. */
export interface FilmActivity extends JsonObject {
    readonly path: string | null;
    readonly from: number;
    readonly plannedTick: number;
}
/** What a tick tells in words: as its record has it, but only fields that hold anything. */
export interface Told extends JsonObject {
    /** Slots given up; a new body may have got one in the same tick. */
    readonly gone?: readonly number[];
    readonly born?: readonly (readonly [slot: number, row: JsonObject])[];
    /** Rows of slot, epoch, lastN and asleepSince. */
    readonly numbered?: readonly number[];
    /** Rows of slot, layerOn and layerSees. */
    readonly layered?: readonly number[];
    readonly acted?: readonly (readonly [slot: number, activity: FilmActivity | null])[];
    readonly cooled?: readonly (readonly [slot: number, cold: JsonObject])[];
    readonly doors?: readonly (readonly [door: number, open: boolean])[];
    readonly away?: readonly (readonly [who: string, away: Json])[];
    readonly events?: readonly JsonObject[];
}
/** The fields of a tick's record beside `tick`, in their order. */
export declare const toldFields: readonly string[];
/** Throws `corrupt` for what is nothing that a tick could tell. Which slots are in use is not looked at. */
export declare function toldFrom(value: Json): Told;
/** Throws `corrupt` for what is no activity. */
export declare function activityFrom(value: Json | undefined): FilmActivity | null;

// packages/protocol/src/film/ticks
import { type MoveRows } from "./moves.ts";
import { type Told } from "./told.ts";
interface TickParts {
    readonly told: Told;
    /** As `readMoveBytes` reads them. */
    readonly moves: Uint8Array;
}
/** Takes the record of a tick apart; null if it is written in another way than `writeTickBytes` writes. */
export declare function readTickBytes(bytes: Uint8Array, tick: number): TickParts | null;
/** The record of a tick, as the world wrote it. */
export declare function writeTickBytes(tick: number, told: Told, moves: MoveRows): Uint8Array;
export {};

// packages/protocol/src/film/writer
import { type BlockHead, type FilmEntry, type ZstdReader, type ZstdWriter } from "./block.ts";
/** A block and what it tells of itself. */
export interface WrittenBlock {
    readonly bytes: Uint8Array;
    readonly head: BlockHead;
}
/**
 * Recodes entries of one map's record, in order; the first must be a keyframe. Gives one block or several, each of which
 * opens with a whole state and reads by itself. Every block was read back and found to give every byte of its entries; what
 * could not be recoded was kept as it was. Throws `malformed` if there is no keyframe to begin with, `limit` if what has to
 * be kept is too large for a block.
 */
export declare function writeBlocks(entries: readonly FilmEntry[], zstd: ZstdWriter & ZstdReader): readonly WrittenBlock[];

// packages/protocol/src/duration
/** An amount of world time; the parts are added up. */
export interface Duration {
    readonly days?: number;
    readonly hours?: number;
    readonly minutes?: number;
    readonly seconds?: number;
    readonly ms?: number;
}
/**
 * A duration in milliseconds. A unit that is none makes it `malformed`, as does a bare number: `sleep(1000)` would
 * otherwise be a sleep of nothing.
 */
export declare function durationMs(duration: Duration, field: string): number;

// packages/protocol/src/hearing
import { type Duration } from "./duration.ts";
import { ElsewhereError } from "./errors.ts";
import type { Percept, PerceptKind, PerceptOf } from "./percepts.ts";
export interface UntilOptions<K extends PerceptKind> {
    /** Which percept of the kind is meant; without it the next one. */
    readonly where?: (percept: PerceptOf<K>) => boolean;
    /** How long to wait, of the world's time; without it for ever. */
    readonly timeout?: Duration | undefined;
}
/** Calls `wake` once when `ms` of world time have passed; returns how to cancel it. */
export type After = (ms: number, wake: () => void) => () => void;
/** Who listens to which kind of percept, and who waits for one. What a listener throws reaches `onFault` and no other. */
export declare class Hearing {
    #private;
    constructor(onFault: (error: unknown) => void, after: After);
    /** Kinds of percept somebody listens to. */
    get wants(): readonly PerceptKind[];
    hear(percept: Percept): void;
    on<K extends PerceptKind>(kind: K, listener: (percept: PerceptOf<K>) => unknown): () => void;
    once<K extends PerceptKind>(kind: K, listener: (percept: PerceptOf<K>) => unknown): () => void;
    until<K extends PerceptKind>(kind: K, { where, timeout }: UntilOptions<K>): Promise<PerceptOf<K> | null>;
    /** Rejects all who wait, now and later: nothing will be heard any more. */
    end(error: ElsewhereError): void;
}

// packages/protocol/src/inhabitant
import { ElsewhereError } from "./errors.ts";
import { type After, type UntilOptions } from "./hearing.ts";
import type { Direction, Intent, Json, JsonObject } from "./intents.ts";
import type { Look, Percept, PerceptKind, PerceptOf, Seen } from "./percepts.ts";
/** A tile, a body one has perceived, or coordinates as text. */
export type Destination = string | {
    readonly x: number;
    readonly y: number;
} | {
    readonly id: number;
};
type BodyRef = number | {
    readonly id: number;
};
/**
 * What anybody who inhabits a world can do and perceive: people (SDK) and programs alike.
 * Every method resolves when the world has durably done it, and rejects with an `ElsewhereError`.
 */
export interface Inhabitant {
    /** Walks there: `"map@x,y"`, `"map/place"`, `"place"`, a tile of this map, or a body. Resolves on arrival. */
    go(to: Destination): Promise<void>;
    follow(body: BodyRef): Promise<void>;
    stop(): Promise<void>;
    face(direction: Direction): Promise<void>;
    say(text: string): Promise<void>;
    whisper(to: BodyRef, text: string): Promise<void>;
    shout(text: string): Promise<void>;
    emote(text: string): Promise<void>;
    look(): Promise<Look>;
    lookAt(body: BodyRef): Promise<Seen>;
    /** The bodies in sight, oneself left out. */
    around(): Promise<readonly Seen[]>;
    use(target: BodyRef | string, code?: string): Promise<void>;
    take(thing: BodyRef): Promise<void>;
    drop(thing: BodyRef): Promise<void>;
    give(thing: BodyRef, to: BodyRef): Promise<void>;
    show(traits: JsonObject): Promise<void>;
    do(verb: string, data?: Json, to?: BodyRef): Promise<void>;
    leave(): Promise<void>;
    /** Calls `listener` for every percept of that kind from now on; returns how to stop it. */
    on<K extends PerceptKind>(kind: K, listener: (percept: PerceptOf<K>) => unknown): () => void;
    /** Calls `listener` for the next percept of that kind and then no more; returns how to stop it before. */
    once<K extends PerceptKind>(kind: K, listener: (percept: PerceptOf<K>) => unknown): () => void;
    /**
     * Waits for a percept of that kind for which `where` is true. With a `timeout` (world time) it resolves with null when
     * that has passed: that nobody came is an answer, not a fault. Rejects with what `where` throws, with `malformed` for
     * what is no amount of time, with `limit` beyond 256 waits at once.
     */
    until<K extends PerceptKind>(kind: K, options?: UntilOptions<K> & {
        readonly timeout?: undefined;
    }): Promise<PerceptOf<K>>;
    until<K extends PerceptKind>(kind: K, options: UntilOptions<K>): Promise<PerceptOf<K> | null>;
}
/**
 * The one implementation of `Inhabitant`, over whatever carries intents out. Whoever owns it hands it
 * every percept through `perceive`. `onFault` receives what a listener throws; `after` tells when world time has passed.
 */
export declare class InhabitantPort implements Inhabitant {
    #private;
    constructor(send: (n: number, intent: Intent) => void, onFault: (error: unknown) => void, after: After);
    /** Continue numbering after `lastN`: intents up to it were taken by the world before now. */
    startAfter(lastN: number): void;
    /** Kinds of percept somebody listens to. */
    get wants(): readonly PerceptKind[];
    /** Takes one percept: settles the intent it replies to, then calls the listeners of its kind. */
    perceive(percept: Percept): void;
    /** Rejects all that waits, for an answer or a percept: the connection or the body is gone for good. */
    abandon(error: ElsewhereError): void;
    /** Rejects what waits for an answer that will not come, all but number `spared`; who waits for a percept goes on waiting. */
    rejectUnanswered(error: ElsewhereError, spared?: number): void;
    /** Numbers of the intents not yet answered. */
    get unanswered(): readonly number[];
    act(intent: Intent): Promise<Json>;
    on<K extends PerceptKind>(kind: K, listener: (percept: PerceptOf<K>) => unknown): () => void;
    once<K extends PerceptKind>(kind: K, listener: (percept: PerceptOf<K>) => unknown): () => void;
    until<K extends PerceptKind>(kind: K, options?: UntilOptions<K> & {
        readonly timeout?: undefined;
    }): Promise<PerceptOf<K>>;
    until<K extends PerceptKind>(kind: K, options: UntilOptions<K>): Promise<PerceptOf<K> | null>;
    go(to: Destination): Promise<void>;
    follow(body: BodyRef): Promise<void>;
    stop(): Promise<void>;
    face(direction: Direction): Promise<void>;
    say(text: string): Promise<void>;
    whisper(to: BodyRef, text: string): Promise<void>;
    shout(text: string): Promise<void>;
    emote(text: string): Promise<void>;
    look(): Promise<Look>;
    lookAt(body: BodyRef): Promise<Seen>;
    around(): Promise<readonly Seen[]>;
    use(target: BodyRef | string, code?: string): Promise<void>;
    take(thing: BodyRef): Promise<void>;
    drop(thing: BodyRef): Promise<void>;
    give(thing: BodyRef, to: BodyRef): Promise<void>;
    show(traits: JsonObject): Promise<void>;
    do(verb: string, data?: Json, to?: BodyRef): Promise<void>;
    leave(): Promise<void>;
}
export {};

// packages/protocol/src/http
/** The shapes in which a host answers over HTTP; docs/PROTOCOL.md describes them. */
import type { ErrorJson } from "./errors.ts";
/** Told to everybody: nothing in it depends on who is in the world. */
export interface Health {
    readonly status: "ok" | "paused" | "stopped";
    readonly tick: number;
    readonly tickLagMs: number;
    readonly maps: number;
    readonly programs: number;
    /** Committed records since the world began; never decreases. */
    readonly seq: number;
}
export interface WorldInfo {
    readonly name: string;
    readonly description: string;
    readonly maps: readonly {
        readonly name: string;
        readonly title: string;
        readonly entries: readonly string[];
    }[];
    readonly guests: boolean;
    readonly tickMs: number;
    readonly speed: number;
    readonly now: number;
    /** Fingerprint of the host's key: sha256 of its Ed25519 public key, base64url. */
    readonly host: string;
}
export interface ProgramInfo {
    readonly program: string;
    readonly name: string;
    /** Whose quota it lives on. */
    readonly owner: string;
    /** The program that started it; null for one of `world.json`. */
    readonly parent: string | null;
    readonly body: number;
    readonly map: string | null;
    readonly x: number;
    readonly y: number;
    /** `crossing`: held, on its way to another host; `crossed`: it lives elsewhere. */
    readonly status: "running" | "backing_off" | "suspended" | "ended" | "crossing" | "crossed";
    /** What is tried next with one that keeps failing: the same heap again, an older one, or a fresh one. */
    readonly next: "again" | "older" | "fresh" | null;
    readonly reason: string | null;
    /** Where its heap is: in a memory of its own, as an image in the host's memory, or in storage alone. */
    readonly residence: "live" | "parked" | "stored";
    /** Since it was first here. */
    readonly turns: number;
    readonly faults: number;
    /** How much its heap differs from the base, as of its last image. */
    readonly heapBytes: number;
    /** Of its last turn, and of all turns since the host started. */
    readonly turnMs: number;
    readonly totalMs: number;
    /** Turns within the last minute of real time. */
    readonly wakesPerMinute: number;
    readonly mailbox: number;
    /** World time of its next timer, milliseconds since 1970. */
    readonly wakeAt: number | null;
}
/** What a list of programs can be sorted by; all but `name` and `wakeAt` greatest first. */
export type ProgramOrder = "name" | "heapBytes" | "turns" | "totalMs" | "wakesPerMinute" | "faults" | "wakeAt";
export interface ProgramsPage {
    /** How many programs match. */
    readonly total: number;
    readonly offset: number;
    readonly programs: readonly ProgramInfo[];
}
/** An image an operator can take a program back to. */
export interface ProgramImage {
    readonly turn: number;
    readonly hash: string;
    readonly bytes: number;
}
/** What a program may use. */
export interface Quota {
    readonly turnsPerSecond: number;
    readonly msPerSecond: number;
    readonly heapBytes: number;
    readonly mailboxItems: number;
    readonly intentsPerTurn: number;
    readonly speechPerMinute: number;
    readonly logBytesPerMinute: number;
    /** Programs that may live on it, itself included. */
    readonly programs: number;
}
export interface ProgramDetail {
    readonly info: ProgramInfo;
    /** What is left to it of what it was given: what it gave its children is taken off. */
    readonly quota: Quota;
    /** Files whose code it may start as programs of its own. */
    readonly spawns: readonly string[];
    readonly images: readonly ProgramImage[];
    readonly log: readonly LogLine[];
}
/** What an operator can have done with a program; each is answered once it is durable. */
export type ProgramCommand = {
    readonly kind: "suspend";
} | {
    readonly kind: "resume";
}
/** Its code is read again; its heap starts anew with its `memory`. */
 | {
    readonly kind: "upgrade";
}
/** Goes on from an earlier image. */
 | {
    readonly kind: "rewind";
    readonly hash: string;
} | {
    readonly kind: "end";
};
/** How far the record of a world reaches. */
export interface RecordTimeline {
    readonly fromTick: number;
    readonly toTick: number;
    /** World time of both, ms since 1970. */
    readonly from: number;
    readonly to: number;
    /** Where the days of the world's time begin (midnight, UTC), oldest first: the last 1,000 of them. */
    readonly days: readonly {
        readonly tick: number;
        readonly now: number;
    }[];
}
/** How much happened, in spans of equal length from `from` to `to`: how often somebody spoke, did something, came or went. */
export interface RecordDensity {
    readonly from: number;
    readonly to: number;
    readonly speech: readonly number[];
    readonly doings: readonly number[];
    readonly comings: readonly number[];
    /** Not all of it is counted yet: asked again, it goes on from there. */
    readonly more: boolean;
}
/** Who said what, newest first. */
export interface RecordSearch {
    readonly found: readonly Utterance[];
    /** The `before` with which it goes on; null when the beginning of the record is reached. */
    readonly before: number | null;
}
export interface Utterance {
    readonly tick: number;
    readonly now: number;
    /** Null where it was found in a person's memory. */
    readonly map: string | null;
    readonly name: string;
    readonly how: "say" | "whisper" | "shout";
    readonly text: string;
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
    /** Programs with a memory of their own, and with an image in the host's memory. */
    readonly programsLive: number;
    readonly programsParked: number;
    readonly parkedBytes: number;
    /** Worker threads ended because a turn held them too long. */
    readonly workersLost: number;
    readonly turns: number;
    readonly faults: number;
    readonly rssBytes: number;
    readonly cpuSeconds: number;
}
/** How far a crossing is. Of one that leaves: `offered` to `lost`; of one that comes: `asked` to `void`. */
export type CrossingState = 
/** The program has not consented yet. */
"offered"
/** It has consented in a turn, and is being packed. */
 | "consented"
/** It waits to be taken; past its deadline it goes on where it is. */
 | "frozen"
/** It is the other host's, or will be given back. */
 | "released"
/** This host was restored, and only its operator can know whether it lives elsewhere: `take-back` runs it as the backup has it. */
 | "unclear"
/** The other host will not have it: it is being taken back. */
 | "returning"
/** It lives there. */
 | "closed"
/** It did not leave; `error` says why. */
 | "stayed"
/** Given up by the operator: it lives there, or nowhere. */
 | "lost"
/** Somebody here is to say whether it may come. */
 | "asked"
/** A place is reserved for it; it waits for its key. */
 | "staged"
/** It is tried in a worker of its own. */
 | "trying" | "alive"
/** It never came to life here; `error` says why. */
 | "gone"
/** It lived here and was taken back. */
 | "void";
/** A crossing as one of its two hosts knows it. */
export interface CrossingInfo {
    readonly attempt: string;
    readonly direction: "out" | "in";
    /** Its id here; null as long as it has none. */
    readonly program: string | null;
    readonly name: string;
    /** What the other host is called here. */
    readonly host: string;
    readonly state: CrossingState;
    /** In words: what has to happen for it to go on; null when it is over. */
    readonly waitsFor: string | null;
    /** Until it is given up, seconds; null if nothing ends it but an answer. */
    readonly secondsLeft: number | null;
    readonly epoch: number;
    readonly payloadBytes: number | null;
    readonly error: ErrorJson | null;
}
/** Somebody this host is paired with. */
export interface PairingInfo {
    readonly host: string;
    readonly name: string;
    readonly address: string;
    /** Who decides when somebody comes from there: nobody (`always`, `never`), the operator (`ask`), or a program by its id. */
    readonly admits: string;
    /** Those of that host who may be here at once, and how large each may be. */
    readonly guestsMax: number;
    readonly heapBytesMax: number;
    /** Files whose code they may start here. */
    readonly spawns: readonly string[];
    /** Fingerprint of the earlier host that it was restored from and speaks for; null if it speaks for itself alone. */
    readonly inPlaceOf: string | null;
}
/** What decides of a crossing that an operator has to look at: see docs/OPERATING.md. */
export type CrossingDecision = "admit" | "refuse" | "take-back" | "let-go";
