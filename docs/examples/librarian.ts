// `memory` survives an upgrade of this very file; every other variable survives restarts, but not an upgrade.
import { me, memory } from "@elsewhere/program";

memory.visitors ??= {};
const visitors = memory.visitors as Record<string, { visits: number; said: string | null }>;

me.on("appeared", async ({ body }) => {
  if (body.kind !== "person") return;
  const known = visitors[body.name];
  visitors[body.name] = { visits: (known?.visits ?? 0) + 1, said: known?.said ?? null };
  if (known?.said) await me.whisper(body, `Last time you told me: "${known.said}"`).catch(() => {});
});

me.on("heard", async ({ from, text }) => {
  const visitor = visitors[from.name];
  if (!visitor) return;
  visitor.said = text;
  await me.emote("makes a note of it");
});
