/** Small choices. */
import { random } from "@elsewhere/program";

export const oneIn = (n: number): boolean => random.chance(1 / n);
export const anyOf = <T>(items: readonly T[]): T | undefined => (items.length > 0 ? random.pick(items) : undefined);
export const someOf = (first: string, ...rest: string[]): string => random.pick([first, ...rest]);
