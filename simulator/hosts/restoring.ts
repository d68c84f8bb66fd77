import { type Departure, drop } from "../../packages/server/src/crossings/journal.ts";
import { copyOf } from "./disk.ts";
import { keptOf } from "./heap.ts";
import type { SimHost } from "./host.ts";
import type { Stage } from "./stage.ts";

const seconds = 1_000;

/**
 * Has a host set back to what its disk was like some time before. It is another host then, by its key; the others are told later
 * in whose place it speaks. Who came to it since its backup is lost with the disk, as with any other: so it is done only
 * while there is nobody of whom that is true, and nobody under way to it.
 */
export function restoreOnce(stage: Stage, hosts: readonly SimHost[], host: SimHost): void {
  const { scheduler, chance } = stage;
  scheduler.after(chance.between(5 * seconds, 30 * seconds), () => {
    const backup = copyOf(host.disk.contents);
    const madeMs = scheduler.nowMs;
    stage.trace(`${host.name} is backed up`);
    const attempt = (): void => {
      if (stage.healedMs() <= scheduler.nowMs) return;
      if (!mayBeRestored(host, backup.settings, hosts)) return void scheduler.after(5 * seconds, attempt);
      const former = host.fingerprint;
      stage.trace(`${host.name} is restored`);
      host.crash();
      host.restore(backup);
      for (const state of backup.programs.values()) {
        const { status, heap } = keptOf(state);
        if (status === "alive") stage.census.mayGoBack(heap.who, heap.count + 1);
      }
      for (const [letter, { at, sinceMs }] of stage.census.letters)
        if (at === host.name && sinceMs >= madeMs) stage.census.forgotten(letter);
      host.start();
      for (const other of hosts) {
        if (other !== host) scheduler.after(chance.between(0, 20 * seconds), () => other.peers.pair(host.fingerprint, host.name, former));
      }
    };
    scheduler.after(chance.between(1 * seconds, 40 * seconds), attempt);
  });
}

/** Whether nobody is on the way here, and nobody has come since. */
function mayBeRestored({ disk, fingerprint }: SimHost, before: ReadonlyMap<string, string>, hosts: readonly SimHost[]): boolean {
  const isUnchanged = [...disk.contents.settings.keys()].every(
    (key) => !key.startsWith(drop("in", "").key) && (!key.startsWith(drop("here", "").key) || before.has(key)),
  );
  return isUnchanged && hosts.every((host) => [...departuresOf(host)].every(({ state, to }) => to !== fingerprint || state === "offered"));
}

function* departuresOf({ disk }: SimHost): Iterable<Departure> {
  for (const [key, value] of disk.contents.settings) if (key.startsWith(drop("out", "").key)) yield JSON.parse(value) as Departure;
}
