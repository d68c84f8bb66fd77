/** What a source says of a departure, first and again, by how it stands. */
import type { Under } from "./departing.ts";
import type { Desk } from "./desk.ts";
import { readPayload } from "./journal.ts";
import { aboutOf } from "./messages.ts";

export async function say(under: Under, desk: Desk): Promise<void> {
  const { row } = under;
  const { witness, network, journal } = desk.options;
  const about = aboutOf(row);
  if (row.state === "frozen" && row.offer !== null) {
    const { carrier, forMs } = row.offer;
    const payload = carrier === null ? null : await readPayload(journal, row.attempt);
    if (under.row !== row) return;
    if (carrier !== null && payload !== null) desk.write(null, () => network.deposit(carrier, row.attempt, payload, forMs));
    desk.say(row.to, row.offer);
  }
  if (row.state !== "released") return;
  if (witness !== null && !under.isWitnessed) desk.say(witness, { kind: "row", ...about, to: row.to });
  else if (witness !== null && under.gone !== null) desk.say(witness, { kind: "back", ...about });
  else if (under.letters !== null) desk.say(row.to, { kind: "forward", ...about, letters: [...under.letters] });
  else if (row.key === null || row.box === null) desk.say(row.to, { kind: "ask", ...about });
  else if (!under.isAlive) desk.say(row.to, { kind: "commit", ...about, key: await sealKey(under, row.key, row.box, desk) });
}

/** What the key is to its destination, made once. */
export function sealKey(under: Under, key: string, box: string, { options: { cipher } }: Desk): Promise<string> {
  return (under.sealedKey ??= cipher.sealKey(key, box, under.row.attempt));
}
