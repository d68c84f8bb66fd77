/**
 * Many small byte strings in few large pages. A buffer of its own for each would cost some hundred bytes beside its content
 * and be walked by every garbage collection; here it costs nothing but what it is rounded up by, an eighth at most.
 */
const unitBytes = 64;
const pageUnits = 1024;

interface Page {
  readonly index: number;
  readonly bytes: Uint8Array;
  /** Units a byte string of this page takes; a large one has a page of its own. */
  readonly units: number;
  readonly room: number;
  /** Places given back. */
  readonly free: number[];
  /** Places given out so far, those given back included. */
  begun: number;
}

export class ByteStore {
  readonly #pages: (Page | undefined)[] = [];
  /** Indexes of pages that are gone. */
  readonly #gone: number[] = [];
  /** Pages with room, by the units of their byte strings. */
  readonly #open = new Map<number, Set<Page>>();

  /** What all of it takes. */
  get pagesBytes(): number {
    return this.#pages.reduce((sum, page) => sum + (page?.bytes.length ?? 0), 0);
  }

  /** Keeps a copy; returns where it is. */
  put(bytes: Uint8Array): number {
    const units = unitsFor(bytes.length);
    const page = this.#pageFor(units);
    const place = page.free.pop() ?? page.begun++;
    if (page.free.length === 0 && page.begun === page.room) this.#open.get(units)!.delete(page);
    page.bytes.set(bytes, place * units * unitBytes);
    return page.index * pageUnits + place;
  }

  /** What is there now; the view is good until the place is freed. */
  view(at: number, length: number): Uint8Array {
    const page = this.#pages[Math.floor(at / pageUnits)]!;
    const start = (at % pageUnits) * page.units * unitBytes;
    return page.bytes.subarray(start, start + length);
  }

  free(at: number): void {
    const page = this.#pages[Math.floor(at / pageUnits)]!;
    page.free.push(at % pageUnits);
    const open = this.#open.get(page.units)!;
    if (page.free.length < page.begun) {
      open.add(page);
      return;
    }
    open.delete(page);
    this.#pages[page.index] = undefined;
    this.#gone.push(page.index);
  }

  #pageFor(units: number): Page {
    let open = this.#open.get(units);
    if (open === undefined) this.#open.set(units, (open = new Set()));
    for (const page of open) return page;
    const room = Math.max(1, Math.floor(pageUnits / units));
    const index = this.#gone.pop() ?? this.#pages.length;
    const page: Page = { index, bytes: new Uint8Array(room * units * unitBytes), units, room, free: [], begun: 0 };
    this.#pages[index] = page;
    open.add(page);
    return page;
  }
}

/** Units for so many bytes, rounded so that there are eight sizes to each doubling and not thousands. */
function unitsFor(bytes: number): number {
  const units = Math.max(1, Math.ceil(bytes / unitBytes));
  const step = Math.max(1, 2 ** (Math.floor(Math.log2(units)) - 3));
  return Math.ceil(units / step) * step;
}
