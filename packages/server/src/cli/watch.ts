import type { Host } from "../host.ts";
import { ProgramWatch } from "../programs/author/watch.ts";
import type { LoadedWorld } from "../worlds/load.ts";
import type { Authority } from "./authority.ts";

/** `elsewhere up --watch`: upgrades the programs of a running world as their files change. Returns how to stop. */
export function watchWorld({ root, bundles, bundle }: LoadedWorld, { programs }: Host, authority: Authority): () => void {
  const say = (line: string): void => authority.say(line);
  const watch = new ProgramWatch({ programs, bundles, bundle, after: (ms, wake) => authority.time.after(ms, wake), say });
  let stop: () => void;
  try {
    stop = authority.watchFolder(root, (path) => watch.changed(path));
  } catch (error) {
    say(`${root} cannot be watched, and the world runs without that: ${(error as Error).message}`);
    return () => {};
  }
  say(`Watching ${root}: programs whose files change are upgraded in place, and keep their memory.`);
  // Whatever changed since the world was loaded.
  watch.changed("");
  return () => {
    stop();
    watch.close();
  };
}
