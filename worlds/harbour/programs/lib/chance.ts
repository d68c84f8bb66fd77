/** Small choices. `Math.random` is seeded for each program, so that a replay chooses the same. */

export const oneIn = (n: number): boolean => Math.random() * n < 1;
/** A whole number from `least` to `most`. */
export const between = (least: number, most: number): number => least + Math.floor(Math.random() * (most - least + 1));
export const anyOf = <T>(items: readonly T[]): T | undefined => items[Math.floor(Math.random() * items.length)];
export const someOf = (first: string, ...rest: string[]): string => anyOf([first, ...rest]) ?? first;
