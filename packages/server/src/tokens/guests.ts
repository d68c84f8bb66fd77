/** From where people without a token are let in. */
export type GuestPolicy = "loopback" | "all" | "none";

/** Whether a guest may enter. `loopback` is what the connection says of its peer: see `gateways/peer.ts`. */
export function guestAllowed({ loopback, policy }: { readonly loopback: boolean; readonly policy: GuestPolicy }): boolean {
  return policy === "all" || (policy === "loopback" && loopback);
}
