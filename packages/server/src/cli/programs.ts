import { type Command, Option } from "commander";
import type { Authority } from "./authority.ts";
import { checkProgramCommand } from "./check-program.ts";
import { newProgramCommand } from "./new-program.ts";

/** `elsewhere program …`. */
export function addPrograms(program: Command, authority: Authority): void {
  const programs = program.command("program").description("write programs and try them");
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
