/**
 * What happens in a hidden room is kept in a sealed stream of the room's own. Its blocks are the keyframes of a chain like
 * that of a map, under a name that no map bears.
 */
export function isStream(map: string): boolean {
  return map.startsWith("~");
}

/** What a chain is of, as a user is told. */
export function recordOf(map: string): string {
  return isStream(map) ? `the sealed stream ${map}` : `the record of map ${map}`;
}
