/** Reading `memory`, which holds whatever world.json and earlier versions of a program have put there. */
import { memory } from "@elsewhere/program";

export function textKept(key: string, otherwise: string): string {
  const value = memory[key];
  return typeof value === "string" ? value : otherwise;
}

export function numberKept(key: string, otherwise: number): number {
  const value = memory[key];
  return typeof value === "number" ? value : otherwise;
}

export function textsKept(key: string, otherwise: readonly string[]): readonly string[] {
  const value = memory[key];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : otherwise;
}
