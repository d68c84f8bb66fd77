/** Which hidden rooms of a map were closed, for who plays its past. */
import { MapState, type WorldMap } from "@elsewhere/world";

const known = new WeakMap<WorldMap, Map<string, WorldMap>>();

/** A map with these of its hidden rooms closed; the same one for the same rooms, for much is derived from a map. */
export function closedIn(map: WorldMap, rooms: readonly number[]): WorldMap {
  if (rooms.length === 0) return map;
  let ofMap = known.get(map);
  if (!ofMap) known.set(map, (ofMap = new Map()));
  const key = rooms.join();
  let closed = ofMap.get(key);
  if (!closed) ofMap.set(key, (closed = { ...map, closed: new Set(rooms) }));
  return closed;
}

/**
 * A state on a map where no room is closed of which it tells, as states do that are older than the parts of rooms; the same one
 * where there is none. `map`: with no room closed.
 */
export function openedAsTold(map: WorldMap, state: MapState): MapState {
  const { closed } = state.map;
  if (closed.size === 0) return state;
  const told = roomsTold(state);
  if (told.size === 0) return state;
  return MapState.fromKeyframe(
    closedIn(
      map,
      [...closed].filter((room) => !told.has(room)),
    ),
    state.keyframe(),
  );
}

/** The closed rooms in which anybody is or will come back, or of which a door is told. */
function roomsTold(state: MapState): ReadonlySet<number> {
  const { map } = state;
  const told = new Set<number>();
  const tell = (tile: number): void => void told.add(map.hiddenAt![tile]!);
  for (const { tile } of state.bodies()) tell(tile);
  for (const { tile } of state.away.values()) tell(tile);
  for (const [door, { steps, blockedOpen, blockedClosed }] of map.doors.entries()) {
    const rooms = [...steps.flatMap(({ tiles }) => [...tiles]), ...blockedOpen, ...blockedClosed].map((tile) => map.hiddenAt![tile]!);
    // One that leads into another room too is told of there.
    if (!state.doors.isUntold(door) && rooms.every((room) => room === 0 || map.closed.has(room))) for (const room of rooms) told.add(room);
  }
  return new Set([...map.closed].filter((room) => told.has(room)));
}
