import { ElsewhereError, type ProgramCommand, type ProgramDetail } from "@elsewhere/protocol";
import { batch, signal } from "@preact/signals";
import { getProgram, postCommand } from "./api.ts";
import { operatorToken } from "./operator.ts";
import { lineOf } from "./world.ts";

/** The one program that is looked at from near by. */
interface Opened {
  readonly program: string;
  readonly name: string;
  /** Null until it is told. */
  readonly detail: ProgramDetail | null;
  /** The host knows it no more. */
  readonly gone: boolean;
}

export interface Answer {
  readonly tone: "calm" | "error";
  readonly text: string;
}

export const opened = signal<Opened | null>(null);
/** What is being done with it just now. */
export const doing = signal<ProgramCommand["kind"] | null>(null);
/** What came of the last command. */
export const answer = signal<Answer | null>(null);

/** Opens a program; what there is to know of it is asked for with the pane's next look. */
export function open(program: string, name: string): void {
  batch(() => {
    opened.value = { program, name, detail: null, gone: false };
    answer.value = null;
    doing.value = null;
  });
}

export function close(): void {
  opened.value = null;
}

/** Asks anew for the program that is open. */
export async function look(): Promise<void> {
  const token = operatorToken.peek();
  const before = opened.peek();
  if (token === null || before === null) return;
  let detail: ProgramDetail | null = null;
  try {
    detail = await getProgram(token, before.program);
  } catch (error) {
    if (!(error instanceof ElsewhereError) || error.code !== "unknown") throw error;
  }
  const now = opened.peek();
  if (now?.program !== before.program) return;
  opened.value = detail === null ? { ...now, gone: true } : { ...now, name: detail.info.name, detail, gone: false };
}

const done: Readonly<Record<ProgramCommand["kind"], string>> = {
  suspend: "Suspended: it runs no turn until you resume it.",
  resume: "Resumed.",
  upgrade: "Upgraded: its heap starts anew with its memory.",
  rewind: "Rewound: it goes on from that image.",
  end: "Ended for good.",
};

/** Has it done with the open program, and says in `answer` what came of it. */
export async function command(wanted: ProgramCommand): Promise<void> {
  const token = operatorToken.peek();
  const program = opened.peek()?.program;
  if (token === null || program === undefined || doing.peek() !== null) return;
  const answered = (said: Answer): void => {
    if (opened.peek()?.program !== program) return;
    batch(() => {
      doing.value = null;
      answer.value = said;
    });
  };
  batch(() => {
    doing.value = wanted.kind;
    answer.value = null;
  });
  try {
    await postCommand(token, program, wanted);
    await look();
    answered({ tone: "calm", text: done[wanted.kind] });
  } catch (error) {
    answered({ tone: "error", text: lineOf(error) });
  }
}
