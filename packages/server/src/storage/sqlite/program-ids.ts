/**
 * The number of every program, by name and back. Filled at the start, when all their rows are read anyhow; so no index
 * is kept on the disk, where each program would pay for it and where a rotten one could hide a program.
 */
export class ProgramIds {
  readonly #ids = new Map<string, number>();
  /** The name of program `id` is at `id` less one. */
  readonly #names: string[] = [];

  /** Null for a program that is not known. */
  idOf(program: string): number | null {
    return this.#ids.get(program) ?? null;
  }

  nameOf(id: number): string | null {
    return this.#names[id - 1] ?? null;
  }

  add(program: string, id: number): void {
    this.#ids.set(program, id);
    this.#names[id - 1] = program;
  }

  /** Forgets all after `lastId`: the batch that made them was not committed. */
  backTo(lastId: number): void {
    for (const program of this.#names.splice(lastId)) this.#ids.delete(program);
  }
}
