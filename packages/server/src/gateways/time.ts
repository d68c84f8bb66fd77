/** Real time as a gateway is given it. */
export interface GatewayTime {
  /** Milliseconds since some fixed moment, never going back. */
  monotonicMs(): number;
  /** Calls `wake` once after `ms`; returns how to cancel it. */
  after(ms: number, wake: () => void): () => void;
}
