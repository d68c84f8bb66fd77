/** How long the writes and round trips of a crossing take when there is nothing else to do. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Child, type Saying } from "../perception/children.ts";
import { median } from "../report.ts";
import { type Looked, type Shape, states } from "./looks.ts";

interface At extends Saying {
  readonly kind: "began" | "alive";
  readonly atNs: number;
}
interface Listening extends Saying {
  readonly kind: "ready";
  readonly url: string;
}

/** The medians of what was seen. Throws if a step of the protocol was not. */
export function shapeOf(hosts: readonly Looked[], payloadBytes: number): Shape {
  const commits = hosts.flatMap((host) => host.commits);
  const of = (state: string): number => median(commits.filter((commit) => commit.state === state).map(({ bytes }) => bytes));
  const shape = {
    commits: Object.fromEntries(states.map((state) => [state, of(state)])) as Shape["commits"],
    payloadBytes,
    bodyBytes: median(hosts.flatMap(({ bodies }) => bodies)),
  };
  for (const state of states) if (!(shape.commits[state] > 0)) throw new Error(`no commit brought a crossing to "${state}"`);
  return shape;
}

/** Ms of each of so many, one after the other. */
export async function floorOf(shape: Shape, rounds: number): Promise<number[]> {
  const folder = await mkdtemp(join(tmpdir(), "elsewhere-floor-"));
  const [source, destination] = ["source", "destination"].map((name) => new Child("../crossing/floor-host.ts", [join(folder, name)])) as [
    Child,
    Child,
  ];
  try {
    const urls = [(await source.hear<Listening>("ready")).url, (await destination.hear<Listening>("ready")).url];
    source.tell({ kind: "meet", url: urls[1], shape });
    destination.tell({ kind: "meet", url: urls[0], shape });
    await Promise.all([source.hear("met"), destination.hear("met")]);
    const all: number[] = [];
    for (let round = -warmRounds; round < rounds; round++) {
      source.tell({ kind: "go" });
      const [{ atNs: from }, { atNs: to }] = await Promise.all([source.hear<At>("began"), destination.hear<At>("alive")]);
      if (round >= 0) all.push((to - from) / 1e6);
    }
    return all;
  } finally {
    await source.end();
    await destination.end();
    await rm(folder, { recursive: true, maxRetries: 5 });
  }
}

const warmRounds = 5;
