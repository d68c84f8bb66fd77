import type { ComponentChildren } from "preact";

interface ActionProps {
  readonly children: ComponentChildren;
  /** Why it cannot be done now; null if it can. */
  readonly refused: string | null;
  readonly act: () => void;
  readonly label?: string;
  readonly tone?: "primary" | "danger" | undefined;
  readonly id?: string;
}

/** A button that keeps the focus when what it does cannot be done (any more), and says why. */
export function Action({ children, refused, act, label, tone, id }: ActionProps) {
  return (
    <button
      type="button"
      class={tone}
      data-testid={id}
      aria-label={label}
      aria-disabled={refused !== null}
      title={refused ?? undefined}
      onClick={() => refused === null && act()}
    >
      {children}
    </button>
  );
}
