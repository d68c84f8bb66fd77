import { readFile } from "node:fs/promises";
import {
  type ElsewhereError,
  type LogLine,
  type ProgramCommand,
  type ProgramDetail,
  type ProgramInfo,
  type ProgramOrder,
} from "@elsewhere/protocol";
import type { ProgramsQuery } from "../../packages/server/src/gateways/contract.ts";
import { createHttpGateway } from "../../packages/server/src/gateways/http/gateway.ts";
import { listen } from "../../packages/server/src/gateways/http/listen.ts";
import { bakerDetail, bakerInfo, fakeView } from "../../packages/server/src/gateways/testing/fakes.ts";
import { consoleFolder } from "./support.ts";

const names = ["Baker", "Carter", "Lamp", "Gull"];
const hash = (turn: number): string => turn.toString(16).padStart(64, "0");

type Changing<T> = { -readonly [key in keyof T]: T[key] };

/** A host of very many programs that are made up, behind the real gateway; a test changes them as it likes. */
export class Crowd {
  readonly infos: Changing<ProgramInfo>[];
  readonly logs = new Map<string, LogLine[]>();
  /** What it was told to do. */
  readonly commands: (readonly [string, ProgramCommand])[] = [];
  /** What went wrong in the gateway itself. */
  readonly faults: unknown[] = [];
  /** How it answers the next command; null does what is asked. */
  refusal: ElsewhereError | null = null;
  readonly #orders = new Map<ProgramOrder, ProgramInfo[]>();
  url = "";
  close = async (): Promise<void> => {};

  constructor(count: number) {
    this.infos = Array.from({ length: count }, (_, i) => ({
      ...bakerInfo,
      program: `${names[i % 4]!.toLowerCase()}-${i}`,
      name: `${names[i % 4]} ${i}`,
      residence: i < 64 ? "live" : i < count / 2 ? "parked" : "stored",
      turns: 100_000 + count - i,
      faults: 0,
      heapBytes: 20_000 + ((i * 7) % count),
    }));
  }

  of(name: string): Changing<ProgramInfo> {
    const info = this.infos.find((known) => known.name === name);
    if (info === undefined) throw new Error(`there is no ${name}`);
    return info;
  }

  async open(): Promise<void> {
    const onFault = (error: unknown): void => void this.faults.push(error);
    const view = fakeView({
      programs: async (query) => this.#page(query),
      program: async (program) => this.#detail(program),
      command: async (program, command) => this.#command(program, command),
      stats: () => ({ ...fakeView().stats(), programs: this.infos.length, programsLive: 64, programsParked: this.infos.length / 2 - 64 }),
    });
    const app = createHttpGateway({
      view,
      tokens: { verify: async () => ({ role: "operator" }) },
      invite: () => Promise.reject(new Error("nobody is invited here")),
      openPlace: () => Promise.reject(new Error("nothing is opened here")),
      fingerprint: "",
      copy: () => Promise.reject(new Error("nothing is copied here")),
      consoleDir: consoleFolder,
      readFile: (path) => readFile(path).catch(() => null),
      time: { monotonicMs: () => performance.now() },
      onFault,
    });
    const { port, close } = await listen(app, { port: 0, host: "127.0.0.1", onFault });
    this.url = `http://127.0.0.1:${port}`;
    this.close = close;
  }

  #page({ order, offset, itemsMax, search }: ProgramsQuery) {
    const found = this.#sorted(order).filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
    return { total: found.length, offset, programs: found.slice(offset, offset + itemsMax) };
  }

  /** What was in order before is nearly so now: sorting it again costs little. */
  #sorted(order: ProgramOrder): readonly ProgramInfo[] {
    if (order === "name") return this.infos;
    const sorted = this.#orders.get(order) ?? [...this.infos];
    this.#orders.set(order, sorted);
    return sorted.sort((a, b) => rank(a, order) - rank(b, order));
  }

  #detail(program: string): ProgramDetail | null {
    const info = this.infos.find((known) => known.program === program);
    if (info === undefined) return null;
    const images = [64, 128].map((turn) => ({ turn, hash: hash(turn), bytes: 323 }));
    return { ...bakerDetail, info, images, log: this.logs.get(program) ?? [] };
  }

  #command(program: string, command: ProgramCommand): void {
    this.commands.push([program, command]);
    if (this.refusal !== null) throw this.refusal;
    const info = this.infos.find((known) => known.program === program)!;
    if (command.kind === "suspend") info.status = "suspended";
    if (command.kind === "resume") info.status = "running";
    if (command.kind === "end") info.status = "ended";
  }
}

const rank = (info: ProgramInfo, order: Exclude<ProgramOrder, "name">): number =>
  order === "wakeAt" ? (info.wakeAt ?? Number.MAX_VALUE) : -info[order];
