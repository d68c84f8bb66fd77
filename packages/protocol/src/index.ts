export { limits } from "./limits.ts";
export { ElsewhereError, type ErrorCode, type ErrorDetail, type ErrorJson } from "./errors.ts";
export { requireShallow } from "./depth.ts";
export { type Coordinates, formatCoordinates, parseCoordinates } from "./coordinates.ts";
export { checkIntent, type Direction, type Intent, type IntentKind, issueToError, type Json, type JsonObject } from "./intents.ts";
export {
  type BodyKind,
  type Crossing,
  type CrossingTerms,
  type DoorSeen,
  type Look,
  type Percept,
  type PerceptKind,
  type PerceptOf,
  type Posture,
  type Seen,
  sensations,
  type Who,
} from "./percepts.ts";
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
export type {
  CrossingDecision,
  CrossingInfo,
  CrossingState,
  Health,
  LogLine,
  PairingInfo,
  ProgramCommand,
  ProgramDetail,
  ProgramImage,
  ProgramInfo,
  ProgramOrder,
  ProgramsPage,
  Quota,
  RecordDensity,
  RecordSearch,
  RecordTimeline,
  Stats,
  Utterance,
  WorldInfo,
} from "./http.ts";
