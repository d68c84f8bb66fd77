import { type Command, InvalidArgumentError, Option } from "commander";
import { parseHostAddress } from "../crossings/address.ts";
import type { GuestPolicy } from "../tokens/guests.ts";
import type { Authority } from "./authority.ts";
import { wholeNumber } from "./numbers.ts";
import { up } from "./up.ts";

/** `elsewhere up`. */
export function addUp(program: Command, authority: Authority): void {
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
