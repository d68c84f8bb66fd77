import type { Who } from "@elsewhere/protocol";

/** One watched body: what it knew when the last step was over. */
export interface Watcher {
  readonly id: number;
  tile: number;
  asleep: boolean;
  /** Who is in its sight, by id, with the name to say goodbye to; itself left out. */
  readonly known: Map<number, string>;
  /** Indexes of the doors in its sight. */
  doors: Set<number>;
}

const nobody: ReadonlySet<Watcher> = new Set();

/** Who has whom in sight, looked up from either side. */
export class Sightings {
  readonly watchers = new Map<number, Watcher>();
  readonly #knownBy = new Map<number, Set<Watcher>>();

  add(watcher: Watcher): void {
    this.delete(watcher.id);
    this.watchers.set(watcher.id, watcher);
  }

  delete(id: number): void {
    const watcher = this.watchers.get(id);
    if (!watcher) return;
    this.forgetAll(watcher);
    this.watchers.delete(id);
  }

  knownBy(subject: number): ReadonlySet<Watcher> {
    return this.#knownBy.get(subject) ?? nobody;
  }

  learn(watcher: Watcher, { id, name }: Who): void {
    watcher.known.set(id, name);
    const set = this.#knownBy.get(id);
    if (set) set.add(watcher);
    else this.#knownBy.set(id, new Set([watcher]));
  }

  forget(watcher: Watcher, subject: number): Who {
    const name = watcher.known.get(subject) ?? "";
    watcher.known.delete(subject);
    const set = this.#knownBy.get(subject);
    set?.delete(watcher);
    if (set?.size === 0) this.#knownBy.delete(subject);
    return { id: subject, name };
  }

  forgetAll(watcher: Watcher): void {
    for (const subject of watcher.known.keys()) this.forget(watcher, subject);
    watcher.doors = new Set();
  }
}
