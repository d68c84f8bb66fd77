/**
 * How long it takes from what one does until another is shown it: `latency.ts URL SECONDS`. A few people come in and make
 * signs to each other; they are a process of their own, that waits for nothing else.
 */
import { FrameReader, type Percept, protocolVersion } from "@elsewhere/protocol";
import { WebSocket } from "ws";
import { randomFrom } from "../../test/support/random.ts";
import type { LatencyFigures } from "./load.ts";

const people = 10;
/** Between two signs, ms: chosen anew each time, so that they fall on any moment of a tick. */
const pauseMsMax = 20;

const [url, seconds] = process.argv.slice(2);
const random = randomFrom(4);
const sentMs: number[] = [];
const latenciesMs: number[] = [];

/** Resolves, when somebody is in, with how it makes a sign. */
async function come(person: number): Promise<(sign: number) => void> {
  const socket = new WebSocket(`${url!.replace("http", "ws")}/ws`);
  const reader = new FrameReader();
  const hear = (percepts: readonly Percept[]): void => {
    for (const percept of percepts) {
      if (percept.kind === "emoted") latenciesMs.push(performance.now() - sentMs[Number(percept.text)]!);
    }
  };
  socket.on("open", () =>
    socket.send(JSON.stringify({ type: "hello", version: protocolVersion, token: `person:late${person}`, frames: "binary" })),
  );
  await new Promise<void>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("close", (code) => reject(new Error(`the host closed person ${person}: ${code}`)));
    socket.on("message", (data: Buffer, isBinary: boolean) => {
      if (!isBinary) return;
      const frame = reader.read(data);
      if (frame === null) throw new Error("a frame was lost");
      if (frame.type === "tick") hear(frame.percepts);
      resolve();
    });
  });
  let n = 0;
  return (sign) => {
    sentMs[sign] = performance.now();
    socket.send(JSON.stringify({ type: "intent", n: ++n, intent: { kind: "emote", text: String(sign) } }));
  };
}

const signs = await Promise.all(Array.from({ length: people }, (_, person) => come(person)));
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const endMs = performance.now() + Number(seconds) * 1000;
let count = 0;
while (performance.now() < endMs) {
  signs[count % people]!(count);
  count++;
  await pause(random() * pauseMsMax);
}
await pause(1_000);
// Everybody else sees each sign; whoever makes one is only answered.
if (latenciesMs.length !== count * (people - 1)) {
  throw new Error(`${latenciesMs.length} signs were seen of ${count * (people - 1)}`);
}
latenciesMs.sort((a, b) => a - b);
const at = (share: number): number => latenciesMs[Math.floor((latenciesMs.length - 1) * share)]!;
process.stdout.write(JSON.stringify({ p50: at(0.5), p99: at(0.99), count: latenciesMs.length } satisfies LatencyFigures));
process.exit(0);
