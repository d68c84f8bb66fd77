import { useEffect, useId, useRef } from "preact/hooks";

interface ConfirmProps {
  readonly question: string;
  readonly yes: string;
  readonly no: string;
  readonly agree: () => void;
  readonly cancel: () => void;
}

/** Asks once more, in the page, before something that cannot be taken back. Begins at the answer that does no harm. */
export function Confirm({ question, yes, no, agree, cancel }: ConfirmProps) {
  const id = useId();
  const harmless = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const { activeElement: before } = document;
    harmless.current!.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  const key = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    cancel();
  };
  return (
    <div class="confirm" role="group" aria-labelledby={id} data-testid="confirm" onKeyDown={key}>
      <p id={id}>{question}</p>
      <div class="row">
        <button type="button" class="danger" onClick={agree}>
          {yes}
        </button>
        <button type="button" ref={harmless} onClick={cancel}>
          {no}
        </button>
      </div>
    </div>
  );
}
