export { enter, type EnterOptions } from "./enter.ts";
export type { Backoff } from "./backoff.ts";
export type { MyBody } from "./me.ts";
export type { ClosedReason, ConnectionState } from "./state.ts";
export type { World, WorldEvents } from "./world.ts";
