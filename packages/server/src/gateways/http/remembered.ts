import type { Percept } from "@elsewhere/protocol";

const verbs = { say: "said", whisper: "whispered", shout: "shouted" } as const;
const handlings = { take: "took", drop: "dropped", give: "gave" } as const;

/** World time as people read it, in UTC. */
export const timeText = (now: number): string => new Date(now).toISOString().slice(0, 19).replace("T", " ");

/** Others choose names and texts: what they wrote must stay on its own line. */
// oxlint-disable-next-line no-control-regex
export const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ");

function happened(percept: Percept): string {
  switch (percept.kind) {
    case "appeared":
      return `${percept.body.name} came into view.`;
    case "vanished":
      return `${percept.body.name} went out of view.`;
    case "changed":
      return `${percept.body.name} changed: ${percept.body.posture}, ${JSON.stringify(percept.body.traits)}.`;
    case "heard":
      return `${percept.from.name} ${verbs[percept.how]}: ${percept.text}`;
    case "emoted":
      return `${percept.from.name} ${percept.text}`;
    case "used":
      return `${percept.from.name} touched me.`;
    case "did":
      return `${percept.from.name} did ${percept.verb}: ${JSON.stringify(percept.data)}`;
    case "moved_thing":
      return `${percept.from.name} ${handlings[percept.how]} ${percept.thing.name}${percept.to ? ` to ${percept.to.name}` : ""}.`;
    case "door":
      return `The door ${percept.name} ${percept.open ? "opened" : "closed"}.`;
    case "found":
      return `I found ${percept.place}.`;
    case "arrived":
      return `I arrived on ${percept.map} at ${percept.x}, ${percept.y}.`;
    case "offered":
      return `I was asked to leave for ${percept.to}.`;
    case "knocked":
      return `${percept.name} of ${percept.host} would like to come in.`;
    case "reply":
      return percept.ok ? `I did what I set out to do (${percept.n}).` : `I could not (${percept.n}): ${percept.error.message}`;
  }
}

/** One remembered percept as one readable line. `now` is world time, milliseconds since 1970. */
export function rememberedAsText(percept: Percept, now: number): string {
  return `${timeText(now)}  ${oneLine(happened(percept))}`;
}
