import type { Whereabouts } from "../past/following.ts";
import { kept, whereabouts } from "../past/following.ts";
import { letGoOf } from "../past/keeping.ts";
import { shownAt, standing, viewpoint } from "../past/past.ts";
import { goneText, momentText, viewpointText } from "../past/words.ts";
import { perceiver } from "../state/session.ts";
import { mapTitle } from "../state/world.ts";

/** Says over the map that this is the past: which moment, whose, and that nobody there hears one. */
export function Band() {
  const from = viewpoint.value;
  const at = shownAt.value;
  if (from === null || at === null) return null;
  const gone = standing.value?.gone ?? null;
  return (
    <>
      <div class="banner band" data-tone="past" data-testid="band">
        <p>
          <strong>The past</strong> <time>{momentText(at)}</time>
        </p>
        <p class="fine" aria-live="polite">
          {viewpointText(from, mapTitle)} {perceiver.value !== null && "You cannot act or speak in it."}{" "}
          <span class="by-key">Escape leads back.</span>
        </p>
        <Following />
      </div>
      {gone !== null && (
        <p class="gone" role="status" data-testid="gone">
          {goneText(gone, from, mapTitle)}
        </p>
      )}
    </>
  );
}

function Following() {
  const followed = kept.value;
  if (followed === null) return null;
  return (
    <p class="fine keeping" aria-live="polite" data-testid="keeping">
      <span>{followingText(followed.name, whereabouts.value)}</span>
      <button type="button" onClick={letGoOf}>
        Stop following
      </button>
    </p>
  );
}

function followingText(name: string, where: Whereabouts): string {
  switch (where.kind) {
    case "here":
      return `You follow ${name}.`;
    case "looking":
      return `Looking for ${name}…`;
    case "between":
      return `${name} is on the way from one map to another.`;
    case "unseen":
      return `${name} is out of sight at this moment.`;
    case "gone":
      return goneText(where.why, { kind: "as", who: "", body: 0, name }, mapTitle);
    case "lost":
      return `${name} cannot be followed to other maps: ${where.why}.`;
  }
}
