import { useSignal, useSignalEffect } from "@preact/signals";
import { limits } from "@elsewhere/protocol";
import { useRef } from "preact/hooks";
import { helpFor } from "../commands/help.ts";
import { parseCommand, type Surroundings } from "../commands/parse.ts";
import { carryOut } from "../state/acting.ts";
import { perceiver } from "../state/session.ts";
import { dialog, draft, focusSpeech } from "../state/ui.ts";
import { shownMap } from "../state/world.ts";
import { HelpIcon, SpeakIcon } from "./icons.tsx";
import { History } from "../commands/history.ts";

/** Where one speaks, and asks for anything else in words. */
export function SpeechBar() {
  const field = useRef<HTMLInputElement>(null);
  const history = useRef(new History()).current;
  const mistake = useSignal<string | null>(null);
  useSignalEffect(() => {
    if (focusSpeech.value > 0) field.current?.focus();
  });
  const submit = (event: Event): void => {
    event.preventDefault();
    const line = draft.value;
    mistake.value = carryOut(parseCommand(line, surroundings()));
    if (mistake.value !== null) return;
    history.add(line);
    draft.value = "";
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === "Escape") document.querySelector<HTMLElement>("#map")?.focus();
    else if (event.key === "ArrowUp") draft.value = history.back(draft.value);
    else if (event.key === "ArrowDown") draft.value = history.forth();
    else return;
    event.preventDefault();
  };
  return (
    <form class="speech" onSubmit={submit}>
      <Hints mistake={mistake.value} />
      <label class="hidden" for="speech">
        Say something, or write / for what else you can do
      </label>
      <input
        id="speech"
        ref={field}
        data-testid="speech"
        autoComplete="off"
        enterkeyhint="send"
        placeholder="Say something, or /"
        maxLength={limits.textCharsMax + 80}
        value={draft.value}
        aria-describedby="speech-hints"
        aria-invalid={mistake.value !== null}
        onInput={(event) => {
          draft.value = event.currentTarget.value;
          mistake.value = null;
        }}
        onKeyDown={key}
      />
      <button type="submit" class="primary" data-testid="say">
        <SpeakIcon />
        <span>{draft.value.startsWith("/") && !draft.value.startsWith("//") ? "Do" : "Say"}</span>
      </button>
      <button
        type="button"
        class="quiet round"
        title="What you can write"
        aria-label="What you can write"
        onClick={() => (dialog.value = { kind: "help" })}
      >
        <HelpIcon />
      </button>
    </form>
  );
}

/** What names mean just now: everything in sight, what one carries, the map's places and doors. */
function surroundings(): Surroundings {
  const self = perceiver.value;
  return {
    bodies: self?.near() ?? [],
    carried: self?.carried.value ?? [],
    places: shownMap.value?.drawing.places.map(({ name }) => name) ?? [],
    doors: [...(self?.world.doors.keys() ?? [])],
  };
}

function Hints({ mistake }: { readonly mistake: string | null }) {
  const lines = mistake === null ? helpFor(draft.value).slice(0, 6) : [];
  return (
    <div class="hints" id="speech-hints" data-shown={mistake !== null || lines.length > 0}>
      {mistake !== null && (
        <p class="mistake" role="alert">
          {mistake}
        </p>
      )}
      {lines.map(({ word, usage, meaning }) => (
        <p key={word}>
          <code>{usage}</code> {meaning}
        </p>
      ))}
    </div>
  );
}
