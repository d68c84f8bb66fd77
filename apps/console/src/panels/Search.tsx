import type { Utterance } from "@elsewhere/protocol";
import { useSignal } from "@preact/signals";
import { askingToken, goTo, lookFrom, viewpoint } from "../past/past.ts";
import { found, older, query, said, search, searching, searchOn, stopSearching } from "../past/search.ts";
import { momentText } from "../past/words.ts";
import { mapTitle } from "../state/world.ts";

/** What was said, by any part of it; choosing one goes to its moment. */
export function Search() {
  const text = useSignal(query.value);
  const submit = (event: Event): void => {
    event.preventDefault();
    void search(askingToken.value, text.value);
  };
  return (
    <section class="search" aria-labelledby="search-title">
      <h2 id="search-title">What was said</h2>
      <form class="row" role="search" onSubmit={submit}>
        <label class="hidden" for="search">
          Words that were said
        </label>
        <input
          id="search"
          data-testid="search"
          autoComplete="off"
          enterkeyhint="search"
          placeholder="Words that were said"
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
        {searching.value ? (
          <button type="button" onClick={stopSearching}>
            Stop
          </button>
        ) : (
          <button type="submit" class="primary" data-testid="search-now">
            Search
          </button>
        )}
      </form>
      <p class="fine" role="status" data-tone={said.value?.tone ?? "calm"} data-testid="search-said">
        {said.value?.text ?? "Find who said something, and go there."}
      </p>
      <ol class="found" data-testid="found">
        {(found.value ?? []).map((utterance) => (
          <li key={`${utterance.tick} ${utterance.name} ${utterance.text}`}>
            <Said utterance={utterance} />
          </li>
        ))}
      </ol>
      {older.value !== null && !searching.value && (
        <button type="button" class="on" data-testid="search-on" onClick={() => void searchOn(askingToken.value)}>
          Search farther back
        </button>
      )}
    </section>
  );
}

const manners = { say: "", whisper: ", whispering", shout: ", shouting" } as const;

function Said({ utterance }: { readonly utterance: Utterance }) {
  const { now, map, name, how, text } = utterance;
  const go = (): void => {
    goTo(now);
    // An operator is taken to the map on which it was said; whoever looks through eyes keeps to them.
    const from = viewpoint.value;
    if (map !== null && from?.kind === "map" && from.map !== map) lookFrom({ kind: "map", map });
  };
  return (
    <button type="button" class="utterance" onClick={go}>
      <span class="fine">
        <time>{momentText(now)}</time>
        {map !== null && `, ${mapTitle(map)}`}
      </span>
      <span>
        <b>
          {name}
          {manners[how]}:
        </b>{" "}
        {text}
      </span>
    </button>
  );
}
