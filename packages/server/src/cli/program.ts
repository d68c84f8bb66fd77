import { ElsewhereError } from "@elsewhere/protocol";
import { Command } from "commander";
import type { Authority } from "./authority.ts";

/** Adds one command. Its actions report by themselves; what they throw is one line and exit code 1. */
type Add = (program: Command, authority: Authority) => void;

/** Each in a module of its own, in the order in which help tells them. */
const commands: Readonly<Record<string, () => Promise<Add>>> = {
  up: async () => (await import("./up-command.ts")).addUp,
  map: async () => (await import("./map.ts")).addMap,
  program: async () => (await import("./programs.ts")).addPrograms,
  place: async () => (await import("./place.ts")).addPlaces,
  record: async () => (await import("./record.ts")).addRecord,
  replay: async () => (await import("./replay-record.ts")).addReplay,
  pair: async () => (await import("./pair.ts")).addPair,
  cross: async () => (await import("./cross.ts")).addCross,
  crossings: async () => (await import("./crossings.ts")).addCrossings,
  carry: async () => (await import("./carry.ts")).addCarry,
  version: async () => (await import("./version.ts")).addVersion,
};

/** Reads the modules of the command that is meant and no other: to read all of them takes longer than most commands run. */
async function commandLine(authority: Authority): Promise<Command> {
  const program = new Command("elsewhere")
    .description("A world server: one persistent place that people and programs inhabit together.")
    .configureOutput({ writeOut: (text) => authority.print(text.trimEnd()), writeErr: (text) => authority.say(text.trimEnd()) })
    .showHelpAfterError("(--help shows what there is)")
    // An option is that of the command it stands behind: `crossings` and `crossings resolve` both take --url.
    .enablePositionalOptions()
    .exitOverride();
  const [name = ""] = authority.args;
  const meant = Object.hasOwn(commands, name) ? [commands[name]!] : Object.values(commands);
  for (const add of meant) (await add())(program, authority);
  return program;
}

/** Runs one command line; resolves with its exit code once a command has ended or a world runs. */
export async function run(authority: Authority): Promise<number> {
  try {
    const program = await commandLine(authority);
    await program.parseAsync([...authority.args], { from: "user" });
    return 0;
  } catch (error) {
    const thrown = error as { code?: string; exitCode?: number; message?: string };
    if (thrown.code?.startsWith("commander.")) return thrown.exitCode ?? 1;
    // What the system refuses (a file one may not read, say) is the user's to mend; anything else is ours, and its trace helps.
    const plain = error instanceof ElsewhereError || "syscall" in thrown;
    authority.say(`elsewhere: ${plain ? thrown.message : String((error as Error).stack ?? error)}`);
    return 1;
  }
}
