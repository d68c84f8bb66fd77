import type { Command } from "commander";
import type { Authority } from "./authority.ts";
import { checkMapCommand } from "./check-map.ts";

/** `elsewhere map …`. */
export function addMap(program: Command, authority: Authority): void {
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
}
