const windowMs = 60_000;

/** How often something happened within the last minute or so, from two counts: that of this minute and of the one before. */
export class Rate {
  #minute = -1;
  #now = 0;
  #before = 0;

  add(clockMs: number): void {
    this.#turn(clockMs);
    this.#now++;
  }

  perMinute(clockMs: number): number {
    this.#turn(clockMs);
    const passed = (clockMs % windowMs) / windowMs;
    return Math.round(this.#now + this.#before * (1 - passed));
  }

  #turn(clockMs: number): void {
    const minute = Math.floor(clockMs / windowMs);
    if (minute === this.#minute) return;
    this.#before = minute === this.#minute + 1 ? this.#now : 0;
    this.#now = 0;
    this.#minute = minute;
  }
}
