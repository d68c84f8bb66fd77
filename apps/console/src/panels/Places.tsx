import { walk } from "../state/acting.ts";
import { bearing } from "../state/bearings.ts";
import { perceiver } from "../state/session.ts";
import { mapTitle, shownMap } from "../state/world.ts";

/** Where one could go: a click walks there. */
export function Places() {
  const self = perceiver.value;
  const drawing = shownMap.value?.drawing;
  if (self === null || drawing === undefined) return null;
  self.beat.value;
  const at = self.self;
  const ways = [...drawing.exits, ...drawing.worldExits];
  const places = drawing.places.filter((place) => !ways.some(({ name, x, y }) => name === place.name && x === place.x && y === place.y));
  const named = [...new Map(places.map((place) => [place.name, place])).values()].toSorted((a, b) => a.name.localeCompare(b.name));
  const far = (box: { x: number; y: number; width: number; height: number }): string =>
    at === undefined ? "" : bearing(at, { x: box.x + box.width / 2, y: box.y + box.height / 2 });
  return (
    <section class="places" aria-labelledby="places-title">
      <h2 id="places-title">{drawing.title === "" ? drawing.name : drawing.title}</h2>
      {drawing.description !== "" && <p class="lead">{drawing.description}</p>}
      {named.length + ways.length === 0 && <p class="empty">This map names no places.</p>}
      <ul>
        {named.map((place) => (
          <Way key={place.name} name={place.name} note={place.description} far={far(place)} go={() => void walk(place.name)} />
        ))}
      </ul>
      {ways.length > 0 && <h3>Ways on</h3>}
      <ul>
        {drawing.exits.map((exit, index) => (
          <Way
            key={index}
            name={exit.map === drawing.name && exit.name !== "" ? exit.name : `To ${mapTitle(exit.map)}`}
            note={exit.description}
            far={far(exit)}
            go={() => void walk({ x: exit.x, y: exit.y })}
          />
        ))}
        {drawing.worldExits.map((exit, index) => (
          <Way
            key={index}
            name={exit.name === "" ? "Way out of the world" : exit.name}
            note="Leave the world here"
            far={far(exit)}
            go={() => void walk({ x: exit.x, y: exit.y })}
          />
        ))}
      </ul>
      {drawing.copyright.length > 0 && (
        <details class="fine">
          <summary>About this map</summary>
          {drawing.copyright.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </details>
      )}
    </section>
  );
}

function Way({ name, note, far, go }: { readonly name: string; readonly note: string; readonly far: string; readonly go: () => void }) {
  return (
    <li>
      <button type="button" class="way" onClick={go}>
        <span class="who">
          <span class="name">{name}</span>
          {note !== "" && <span class="caption">{note}</span>}
        </span>
        <span class="far">{far}</span>
      </button>
    </li>
  );
}
