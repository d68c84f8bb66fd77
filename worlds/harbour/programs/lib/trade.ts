/** Asking and answering. One does a verb to another; the other does `answer` back, with the verb it answers. */
import { type Json, type JsonObject, me, type Seen, type Who } from "@elsewhere/program";

export const objectOf = (data: Json): JsonObject =>
  typeof data === "object" && data !== null && !Array.isArray(data) ? (data as JsonObject) : {};
export const numberIn = (data: Json, key: string): number =>
  typeof objectOf(data)[key] === "number" ? (objectOf(data)[key] as number) : 0;
export const textIn = (data: Json, key: string): string => (typeof objectOf(data)[key] === "string" ? (objectOf(data)[key] as string) : "");

/** Asks somebody for something and waits for the answer. Null if none came within ten minutes, or nobody is there. */
export async function ask(whom: Seen | undefined, verb: string, data: JsonObject = {}): Promise<JsonObject | null> {
  if (whom === undefined) return null;
  try {
    // It listens before it asks: the answer may come as soon as the question is heard.
    const answer = me.until("did", {
      where: (percept) => percept.verb === "answer" && percept.from.id === whom.id && textIn(percept.data, "of") === verb,
      timeout: { minutes: 10 },
    });
    await me.do(verb, data, whom);
    const percept = await answer;
    return percept && objectOf(percept.data);
  } catch {
    return null;
  }
}

/** Answers everybody who does `verb` to this body. */
export function answerTo(verb: string, reply: (data: Json, from: Who) => JsonObject): void {
  me.on("did", async (percept) => {
    if (percept.verb !== verb || percept.to !== me.id) return;
    await me.do("answer", { of: verb, ...reply(percept.data, percept.from) }, percept.from);
  });
}
