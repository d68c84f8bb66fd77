import { join } from "node:path";
import type { Tool, ToolRun } from "../programs/author/check-types.ts";

/** What running a tool takes of the system; `main.ts` hands in the real ones. */
export interface ToolSystem {
  /** Makes a new folder for what is thrown away again. */
  newFolder(): Promise<string>;
  removeFolder(path: string): Promise<void>;
  writeFile(path: string, text: string): Promise<void>;
  /** Runs a script by Node; the exit code is null if it had to be ended. */
  run(
    script: string,
    args: readonly string[],
    folder: string,
    msMax: number,
  ): Promise<{ readonly code: number | null; readonly out: string }>;
}

/** Runs a script in a folder of its own, and leaves nothing behind. */
export async function runTool({ script, args, files, msMax }: Tool, system: ToolSystem): Promise<ToolRun> {
  const folder = await system.newFolder();
  try {
    for (const [name, text] of Object.entries(files)) await system.writeFile(join(folder, name), text);
    return { ...(await system.run(script, args, folder, msMax)), folder };
  } finally {
    await system.removeFolder(folder);
  }
}
