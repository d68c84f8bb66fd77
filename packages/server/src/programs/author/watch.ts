/**
 * Upgrades programs whose files change while their world runs. A change often comes in several writes, so it is looked at
 * once they have ended; then every module it may concern is bundled anew, and the programs whose code is another now are
 * upgraded. A module that cannot be bundled is told of, and what runs of it runs on.
 */
import type { RealTime } from "../../ticks/clock.ts";
import type { Bundle } from "./bundle.ts";

/** As much of a host as is needed. */
export interface Upgradable {
  ids(): readonly { readonly program: string; readonly codeFile: string; readonly codeHash: string }[];
  /** Its heap starts anew with its `memory`; resolves once that is durable. */
  upgrade(program: string, bundle: Bundle): Promise<void>;
  /** Takes a module as it is now, for programs yet to be started and for where its author's lines are. */
  renew(file: string, bundle: Bundle): void;
}

export interface WatchParts {
  readonly programs: Upgradable;
  /** Every module as it was bundled at the start, by its path. */
  readonly bundles: ReadonlyMap<string, Bundle>;
  /** Bundles a module anew. Rejects with what is wrong with it, by file and line. */
  readonly bundle: (file: string) => Promise<Bundle>;
  readonly after: RealTime["after"];
  /** A line for the person who runs the host. */
  readonly say: (line: string) => void;
}

/** Writes that follow each other as closely as this are one change… */
const quietMs = 120;
/** …but whoever never stops writing is not waited for. */
const writesWaitedForMax = 20;
const namesShownMax = 5;

export class ProgramWatch {
  readonly #parts: WatchParts;
  /** Every module as it was last bundled. */
  readonly #bundles: Map<string, Bundle>;
  /** What was last said to be wrong with a module. */
  readonly #wrong = new Map<string, string>();
  #changed = new Set<string>();
  #writes = 0;
  #cancel: (() => void) | null = null;
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(parts: WatchParts) {
    this.#parts = parts;
    this.#bundles = new Map(parts.bundles);
  }

  /** `path` is relative to the world's folder; a folder's stands for all in it, and "" for all there is. */
  changed(path: string): void {
    if (this.#closed || !mayBeSource(path)) return;
    this.#changed.add(path);
    if (this.#cancel !== null && ++this.#writes > writesWaitedForMax) return;
    this.#cancel?.();
    this.#cancel = this.#parts.after(quietMs, () => {
      this.#cancel = null;
      this.#writes = 0;
      this.#work = this.#work.then(() => this.#apply());
    });
  }

  /** Resolves when what was due has been done. */
  settled(): Promise<void> {
    return this.#work;
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  async #apply(): Promise<void> {
    const changed = [...this.#changed];
    this.#changed = new Set();
    if (changed.includes("world.json")) this.#say("world.json has changed: a restart applies it.");
    for (const file of this.#bundles.keys()) if (!this.#closed && this.#concerns(file, changed)) await this.#renew(file);
  }

  #concerns(file: string, changed: readonly string[]): boolean {
    // What it would be made of is not known of one that cannot be bundled.
    if (this.#wrong.has(file)) return true;
    const { files } = this.#bundles.get(file)!;
    return changed.some((path) => path === "" || files.some((each) => each === path || each.startsWith(`${path}/`)));
  }

  async #renew(file: string): Promise<void> {
    let bundle: Bundle;
    try {
      bundle = await this.#parts.bundle(file);
    } catch (error) {
      const { message } = error as Error;
      if (this.#wrong.get(file) !== message) this.#say(`${message}. What runs of ${file} stays as it was.`);
      this.#wrong.set(file, message);
      return;
    }
    const isOther = this.#bundles.get(file)?.codeHash !== bundle.codeHash;
    const mended = this.#wrong.delete(file);
    this.#bundles.set(file, bundle);
    this.#parts.programs.renew(file, bundle);
    const outdated = this.#parts.programs.ids().filter(({ codeFile, codeHash }) => codeFile === file && codeHash !== bundle.codeHash);
    if (outdated.length > 0) await this.#upgrade(file, bundle, outdated);
    else if (isOther) this.#say(`${file} has changed: programs started from now on have it.`);
    else if (mended) this.#say(`${file} is as it was before.`);
  }

  async #upgrade(file: string, bundle: Bundle, outdated: readonly { readonly program: string }[]): Promise<void> {
    const done: string[] = [];
    await Promise.all(
      outdated.map(({ program }) =>
        this.#parts.programs.upgrade(program, bundle).then(
          () => void done.push(program),
          (error: unknown) => this.#say(`${program} was not upgraded: ${(error as Error).message}`),
        ),
      ),
    );
    if (done.length > 0) this.#say(`${file} has changed: upgraded ${namesOf(done)}.`);
  }

  #say(line: string): void {
    if (!this.#closed) this.#parts.say(line);
  }
}

/** A module, the world's file, or what has no ending and may be a folder: an editor's own files are none of these. */
const mayBeSource = (path: string): boolean => /(?:^|\/)[^./]*$|\.(?:ts|js|json)$/.test(path);

function namesOf(programs: readonly string[]): string {
  const names = programs.toSorted().slice(0, namesShownMax).join(", ");
  return programs.length > namesShownMax ? `${names} and ${programs.length - namesShownMax} more` : names;
}
