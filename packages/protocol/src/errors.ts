/** What can go wrong, as a closed list. A code is part of the public interface; its message is not. */
export type ErrorCode =
  | "limit" // more, longer or larger than allowed
  | "malformed" // does not parse, or has the wrong shape
  | "unknown" // no such intent, map, place, body, program or file
  | "unreachable" // no way leads there
  | "out_of_reach" // too far away to touch, whisper to or take
  | "silent" // no speech here
  | "locked" // a door that wants its code
  | "taken" // in use: a port, a name, a thing another carries
  | "forbidden" // no right to it
  | "fenced" // a newer connection has taken the body over
  | "away" // not in the world now
  | "interrupted" // another intent took its place, or the heap that asked was taken back
  | "fault" // a program failed
  | "corrupt" // stored bytes do not match their hash
  | "storage" // the disk refused
  | "unsupported"; // a format or version this build does not read

/** Where an error was found and what would have been allowed: shown to users, safe to send. */
export interface ErrorDetail {
  /** The field, file or flag that was wrong, e.g. `intent.text` or `maps/harbour.tmj`. */
  readonly field?: string;
  /** The limit that was exceeded, in the unit its name in `limits` says. */
  readonly limit?: number;
}

const messageCharsMax = 500;

/** Messages quote what others wrote; whatever that was, they stay one line of a readable length. */
// oxlint-disable-next-line no-control-regex
const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").slice(0, messageCharsMax);

/** The one error type of this project. `message` is one line: what was wrong, where, what to do. */
export class ElsewhereError extends Error {
  override readonly name = "ElsewhereError";
  readonly code: ErrorCode;
  readonly detail: ErrorDetail;

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}, options?: ErrorOptions) {
    super(oneLine(message), options);
    this.code = code;
    this.detail = detail;
  }

  /** The form in which an error is sent and stored. */
  toJSON(): ErrorJson {
    return { code: this.code, message: this.message, ...this.detail };
  }

  static from(json: ErrorJson): ElsewhereError {
    const { code, message, ...detail } = json;
    return new ElsewhereError(code, message, detail);
  }
}

export type ErrorJson = ErrorDetail & { readonly code: ErrorCode; readonly message: string };
