/** Which code goes into a commit: each text once, before or with the first turn it runs. */
import type { SettingRow } from "../storage/contract.ts";
import { codeSetting } from "./code-settings.ts";
import type { Code } from "./contract.ts";

export class CodeKeeping {
  readonly #stored: Set<string>;
  #new: Code[] = [];

  /** `stored`: hashes of the code that storage has. */
  constructor(stored: ReadonlySet<string>) {
    this.#stored = new Set(stored);
  }

  /** Somebody runs it. Code that is gone has no text. */
  add(code: Code): void {
    if (code.text === "" || this.#stored.has(code.hash)) return;
    this.#stored.add(code.hash);
    this.#new.push(code);
  }

  /** What has to be stored since last asked. */
  take(): readonly SettingRow[] {
    return this.#new.splice(0).map(({ hash, text }) => ({ key: codeSetting(hash), value: text }));
  }
}
