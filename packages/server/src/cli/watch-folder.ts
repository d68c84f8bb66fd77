/**
 * Watches a folder and all folders in it, each by itself: only that reports every change, also where an editor writes a new
 * file and puts it in the place of the old one. Node's own recursive watching loses such a file at its second change on
 * Linux, because it watches files.
 */
import { join } from "node:path";

/** What watching takes of the system; `main.ts` hands in the real ones. */
export interface FolderSystem {
  /** Watches the entries of one folder. `changed` has the entry's name, null if the system does not say which. */
  watch(folder: string, changed: (name: string | null) => void): { close(): void };
  /** Names of the folders in a folder; null if it is none. */
  foldersIn(folder: string): readonly string[] | null;
}

/** Neither holds anything that a world is made of, and both can be very large. */
const isLeftOut = (name: string): boolean => name === "node_modules" || name.startsWith(".");
/** Beyond these a change is found at the next start. */
const foldersMax = 2_000;

/**
 * `changed` has the path of a file or folder, relative to `root`; a folder stands for all that is in it, and "" for all there
 * is. Throws what the system says if it cannot be watched. Returns how to stop.
 */
export function watchFolder(root: string, changed: (path: string) => void, system: FolderSystem): () => void {
  const watched = new Watched(root, changed, system);
  try {
    watched.add("");
  } catch (error) {
    watched.close();
    throw error;
  }
  return () => watched.close();
}

class Watched {
  readonly #root: string;
  readonly #changed: (path: string) => void;
  readonly #system: FolderSystem;
  /** By path relative to the root. */
  readonly #watchers = new Map<string, { close(): void }>();

  constructor(root: string, changed: (path: string) => void, system: FolderSystem) {
    this.#root = root;
    this.#changed = changed;
    this.#system = system;
  }

  add(path: string): void {
    const folder = join(this.#root, path);
    if (this.#watchers.size >= foldersMax || this.#system.foldersIn(folder) === null) return;
    this.#watchers.set(
      path,
      this.#system.watch(folder, (name) => this.#entryChanged(path, name)),
    );
    // Looked into only now that it is watched: what comes in between is then met twice rather than missed.
    for (const name of this.#system.foldersIn(folder) ?? []) if (!isLeftOut(name)) this.add(join(path, name));
  }

  close(): void {
    for (const path of this.#watchers.keys()) this.#forget(path);
  }

  #forget(path: string): void {
    for (const [each, watcher] of this.#watchers) {
      if (each !== path && !each.startsWith(`${path}/`)) continue;
      this.#watchers.delete(each);
      watcher.close();
    }
  }

  #entryChanged(folder: string, name: string | null): void {
    if (name === null) this.#changed(folder);
    if (name === null || isLeftOut(name)) return;
    const path = join(folder, name);
    // What was watched under this name may be another folder now, or none.
    this.#forget(path);
    try {
      this.add(path);
    } catch {
      // The system watches no more folders. The person was told at the start what is watched; a restart reads the rest.
    }
    this.#changed(path);
  }
}
