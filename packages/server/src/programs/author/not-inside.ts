/** What authors reach for from habit and a program does not have, with what it has instead. */
const instead: Readonly<Record<string, string>> = {
  setTimeout: "use sleep()",
  setInterval: "use sleep() in a loop",
  setImmediate: "use sleep()",
  clearTimeout: "a sleep() cannot be taken back; let the program look whether it still matters when it wakes",
  fetch: "a program meets nothing but its world",
  WebSocket: "a program meets nothing but its world",
  performance: "Date.now() tells the world's time",
  process: "what a program is told of its surroundings is in me and memory",
  require: "use import, for files of this world",
  Buffer: "use Uint8Array",
  crypto: "Math.random() is seeded for each program",
  structuredClone: "use JSON.parse(JSON.stringify(value))",
  window: "use globalThis",
  document: "what a body shows is set by me.show()",
  localStorage: "use memory; every other variable is kept as well",
};

/** The compiler's numbers of "cannot find name", with and without its advice on what to install. */
const notFound = new Set(["TS2304", "TS2580", "TS2584", "TS2591", "TS2592", "TS2593"]);

/** What to tell instead of the compiler's message where a program names what is not inside; null where it does something else. */
export function whatThereIsInstead(code: string, message: string): string | null {
  const name = notFound.has(code) ? /^Cannot find name '([^']+)'/.exec(message)?.[1] : undefined;
  if (name === undefined || !Object.hasOwn(instead, name)) return null;
  return `There is no ${name} inside a world: ${instead[name]}.`;
}
