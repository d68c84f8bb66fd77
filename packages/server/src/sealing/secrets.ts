/** Secrets of open rooms as they may stand in rows. */

export interface Secret {
  /** Of the room it opens. */
  readonly stream: string;
  readonly secret: string;
}

interface Needle {
  readonly stream: string;
  readonly text: string;
  readonly bytes: Buffer;
}

/** What JSON makes of a text inside a string. */
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** Finds secrets as they are, in JSON, and in JSON that stands in a string of JSON: rows have texts as deep as that. */
export class SecretFinder {
  readonly #needles: readonly Needle[];

  constructor(secrets: readonly Secret[]) {
    this.#needles = secrets.flatMap(({ stream, secret }) => {
      const forms = secret === "" ? [] : [secret, inJson(secret), inJson(inJson(secret))];
      return [...new Set(forms)].map((text) => ({ stream, text, bytes: Buffer.from(text) }));
    });
  }

  /** The stream of the first secret that is in it; null if there is none. */
  in(row: string | Uint8Array): string | null {
    if (this.#needles.length === 0) return null;
    if (typeof row === "string") return this.#needles.find(({ text }) => row.includes(text))?.stream ?? null;
    const bytes = Buffer.from(row.buffer, row.byteOffset, row.byteLength);
    return this.#needles.find((needle) => bytes.includes(needle.bytes))?.stream ?? null;
  }
}
