/** Reads a WebAssembly module far enough to tell its globals and which operations are anywhere in its code. */
const section = { globals: 6, code: 10 } as const;
const headerBytes = 8;
const [i32Const, f32Const, f64Const] = [0x41, 0x43, 0x44];
const [callIndirect, brTable, selectTyped, extended] = [0x11, 0x0e, 0x1c, 0xfc];
/** Operations followed by one number, and by none. Loads and stores have two. */
const withOne = new Set([
  0x02,
  0x03,
  0x04,
  0x0c,
  0x0d,
  0x10,
  0x20,
  0x21,
  0x22,
  0x23,
  0x24,
  0x25,
  0x26,
  0x3f,
  0x40,
  i32Const,
  0x42,
  0xd0,
  0xd2,
]);
const withNone = (op: number): boolean => [0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b, 0xd1].includes(op) || (op >= 0x45 && op <= 0xc4);
const isAccess = (op: number): boolean => op >= 0x28 && op <= 0x3e;
/** How many numbers follow the operations behind 0xfc, by their own number. */
const extendedNumbers = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1];

export class Reader {
  readonly globals: string[] = [];
  /** Those behind 0xfc as 0xfc00 and more. */
  readonly operations = new Set<number>();
  readonly #bytes: Uint8Array;
  #at = headerBytes;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    while (this.#at < bytes.length) {
      const id = this.#byte();
      const length = this.#number();
      const end = this.#at + length;
      if (id === section.globals) this.#each(() => this.#global());
      else if (id === section.code) this.#each(() => this.#body());
      this.#at = end;
    }
  }

  #each(read: () => void): void {
    for (let left = this.#number(); left > 0; left--) read();
  }

  #global(): void {
    const type = this.#byte() === 0x7f ? "i32" : "other";
    this.globals.push(`${type} ${this.#byte() === 1 ? "mutable" : "constant"}`);
    if (this.#byte() !== i32Const) throw new Error("a global that does not begin as a number");
    this.#number();
    this.#byte();
  }

  #body(): void {
    const length = this.#number();
    const end = this.#at + length;
    this.#each(() => {
      this.#number();
      this.#byte();
    });
    while (this.#at < end) this.#operation();
    if (this.#at !== end) throw new Error("a body that ends within an operation");
  }

  #operation(): void {
    const op = this.#byte();
    if (op === extended) {
      const more = this.#number();
      this.operations.add(0xfc00 + more);
      for (let left = extendedNumbers[more] ?? fail(more); left > 0; left--) this.#number();
      return;
    }
    this.operations.add(op);
    if (withNone(op)) return;
    if (withOne.has(op)) this.#number();
    else if (isAccess(op) || op === callIndirect) {
      this.#number();
      this.#number();
    } else if (op === brTable) {
      this.#each(() => this.#number());
      this.#number();
    } else if (op === selectTyped) this.#each(() => this.#byte());
    else if (op === f32Const) this.#at += 4;
    else if (op === f64Const) this.#at += 8;
    else fail(op);
  }

  #byte(): number {
    return this.#bytes[this.#at++]!;
  }

  /** A number as it is written there, its sign left aside: nobody asks for those that have one. */
  #number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }
}

function fail(op: number): never {
  throw new Error(`an operation that is not known: ${op.toString(16)}`);
}
