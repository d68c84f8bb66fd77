/** Waits for what another thread is to answer. */
export async function until(done: () => boolean, what: string): Promise<void> {
  const endMs = performance.now() + 20_000;
  while (!done()) {
    if (performance.now() > endMs) throw new Error(`waited too long for ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
