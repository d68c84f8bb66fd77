import type { CrossingInfo } from "@elsewhere/protocol";
import type { Authority } from "./authority.ts";
import { askHost, type RunningHost } from "./running-host.ts";

const betweenLooksMs = 500;

/** The crossings of a host, now and again and again. */
export async function* watchCrossings(
  host: RunningHost,
  authority: Pick<Authority, "fetch" | "time">,
): AsyncGenerator<readonly CrossingInfo[], never, undefined> {
  while (true) {
    yield await crossingsOf(host, authority);
    await new Promise<void>((done) => void authority.time.after(betweenLooksMs, done));
  }
}

export async function crossingsOf(host: RunningHost, authority: Pick<Authority, "fetch">): Promise<readonly CrossingInfo[]> {
  const question = { path: "/api/crossings", undone: "told nothing", field: "--url", expects: "crossings" };
  const { crossings } = await askHost<{ readonly crossings: readonly CrossingInfo[] }>(host, question, authority);
  return crossings;
}
