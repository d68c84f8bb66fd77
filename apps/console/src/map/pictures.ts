/** The tilesets' pictures, loaded once each. One that is missing stays missing: its tiles are painted by hand. */
export class Pictures {
  readonly #images = new Map<string, HTMLImageElement>();
  readonly #loading = new Set<string>();
  readonly #onLoad: () => void;

  constructor(onLoad: () => void) {
    this.#onLoad = onLoad;
  }

  /** Whether some are still on their way: what is painted now would be painted again soon. */
  get loading(): boolean {
    return this.#loading.size > 0;
  }

  of(address: string | null): HTMLImageElement | null {
    if (address === null) return null;
    const known = this.#images.get(address);
    if (known !== undefined) return known.complete && known.naturalWidth > 0 ? known : null;
    const image = new Image();
    const settled = (): void => {
      this.#loading.delete(address);
      this.#onLoad();
    };
    image.addEventListener("load", settled, { once: true });
    image.addEventListener("error", settled, { once: true });
    image.src = address;
    this.#images.set(address, image);
    this.#loading.add(address);
    return null;
  }
}
