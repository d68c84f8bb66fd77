import type { Command } from "commander";
import type { Authority } from "./authority.ts";
import { backupCommand, confirmCommand, restoreCommand } from "./backup-record.ts";
import { compareCommand } from "./compare-records.ts";
import { addExport } from "./export-record.ts";
import { verifyRecordCommand } from "./verify-record.ts";

interface Flags {
  readonly json?: boolean;
}

/** `elsewhere record …`. */
export function addRecord(program: Command, authority: Authority): void {
  const record = program.command("record").description("look at records, copy and restore them");
  record
    .command("verify")
    .description("verify all hashes of a data directory or a backup: chains, transcripts, images")
    .argument("<dir>", "the data directory, whose server must not be running, or a backup")
    .option("--json", "one line of JSON")
    .action((dir: string, { json = false }: Flags) => verifyRecordCommand({ dir, json }, authority));
  record
    .command("backup")
    .description("copy all of a world's data into one file, while it runs or while it does not")
    .argument("<source>", "the operator's address of a running server, as it said when it started, or the data directory of a stopped one")
    .requiredOption("--to <file>", "the file to make; one that is there stays as it is")
    .option("--json", "one line of JSON")
    .addHelpText("after", backupHelp)
    .action((source: string, { to, json = false }: Flags & { readonly to: string }) => backupCommand({ source, to, json }, authority));
  record
    .command("restore")
    .description("make a data directory from a backup, quarantined until you confirm it")
    .argument("<file>", "what `elsewhere record backup` has made")
    .argument("<dir>", "the data directory to make; one that is there stays as it is")
    .option("--json", "one line of JSON")
    .addHelpText("after", restoreHelp)
    .action((file: string, dir: string, { json = false }: Flags) => restoreCommand({ file, dir, json }, authority));
  record
    .command("confirm")
    .description("say that the host a restored world was copied from is gone for good; then it may run")
    .argument("<dir>", "the data directory that was restored")
    .option("--json", "one line of JSON")
    .action((dir: string, { json = false }: Flags) => confirmCommand({ dir, json }, authority));
  record
    .command("compare")
    .description("say at which tick two records of a world differ first, and how; exit code 1 if they do")
    .argument("<dir>", "a data directory, whose server must not be running, or a backup")
    .argument("<dir2>", "another one")
    .option("--world <dir>", "folder with the world.json of that world, to tell it in words (default: the harbour)")
    .option("--json", "one line of JSON")
    .addHelpText("after", compareHelp)
    .action((dir: string, dir2: string, { world, json = false }: Flags & { readonly world?: string }) =>
      compareCommand({ dir, dir2, world: world ?? null, json }, authority),
    );
  addExport(record, authority);
}

const compareHelp = `
Map by map: records whose chains end in the same hash are equal; of others the first tick is told of which they say
different things, who stands otherwise and what happened in one of them alone. What is inside a hidden place is sealed, and
not compared.`;

const backupHelp = `
The copy is the moment at which it began; the world goes on meanwhile. It is verified, and on the disk, before it gets its
name. It holds everything, the host's key and its token secret too, and only its owner may read it.

  elsewhere record backup 'http://localhost:7070/#operator=TOKEN' --to harbour.backup
  elsewhere record backup data/harbour --to harbour.backup`;

const restoreHelp = `
The backup is verified first; a damaged one is refused. The restored world is another host, with a key and a token secret
of its own: tokens and invitations of the old one are not valid in it. Nothing runs in it until \`elsewhere record confirm\`,
for should the old host still run, everybody would be in the world twice.`;
