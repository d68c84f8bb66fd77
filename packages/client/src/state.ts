import type { ElsewhereError } from "@elsewhere/protocol";

/** How it stands with the connection. Only `closed` is final. */
export type ConnectionState =
  /** Attempt 1 is the first since the connection last stood. */
  | { readonly kind: "connecting"; readonly attempt: number }
  | { readonly kind: "open" }
  /** Connected, but the world holds its breath; it goes on by itself. */
  | { readonly kind: "paused"; readonly reason: string }
  /** The connection was lost; the next attempt comes in `retryMs`. `error` is what the host said, if it said why. */
  | { readonly kind: "waiting"; readonly attempt: number; readonly retryMs: number; readonly error: ElsewhereError | null }
  | { readonly kind: "closed"; readonly reason: ClosedReason; readonly error: ElsewhereError | null };

/** `closed`: by this client itself. The others are what the host said: see `bye` in docs/PROTOCOL.md. */
export type ClosedReason = "left" | "fenced" | "refused" | "withdrawn" | "closed";
