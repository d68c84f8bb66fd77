/**
 * How long templates are kept. One that heaps here stand on is kept for as long as they do. One that none stands on any
 * more may still be wanted: an image may be on its way to storage, or a worker may just be making one that stands on it.
 * So it is idle first; then workers are told to forget it; and only when that was long ago it is forgotten here.
 */
const idleMax = 256;
const withdrawnMax = 256;

export class TemplateUse {
  readonly #withdraw: (template: string) => void;
  readonly #forget: (template: string) => void;
  /** How many heaps stand on each. */
  readonly #heaps = new Map<string, number>();
  /** Those without any, longest ago first: still known to workers, and no longer. */
  readonly #idle = new Set<string>();
  readonly #withdrawn = new Set<string>();

  constructor(withdraw: (template: string) => void, forget: (template: string) => void) {
    this.#withdraw = withdraw;
    this.#forget = forget;
  }

  /** A template that nothing stands on yet. */
  add(template: string): void {
    this.#idle.add(template);
    this.#trim();
  }

  hold(template: string | null): void {
    if (template === null) return;
    this.#heaps.set(template, (this.#heaps.get(template) ?? 0) + 1);
    this.#idle.delete(template);
    this.#withdrawn.delete(template);
  }

  release(template: string | null): void {
    if (template === null) return;
    const left = this.#heaps.get(template)! - 1;
    if (left > 0) {
      this.#heaps.set(template, left);
      return;
    }
    this.#heaps.delete(template);
    this.add(template);
  }

  #trim(): void {
    const [idle] = this.#idle;
    if (this.#idle.size <= idleMax || idle === undefined) return;
    this.#idle.delete(idle);
    this.#withdrawn.add(idle);
    this.#withdraw(idle);
    const [withdrawn] = this.#withdrawn;
    if (this.#withdrawn.size <= withdrawnMax || withdrawn === undefined) return;
    this.#withdrawn.delete(withdrawn);
    this.#forget(withdrawn);
  }
}
