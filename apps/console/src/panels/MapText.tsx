import { bearing } from "../state/bearings.ts";
import { describeDoor } from "../state/describe.ts";
import { wayOut } from "../state/exits.ts";
import { eyes } from "../state/operator.ts";
import type { Perceiver } from "../state/perceiver.ts";
import { mapTitle, shownMap } from "../state/world.ts";

/** The map in words: where one is, who is near, which doors and ways there are. Not announced; read when wanted. */
export function MapText() {
  const seer = eyes.value;
  const map = shownMap.value;
  if (map === null) return <p id="map-text" class="hidden" />;
  const title = mapTitle(map.drawing.name);
  if (seer === null) {
    const { description } = map.drawing;
    return (
      <p id="map-text" class="hidden">
        The map of {title}, {map.width} by {map.height} tiles. {description}
      </p>
    );
  }
  return <InWords seer={seer} title={title} />;
}

function InWords({ seer, title }: { readonly seer: Perceiver; readonly title: string }) {
  seer.beat.value;
  const self = seer.self;
  const drawing = shownMap.value?.drawing;
  if (drawing === undefined) return <p id="map-text" class="hidden" />;
  if (self === undefined) {
    return (
      <p id="map-text" class="hidden">
        The map of {title}, with {seer.world.bodies.size} bodies on it.
      </p>
    );
  }
  const place = drawing.places.findLast(
    (box) => self.x >= box.x && self.y >= box.y && self.x < box.x + box.width && self.y < box.y + box.height,
  );
  const near = seer.near().slice(0, 8);
  const way = wayOut(drawing, self, mapTitle);
  return (
    <div id="map-text" class="hidden">
      <p>
        {title}
        {place === undefined ? "" : `, ${place.name}`}, tile {Math.floor(self.x)}, {Math.floor(self.y)}, facing {self.facing}.
      </p>
      <p>{near.length === 0 ? "Nobody is in sight." : `Near: ${near.map((body) => `${body.name}, ${bearing(self, body)}`).join("; ")}.`}</p>
      {seer.world.doors.size > 0 && <p>Doors: {[...seer.world.doors.values()].map((door) => describeDoor(door, self)).join("; ")}.</p>}
      <p>{way.kind === "here" ? "You stand at a way out of the world." : way.text}</p>
    </div>
  );
}
