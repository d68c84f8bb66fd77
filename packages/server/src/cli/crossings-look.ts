import { type CrossingInfo, ElsewhereError } from "@elsewhere/protocol";
import type { Authority } from "./authority.ts";
import { askHost, type RunningHost } from "./running-host.ts";

const betweenLooksMs = 500;
/** A host that is started anew is back within that: what crosses goes on there. */
const silentLooksMax = 120;

/** The crossings of a host, now and again and again. Rejects with `unreachable` where it never answered, or not for a minute. */
export async function* watchCrossings(
  host: RunningHost,
  authority: Pick<Authority, "fetch" | "time" | "say">,
): AsyncGenerator<readonly CrossingInfo[], never, undefined> {
  let hasAnswered = false;
  let silent = 0;
  while (true) {
    const crossings = await crossingsOf(host, authority).catch((error: unknown) => {
      const isAway = error instanceof ElsewhereError && error.code === "unreachable";
      if (!isAway || !hasAnswered || ++silent > silentLooksMax) throw error;
      if (silent === 1) authority.say(`${host.url.origin} does not answer: asking again for a minute.`);
      return null;
    });
    if (crossings !== null) {
      hasAnswered = true;
      silent = 0;
      yield crossings;
    }
    await new Promise<void>((done) => void authority.time.after(betweenLooksMs, done));
  }
}

export async function crossingsOf(host: RunningHost, authority: Pick<Authority, "fetch">): Promise<readonly CrossingInfo[]> {
  const question = { path: "/api/crossings", undone: "told nothing", field: "--url", expects: "crossings" };
  const { crossings } = await askHost<{ readonly crossings: readonly CrossingInfo[] }>(host, question, authority);
  return crossings;
}
