import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { limits } from "@elsewhere/protocol";
import { helpLines } from "../commands/help.ts";
import { leaveWorld, useIt, walk } from "../state/acting.ts";
import { wayOut } from "../state/exits.ts";
import { perceiver } from "../state/session.ts";
import { dialog } from "../state/ui.ts";
import { mapTitle, shownMap } from "../state/world.ts";
import { CloseIcon } from "./icons.tsx";

const close = (): void => void (dialog.value = null);

/** The one dialog that may be open. */
export function Dialogs() {
  const open = dialog.value;
  if (open === null || perceiver.value === null) return null;
  if (open.kind === "code") return <Code key={open.door} door={open.door} />;
  return open.kind === "help" ? <Help /> : <Leave />;
}

function Sheet({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  const element = useRef<HTMLDialogElement>(null);
  // The browser tells of a dialog's end later: by then another one may be open.
  const ended = (): void => {
    if (element.current !== null) close();
  };
  useEffect(() => {
    const { activeElement: before } = document;
    const shown = element.current!;
    shown.showModal();
    return () => {
      shown.close();
      // The browser gives the focus back only from a dialog that is still on the page.
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      class="sheet"
      ref={element}
      aria-labelledby="sheet-title"
      onClose={ended}
      onCancel={ended}
      onClick={(event) => event.target === element.current && close()}
    >
      <header>
        <h2 id="sheet-title">{title}</h2>
        <button type="button" class="quiet round" aria-label="Close" onClick={close}>
          <CloseIcon />
        </button>
      </header>
      {children}
    </dialog>
  );
}

function Code({ door }: { readonly door: string }) {
  const code = useSignal("");
  const submit = (event: Event): void => {
    event.preventDefault();
    close();
    void useIt(door, door, code.value);
  };
  return (
    <Sheet title={`The door “${door}” is locked`}>
      <form onSubmit={submit}>
        <label for="code">Its code</label>
        <div class="row">
          <input
            id="code"
            data-testid="code"
            autoFocus
            autoComplete="off"
            maxLength={limits.doorCodeCharsMax}
            value={code.value}
            onInput={(event) => (code.value = event.currentTarget.value)}
          />
          <button type="submit" class="primary" disabled={code.value === ""}>
            Open
          </button>
        </div>
      </form>
    </Sheet>
  );
}

function Leave() {
  const self = perceiver.value!;
  self.beat.value;
  const body = self.self;
  const drawing = shownMap.value?.drawing;
  if (body === undefined || drawing === undefined) return <Sheet title="Leave the world">{null}</Sheet>;
  const way = wayOut(drawing, body, mapTitle);
  const leave = (): void => {
    close();
    void leaveWorld();
  };
  const go = (): void => {
    close();
    if (way.kind === "away") void walk(way.tile);
  };
  return (
    <Sheet title="Leave the world">
      <p>
        {way.kind === "here"
          ? `You stand at ${way.exit.name === "" ? "a way out" : way.exit.name}. Leave here, and you can come back in here.`
          : way.text}
      </p>
      <div class="row">
        {way.kind === "away" && (
          <button type="button" class="primary" data-testid="walk-to-exit" onClick={go}>
            Walk there
          </button>
        )}
        <button
          type="button"
          class={way.kind === "here" ? "primary" : ""}
          disabled={way.kind !== "here"}
          data-testid="leave-now"
          onClick={leave}
        >
          Leave
        </button>
        <button type="button" class="quiet" onClick={close}>
          Stay
        </button>
      </div>
    </Sheet>
  );
}

const keysHelp: readonly (readonly [string, string])[] = [
  ["Arrows, W A S D", "walk while held; a tap is one step"],
  ["Enter", "go to the speech box"],
  ["Escape", "back to the map, or close what is open"],
  ["+ and −", "zoom"],
  ["Home", "centre on yourself"],
  ["Space , .", "in the past: play or pause, one tick back, one tick on"],
  ["Escape in the past", "back to the present, from anywhere"],
];

function Help() {
  return (
    <Sheet title="What you can do">
      <h3>In the speech box</h3>
      <dl class="help">
        {helpLines.map(({ word, usage, meaning }) => (
          <div key={word}>
            <dt>
              <code>{usage}</code>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <h3>On the map</h3>
      <dl class="help">
        <div>
          <dt>Click or tap</dt>
          <dd>a tile to walk there, a body or door for more</dd>
        </div>
        {keysHelp.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Sheet>
  );
}
