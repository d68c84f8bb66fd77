import type { Seen } from "@elsewhere/protocol";
import { past } from "../past/shown.ts";
import { bearing } from "../state/bearings.ts";
import { acts, eyes } from "../state/operator.ts";
import { captionOf } from "../state/sentences.ts";
import { menu } from "../state/ui.ts";
import { Face } from "./Face.tsx";

const shownMax = 40;
/** Who looks at all of a map looks for somebody. */
const shownOfMapMax = 300;

/** Who and what is in sight, the nearest first. */
export function Near() {
  const seer = eyes.value;
  if (seer === null) return null;
  seer.beat.value;
  const near = seer.near();
  const self = seer.self;
  const most = self === undefined ? shownOfMapMax : shownMax;
  return (
    <section class="near" aria-labelledby="near-title">
      <h2 id="near-title">
        In sight <span class="count">{near.length}</span>
      </h2>
      {near.length === 0 ? (
        <p class="empty">Nobody is in sight.</p>
      ) : (
        <ul data-testid="near">
          {near.slice(0, most).map((body) => (
            <li key={body.id}>
              <Body body={body} where={self === undefined ? "" : bearing(self, body)} />
            </li>
          ))}
        </ul>
      )}
      {near.length > most && (
        <p class="empty">
          {near.length - most} more are {self === undefined ? "on this map" : "farther away"}.
        </p>
      )}
    </section>
  );
}

function Body({ body, where }: { readonly body: Seen; readonly where: string }) {
  const caption = body.posture === "asleep" ? "asleep" : captionOf(body);
  const open = (event: MouseEvent & { currentTarget: HTMLElement }): void => {
    const box = event.currentTarget.getBoundingClientRect();
    menu.value = { body, at: { x: box.left + 24, y: box.bottom } };
  };
  return (
    <button type="button" class="body" aria-haspopup="menu" disabled={!acts.value && past.value === null} onClick={open}>
      <Face name={body.name} kind={body.kind} />
      <span class="who">
        <span class="name">{body.name}</span>
        {caption !== null && <span class="caption">{caption}</span>}
      </span>
      <span class="far">{where}</span>
    </button>
  );
}
