import { protocolVersion } from "@elsewhere/protocol";
import type { Command } from "commander";
import type { Authority } from "./authority.ts";

/** The version of this program, of Node and of the protocol it speaks. */
async function version(json: boolean, authority: Authority): Promise<string> {
  const bytes = await authority.readFile(authority.shipped("packages/server/package.json"));
  const { version: elsewhere } = JSON.parse(new TextDecoder().decode(bytes ?? undefined)) as { version: string };
  const versions = { elsewhere, protocol: protocolVersion, node: process.versions.node };
  if (json) return JSON.stringify(versions);
  return `elsewhere ${versions.elsewhere} (protocol ${versions.protocol}, Node ${versions.node})`;
}

export function addVersion(program: Command, authority: Authority): void {
  program
    .command("version")
    .description("print the version")
    .option("--json", "one line of JSON")
    .action(async (options: { json?: true }) => authority.print(await version(options.json ?? false, authority)));
}
