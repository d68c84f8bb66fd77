/** The tilesets' pictures, loaded once each. One that is missing stays missing: its tiles are painted by hand. */
export class Pictures {
  readonly #images = new Map<string, HTMLImageElement>();
  readonly #onLoad: () => void;

  constructor(onLoad: () => void) {
    this.#onLoad = onLoad;
  }

  of(address: string | null): HTMLImageElement | null {
    if (address === null) return null;
    const known = this.#images.get(address);
    if (known !== undefined) return known.complete && known.naturalWidth > 0 ? known : null;
    const image = new Image();
    image.addEventListener("load", this.#onLoad, { once: true });
    image.src = address;
    this.#images.set(address, image);
    return null;
  }
}
