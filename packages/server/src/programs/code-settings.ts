/** The settings that have the code of programs, by the hash that heaps know it by: a past heap, or one from elsewhere, needs its own. */

/** Its text. */
export const codeSetting = (hash: string): string => `code:${hash}`;

/** Its source map; stored for code that came from another host alone. */
export const mapSetting = (hash: string): string => `map:${hash}`;
