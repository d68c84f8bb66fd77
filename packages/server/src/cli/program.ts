import { ElsewhereError } from "@elsewhere/protocol";
import { Command, InvalidArgumentError, Option } from "commander";
import { parseHostAddress } from "../crossings/address.ts";
import type { GuestPolicy } from "../tokens/guests.ts";
import type { Authority } from "./authority.ts";
import { addCarry } from "./carry.ts";
import { checkMapCommand } from "./check-map.ts";
import { checkProgramCommand } from "./check-program.ts";
import { addCross } from "./cross.ts";
import { addCrossings } from "./crossings.ts";
import { newProgramCommand } from "./new-program.ts";
import { wholeNumber } from "./numbers.ts";
import { addPair } from "./pair.ts";
import { addPlaces } from "./place.ts";
import { addRecord } from "./record.ts";
import { addReplay } from "./replay-record.ts";
import { up } from "./up.ts";
import { version } from "./version.ts";

/** The whole command line. Every action reports by itself; what it throws is one line and exit code 1. */
function commandLine(authority: Authority): Command {
  const program = new Command("elsewhere")
    .description("A world server: one persistent place that people and programs inhabit together.")
    .configureOutput({ writeOut: (text) => authority.print(text.trimEnd()), writeErr: (text) => authority.say(text.trimEnd()) })
    .showHelpAfterError("(--help shows what there is)")
    // An option is that of the command it stands behind: `crossings` and `crossings resolve` both take --url.
    .enablePositionalOptions()
    .exitOverride();
  addUp(program, authority);
  program
    .command("map")
    .description("look at Tiled maps")
    .command("check")
    .description("say what a Tiled map means to a world")
    .argument("<file>", "Tiled JSON (.tmj, .json) or TMX")
    .option("--profile <file>", "a profile that gives layers a meaning")
    .option("--json", "one line of JSON")
    .action((file: string, options: { profile?: string; json?: true }) =>
      checkMapCommand({ file, profile: options.profile ?? null, json: options.json ?? false }, authority),
    );
  addPrograms(program.command("program").description("write programs and try them"), authority);
  addPlaces(program.command("place").description("make the keys of hidden places, and open those that are closed"), authority);
  addRecord(program.command("record").description("look at records, copy and restore them"), authority);
  addReplay(program, authority);
  addPair(program, authority);
  addCross(program, authority);
  addCrossings(program, authority);
  addCarry(program, authority);
  program
    .command("version")
    .description("print the version")
    .option("--json", "one line of JSON")
    .action(async (options: { json?: true }) => authority.print(await version(options.json ?? false, authority)));
  return program;
}

function addPrograms(programs: Command, authority: Authority): void {
  programs
    .command("check")
    .description("check a program's types, bundle it and run its first turns in a bare room")
    .argument("<file>", "its TypeScript module; one below a world.json may import files of that world")
    .option("--json", "one line of JSON")
    .addHelpText("after", checkHelp)
    .action((file: string, options: { json?: true }) => checkProgramCommand({ file, json: options.json ?? false }, authority));
  programs
    .command("new")
    .description("write a program that runs, to begin with")
    .argument("<name>", "what it is called by: lower-case letters, digits, - and _")
    .option("--world <dir>", "folder with a world.json: write it there and enter it (default: write the file alone)")
    .addOption(new Option("--at <coordinates>", "with --world: map/place or map@x,y (default: where people come in)"))
    .option("--json", "one line of JSON")
    .action((name: string, options: { world?: string; at?: string; json?: true }) =>
      newProgramCommand({ name, world: options.world ?? null, at: options.at ?? null, json: options.json ?? false }, authority),
    );
}

const checkHelp = `
It prints the size of the code and of the heap, how long the turns took, what the program listens to, what its entry
in world.json has to grant it, and which limits it came near. What is wrong is told by file, line and column, and makes
the exit code 1.`;

function addUp(program: Command, authority: Authority): void {
  program
    .command("up")
    .description("start a world")
    .addOption(new Option("--port <number>", "port to serve on; 0 takes any free one").default(7070).argParser(wholeNumber(0, 65_535)))
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--data <dir>", "data directory (default: data/ and the world's name)")
    .addOption(new Option("--world <dir>", "folder with a world.json (default: the harbour)").conflicts("map"))
    .option("--map <file>", "serve a Tiled map and the maps it leads to as a world")
    .option("--profile <file>", "with --map: a profile that gives layers a meaning")
    .addOption(new Option("--tick-ms <number>", "real milliseconds a tick").default(100).argParser(wholeNumber(10, 10_000)))
    .addOption(
      new Option("--speed <times>", "times real time, or max for as fast as the machine can (implies --lockstep)")
        .default(1)
        .argParser(speed),
    )
    .option("--lockstep", "every tick waits for all programs: the same seed gives the same record", false)
    .addOption(
      new Option("--seed <number>", "seed of a new world (default: the world's own; of a fork: a new one)").argParser(
        wholeNumber(0, 0xffff_ffff),
      ),
    )
    .addOption(
      new Option(
        "--fork <dir@time>",
        "begin a new world, in --data, from what a record was at a moment: 2026-03-01T10:00, 10:00, +90s, #1200; who is in a hidden place whose secret its map does not tell comes along with --place-keys",
      ),
    )
    .addOption(
      new Option("--guests <where>", "from where people without a token are let in")
        .choices(["loopback", "all", "none"])
        .default("loopback"),
    )
    .option("--place-keys <file>", "coordinates of hidden places to open, MAP/PLACE~SECRET a line; # begins a comment")
    .option(
      "--address <address>",
      "where other hosts reach this one, elsewhere://HOST:PORT (default: as --host and --port say)",
      hostAddress,
    )
    .option("--carrier <address>", "elsewhere://HOST:PORT of a carrier (default: hosts hand programs over directly)", carrierAddress)
    .option("--witness <name>", "the paired host that keeps this one's rows, so that it may be restored (default: this host itself)")
    .addOption(new Option("--watch", "upgrade programs in place when their files change: memory is kept").default(false).conflicts("map"))
    .option("--json", "one line of JSON when ready", false)
    .action((options: UpFlags) =>
      up(
        {
          ...options,
          data: options.data ?? null,
          world: options.world ?? null,
          map: options.map ?? null,
          profile: options.profile ?? null,
          seed: options.seed ?? null,
          fork: options.fork ?? null,
          placeKeys: options.placeKeys ?? null,
          address: options.address ?? null,
          carrier: options.carrier ?? null,
          witness: options.witness ?? null,
        },
        authority,
      ),
    );
}

interface UpFlags {
  readonly port: number;
  readonly host: string;
  readonly data?: string;
  readonly world?: string;
  readonly map?: string;
  readonly profile?: string;
  readonly tickMs: number;
  readonly speed: number;
  readonly lockstep: boolean;
  readonly seed?: number;
  readonly fork?: string;
  readonly guests: GuestPolicy;
  readonly placeKeys?: string;
  readonly address?: string;
  readonly carrier?: string;
  readonly witness?: string;
  readonly watch: boolean;
  readonly json: boolean;
}

const carrierAddress = (text: string): string => parseHostAddress(text, "--carrier");
const hostAddress = (text: string): string => parseHostAddress(text, "--address");

function speed(text: string): number {
  const value = text === "max" ? Infinity : Number(text);
  if (text.trim() === "" || !(value >= 0.1 && (value <= 1000 || value === Infinity))) {
    throw new InvalidArgumentError("It must be a number from 0.1 to 1000, or max.");
  }
  return value;
}

/** Runs one command line; resolves with its exit code once a command has ended or a world runs. */
export async function run(authority: Authority): Promise<number> {
  try {
    await commandLine(authority).parseAsync([...authority.args], { from: "user" });
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
