// A state as a short string: equal states have equal strings, and others have others. Each character is a number in mixed
// radix, below 65,536 by the ranges that state.ts gives.
import type { Attempt, Source, State, Witness } from "./state.ts";

const sourceStatuses = { running: 0, frozen: 1, released: 2, closed: 3 } as const;
const stayStatuses = { unknown: 0, staged: 1, alive: 2, gone: 3 } as const;

/** More than any count of how often a letter was taken: two destinations and the source take it at most once too often. */
const readsRadix = 4;

export function encode(state: State): string {
  const { memory, attempts, rooms, witness, sent, backup } = state;
  let parcels = 0;
  for (const { parcel } of attempts) parcels = parcels * 8 + Number(parcel.isHeld) * 4 + Number(parcel.isPast) * 2 + Number(parcel.hasKey);
  let world = parcels;
  for (const room of rooms) world = world * 4 + room;
  world = ((world * 4 + state.consented) * 2 + Number(state.isRestored)) * 2 + Number(state.isMailSent);
  const remembered = Number(memory.isInTurn) * 4 + Number(memory.hasReceipt) * 2 + Number(memory.knowsGone);
  return String.fromCharCode(
    ofSource(state.source),
    ofWitness(witness) * 8 + remembered,
    attempts[0] ? 1 + ofAttempt(attempts[0]) : 0,
    attempts[1] ? 1 + ofAttempt(attempts[1]) : 0,
    world,
    ...sent,
    backup ? 1 + ofSource(backup.source) : 0,
    backup ? ofWitness(backup.witness) : 0,
  );
}

function ofSource(source: Source): number {
  let code = sourceStatuses[source.status];
  code = (code * 3 + source.attempt) * 3 + source.consent;
  code = (code * 3 + source.epoch / 2) * readsRadix + source.read;
  code = ((code * 2 + Number(source.hasKey)) * 2 + Number(source.box)) * 2 + Number(source.hasQuota);
  return (code * 2 + Number(source.quarantined)) * 2 + source.incarnation;
}

const ofWitness = ({ rows, incarnation }: Witness): number => rows.reduce((code, row) => code * 4 + row + 1, 0) * 2 + incarnation;

function ofAttempt({ to, epoch, payload, stay }: Attempt): number {
  let code = (to * 2 + epoch / 2) * 2 + Number(payload.box);
  code = (code * readsRadix + payload.read) * 4 + stayStatuses[stay.status];
  code = ((code * 2 + Number(stay.isAdmitted)) * 2 + Number(stay.isHeld)) * 2 + Number(stay.isOpened);
  return ((code * 2 + Number(stay.box)) * readsRadix + stay.read) * 2 + Number(stay.hasQuota);
}
