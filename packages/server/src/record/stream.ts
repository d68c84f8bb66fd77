/**
 * What happens in a hidden room is kept in a sealed stream of the room's own. Its blocks are the keyframes of a chain like
 * that of a map, under a name that no map bears.
 */
export function isStream(map: string): boolean {
  return map.startsWith("~");
}
