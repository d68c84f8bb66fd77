import type { Sought } from "@elsewhere/protocol";
import { signal } from "@preact/signals";
import { kept } from "../past/following.ts";
import { goToNext, isPlaying, lookFrom, ownViewpoint, pace, paces, pause, play, setPace, standing, step, viewpoint } from "../past/past.ts";
import { past } from "../past/shown.ts";
import { soughtWords } from "../past/words.ts";
import { operatorToken } from "../state/operator.ts";
import { perceiver } from "../state/session.ts";
import { countText } from "../state/table.ts";
import { mapTitle, worldInfo } from "../state/world.ts";
import { BackwardIcon, PauseIcon, PlayIcon, StepBackIcon, StepOnIcon } from "./icons.tsx";

/** How one goes about in the past: on its own, by steps, or to where something happens. */
export function Transport() {
  return (
    <div class="transport">
      <Playing />
      {operatorToken.value !== null && <Seeing />}
      <Seeking />
    </div>
  );
}

function Playing() {
  const speed = standing.value?.speed ?? 0;
  return (
    <div class="group" role="group" aria-label="Play">
      <button type="button" title="One tick back (,)" aria-label="One tick back" data-testid="step-back" onClick={() => step(-1)}>
        <StepBackIcon />
      </button>
      <button
        type="button"
        title="Play backwards"
        aria-label="Play backwards"
        aria-pressed={speed < 0}
        data-testid="play-back"
        onClick={() => (speed < 0 ? pause() : play(-1))}
      >
        <BackwardIcon />
      </button>
      <button
        type="button"
        class="primary"
        title={isPlaying.value ? "Pause (Space)" : "Play (Space)"}
        aria-label={isPlaying.value ? "Pause" : "Play"}
        data-testid="play"
        onClick={() => (isPlaying.value ? pause() : play(1))}
      >
        {isPlaying.value ? <PauseIcon /> : <PlayIcon />}
      </button>
      <button type="button" title="One tick on (.)" aria-label="One tick on" data-testid="step-on" onClick={() => step(1)}>
        <StepOnIcon />
      </button>
      <select
        aria-label="Speed"
        title="How fast it plays"
        data-testid="pace"
        value={pace.value}
        onChange={(event) => setPace(Number(event.currentTarget.value))}
      >
        {paces.map((times) => (
          <option key={times} value={times}>
            {countText(times)}×
          </option>
        ))}
      </select>
    </div>
  );
}

const soughtKind = signal<Sought>("heard");
/** By the name others see; empty for anybody. */
const soughtWho = signal("");

function Seeking() {
  const seer = past.value?.perceiver;
  seer?.beat.value;
  const near = (seer?.near() ?? []).filter(({ kind }) => kind !== "thing").map(({ name }) => name);
  const known = [soughtWho.value, kept.value?.name ?? "", ...near].filter((name) => name !== "");
  const names = [...new Set(known)].slice(0, namesMax).toSorted((a, b) => a.localeCompare(b));
  const look = (back: boolean): void => goToNext(soughtKind.value, soughtWho.value === "" ? null : soughtWho.value, back);
  return (
    <div class="group seeking" role="group" aria-label="Go to where">
      <button
        type="button"
        aria-label="To the last time before this"
        title="The last time before this"
        data-testid="last"
        onClick={() => look(true)}
      >
        Last
      </button>
      <select
        aria-label="Who"
        title="Who"
        data-testid="who"
        value={soughtWho.value}
        onChange={(event) => (soughtWho.value = event.currentTarget.value)}
      >
        <option value="">somebody</option>
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label="Does what"
        title="Does what"
        data-testid="kind"
        value={soughtKind.value}
        onChange={(event) => (soughtKind.value = event.currentTarget.value as Sought)}
      >
        {soughtWords.map(([kind, words]) => (
          <option key={kind} value={kind}>
            {words}
          </option>
        ))}
      </select>
      <button
        type="button"
        aria-label="To the next time after this"
        title="The next time after this"
        data-testid="next"
        onClick={() => look(false)}
      >
        Next
      </button>
    </div>
  );
}

const namesMax = 60;

/** Whose past an operator sees. */
function Seeing() {
  const from = viewpoint.value;
  const choose = (value: string): void => {
    if (value === "own") lookFrom(ownViewpoint());
    else if (value.startsWith("map:")) lookFrom({ kind: "map", map: value.slice("map:".length) });
  };
  const value = from === null ? "" : from.kind === "map" ? `map:${from.map}` : from.kind;
  return (
    <div class="group seeing" role="group" aria-label="Whose past">
      <select
        aria-label="Seen by"
        title="Seen by"
        data-testid="seen-by"
        value={value}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {from?.kind === "as" && <option value="as">As {from.name} saw it</option>}
        {perceiver.value !== null && <option value="own">As you saw it</option>}
        {(worldInfo.value?.maps ?? []).map(({ name }) => (
          <option key={name} value={`map:${name}`}>
            All of {mapTitle(name)}
          </option>
        ))}
      </select>
    </div>
  );
}
