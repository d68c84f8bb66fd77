import { mapHidden } from "../state/ui.ts";

/** On a narrow screen: gives an operator's pane the room of the map, or takes it back. */
export function MoreRoom() {
  return (
    <button type="button" class="quiet more-room" onClick={() => (mapHidden.value = !mapHidden.value)}>
      {mapHidden.value ? "Show the map" : "Hide the map"}
    </button>
  );
}
