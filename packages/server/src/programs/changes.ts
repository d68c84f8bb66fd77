/** What is done to a program from outside its turns, by supervision or by an operator; applied between two turns, in a tick. */
import { ElsewhereError, type ErrorJson, type ProgramCommand } from "@elsewhere/protocol";
import type { ImageEntry, ImageRow, LogRow, ProgramRow, Storage } from "../storage/contract.ts";
import type { Code, ProgramStatus } from "./contract.ts";
import { hostLine } from "./diary.ts";
import type { Departed } from "./kept.ts";
import { type Resident, suspendedByOperator } from "./resident.ts";
import { readEnvelope } from "./sandbox/envelope.ts";

export type Change =
  | { readonly kind: "suspend"; readonly error: ErrorJson }
  | { readonly kind: "resume" }
  /** `forgives`: somebody looked at it, so that earlier faults no longer count. */
  | { readonly kind: "anew"; readonly code: Code | null; readonly why: string; readonly forgives: boolean }
  | { readonly kind: "rewind"; readonly image: ImageRow; readonly why: string; readonly forgives: boolean }
  /** Its body goes, for it is released to another host. */
  | { readonly kind: "depart"; readonly body: Departed }
  | { readonly kind: "end" };

/** What a change puts into the commit of its tick. */
export interface Changed {
  readonly row: ProgramRow;
  readonly image: ImageRow | null;
  readonly logs: readonly LogRow[];
}

/** The change an operator asked for. Rejects with `unknown` or `forbidden` where that cannot be done. */
export async function changeOf(
  command: ProgramCommand,
  resident: Resident,
  storage: Pick<Storage, "images" | "image">,
  readCode: (file: string) => Promise<Code>,
): Promise<Change> {
  const { program, codeFile } = resident.spec;
  switch (command.kind) {
    case "suspend":
      return { kind: "suspend", error: suspendedByOperator };
    case "resume":
      return { kind: "resume" };
    case "end":
      return { kind: "end" };
    case "upgrade":
      if (codeFile === null)
        throw new ElsewhereError("forbidden", `program ${program} came from another host, and its code with it`, { field: "kind" });
      return { kind: "anew", code: await readCode(codeFile), why: "its code was read again", forgives: true };
    case "rewind": {
      const image = await storage.image(program, command.hash);
      if (image === null) throw new ElsewhereError("unknown", `program ${program} has no such image`, { field: "hash" });
      if (!sinceArrival(resident, await storage.images(program)).some(({ hash }) => hash === command.hash))
        throw new ElsewhereError("forbidden", "that image is of before it came here, and it has lived on since", { field: "hash" });
      if (!isOf(image, resident))
        throw new ElsewhereError("forbidden", "that image is of other code than the program has now", { field: "hash" });
      return { kind: "rewind", image, why: "taken back by the operator", forgives: true };
    }
  }
}

/** Throws `forbidden` where a command makes no sense. */
export function requireAllowed({ kind }: ProgramCommand, resident: Resident): void {
  const { status, spec } = resident;
  const refuse = (why: string): never => {
    throw new ElsewhereError("forbidden", `program ${spec.program} ${why}`, { field: "kind" });
  };
  const gone = whyGone(resident);
  if (gone !== null) throw gone;
  if (kind === "suspend" && status.kind === "suspended") refuse("is suspended already");
  if (kind === "resume" && status.kind === "running") refuse("is running already");
}

/** Why nothing can be done with it here: it has ended, has left, or is about to; null if something can. */
export function whyGone({ status, spec: { program } }: Resident): ElsewhereError | null {
  const why = whyGoneBy(status);
  return why === null ? null : new ElsewhereError("forbidden", `program ${program} ${why}`, { field: "program" });
}

function whyGoneBy(status: ProgramStatus): string | null {
  switch (status.kind) {
    case "ended":
      return "has ended";
    case "crossing":
      return "is on its way to another host: elsewhere crossings tells where, and what it waits for";
    case "crossed":
      return livesAt(status.host);
    default:
      return null;
  }
}

/** What is said of a program that has left. */
export const livesAt = (host: string | null): string => `lives at ${host ?? "another host"}`;

/** Of images, newest first, those of the present life here: what came before it was gone on from elsewhere. */
function sinceArrival({ kept: { arrived } }: Resident, images: readonly ImageEntry[]): readonly ImageEntry[] {
  const at = images.findIndex(({ hash }) => hash === arrived?.image);
  return at === -1 ? images : images.slice(0, at + 1);
}

/** The newest image of the program's code that lies before where its heap stands now; null if there is none. */
export async function olderImage(resident: Resident, storage: Pick<Storage, "images" | "image">): Promise<ImageRow | null> {
  const { program } = resident.spec;
  for (const { turn, hash } of sinceArrival(resident, await storage.images(program))) {
    const image = turn < resident.kept.turn ? await storage.image(program, hash) : null;
    if (image !== null && isOf(image, resident)) return image;
  }
  return null;
}

function isOf(image: ImageRow, resident: Resident): boolean {
  try {
    return readEnvelope(image.bytes).code === resident.kept.codeHash;
  } catch {
    return false;
  }
}

/** Applies a change to a program that has no turn under way. */
export function apply(change: Change, resident: Resident, now: number, tick: number): Changed {
  const line = (text: string): LogRow[] => [hostLine(resident.spec.program, now, text)];
  switch (change.kind) {
    case "suspend":
      return { row: resident.suspend(change.error, tick), image: null, logs: line("suspended by the operator") };
    case "resume":
      return { row: resident.resume(tick), image: null, logs: line("resumed by the operator") };
    case "end":
      return { row: resident.end(tick), image: null, logs: line("ended by the operator") };
    case "depart":
      return { row: resident.depart(change.body, tick), image: null, logs: line("left for another host") };
    case "rewind": {
      const { image, why, forgives } = change;
      const row = resident.rewind(image, now, tick, forgives);
      return { row, image: { ...image, anew: true }, logs: line(`${why}: it goes on from its image after turn ${image.turn}`) };
    }
    case "anew": {
      const { code, why, forgives } = change;
      return {
        row: resident.startAnew(code ?? resident.spec.code, tick, forgives),
        image: null,
        logs: line(`${why}: it starts anew with its memory`),
      };
    }
  }
}
