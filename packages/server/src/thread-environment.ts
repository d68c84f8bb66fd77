import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";

/**
 * What a worker thread that runs others' code, or shows the past, has of the process's environment: nothing but where Node
 * keeps what it made of our sources. Without it a thread compiles all of them anew, which takes most of its start.
 */
export function threadEnvironment(): Readonly<Record<string, string>> {
  const folder = getCompileCacheDir();
  // Node keeps it in a folder of its own version in the one that it was given.
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}
