/** What a client takes from where it runs. */
export interface Surroundings {
  readonly WebSocket: typeof globalThis.WebSocket;
  /** A number from 0 up to 1: keeps clients that lost the same host from coming back all at once. */
  random(): number;
  /** Calls `wake` once after `ms`; returns how to cancel it. */
  after(ms: number, wake: () => void): () => void;
  /** Told what a listener threw. */
  onFault(error: unknown): void;
}

function after(ms: number, wake: () => void): () => void {
  const timer = setTimeout(wake, ms);
  return () => clearTimeout(timer);
}

/** A listener's error is nobody's to swallow: it surfaces as any uncaught error does. */
function surface(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

/** This is the client's door: the browser's or Node's own means, where none were given. */
export function surroundingsOf(given: { readonly [K in keyof Surroundings]?: Surroundings[K] | undefined }): Surroundings {
  return {
    WebSocket: given.WebSocket ?? globalThis.WebSocket,
    random: given.random ?? Math.random,
    after: given.after ?? after,
    onFault: given.onFault ?? surface,
  };
}
