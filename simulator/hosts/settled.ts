import type { Census } from "./census.ts";
import { isLive } from "./heap.ts";
import type { SimHost } from "./host.ts";
import type { Stage } from "./stage.ts";

/** What is not over yet, in words: nothing must be left some time after all is whole again. */
export function openMatters(hosts: readonly SimHost[], census: Census, { wires }: Stage): readonly string[] {
  return [
    ...hosts.flatMap(crossingsOf),
    ...[...census.lives.keys()].flatMap((who) => mattersOf(who, hosts, census)),
    ...(wires.carrier.size > 0 ? [`the carrier has ${wires.carrier.size} payloads`] : []),
  ];
}

function crossingsOf({ name, engine }: SimHost): readonly string[] {
  if (engine === null) return [`${name} has not started`];
  const under = engine.list().filter(({ waitsFor }) => waitsFor !== null);
  return under.map(({ attempt, state, waitsFor }) => `${attempt} is ${state} at ${name} and waits: ${waitsFor}`);
}

function mattersOf(who: string, hosts: readonly SimHost[], { lives, letters }: Census): readonly string[] {
  // An operator may have taken back somebody who had gone on from there: that is a person's to sort out.
  if (lives.get(who)!.isContested) return [];
  const here = hosts.flatMap(({ residents }) => residents.filter(({ kept }) => kept.heap.who === who && isLive(kept)));
  if (here.length !== 1) return [`${who} lives at ${here.length} hosts`];
  const { heap } = here[0]!.kept;
  const took = new Set(heap.took);
  const expected = [...letters].filter(([, of]) => of.who === who);
  const missing = expected.filter(([letter]) => !took.has(letter)).map(([letter]) => `${who} has not had ${letter}`);
  return heap.asked === null ? missing : [...missing, `${who} has no answer to its intent ${heap.asked}`];
}
