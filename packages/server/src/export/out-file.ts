/** A file that gets its name once it is whole and on the disk; until then, and if it never comes to that, it lies beside it. */
import { existsSync } from "node:fs";
import { type FileHandle, mkdir, mkdtemp, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ElsewhereError } from "@elsewhere/protocol";

export class OutFile {
  readonly path: string;
  bytes = 0;
  readonly #draft: string;
  readonly #file: FileHandle;
  readonly #replace: boolean;

  private constructor(path: string, draft: string, file: FileHandle, replace: boolean) {
    this.path = path;
    this.#draft = draft;
    this.#file = file;
    this.#replace = replace;
  }

  /** Throws `taken` if there is something of that name already, unless it is to be replaced. */
  static async open(path: string, replace: boolean): Promise<OutFile> {
    if (!replace) refuse(path);
    await mkdir(dirname(path), { recursive: true });
    const draft = await mkdtemp(`${path}.part-`);
    try {
      return new OutFile(path, draft, await open(join(draft, basename(path)), "wx"), replace);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#file.writeFile(bytes);
    this.bytes += bytes.length;
  }

  /** Gives it its name. Throws `taken` if that has come to be used meanwhile. */
  async keep(): Promise<void> {
    await this.#file.sync();
    await this.#file.close();
    if (!this.#replace) refuse(this.path);
    await rename(join(this.#draft, basename(this.path)), this.path);
    await rm(this.#draft, { recursive: true, force: true });
  }

  /** Leaves nothing of it. */
  async drop(): Promise<void> {
    await this.#file.close().catch(() => {});
    await rm(this.#draft, { recursive: true, force: true });
  }
}

function refuse(path: string): void {
  if (!existsSync(path)) return;
  throw new ElsewhereError("taken", `${basename(path)} is there already: choose another name, or replace it with --force`, { field: path });
}
