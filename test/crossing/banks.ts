/** Two hosts that are paired with each other, and a carrier between them: each a process of its own, on loopback. */
import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CrossingInfo, ProgramDetail, ProgramsPage } from "@elsewhere/protocol";
import { type Carrier, type Server, startCarrier, startServer } from "../support/server.ts";
import { yardFolder } from "../support/yard.ts";

export const sides = ["left", "right"] as const;
export type Side = (typeof sides)[number];

/** Programs of the left bank's world; the right one's has none of its own. */
export interface BankPrograms {
  readonly source: string;
  readonly programs: readonly { readonly id: string; readonly memory?: object }[];
  readonly tickMs: number;
}

/** Each host calls the other `over`, and admits whoever comes from there. */
export class Banks {
  readonly folder: string;
  readonly #tickMs: number;
  readonly #servers = new Map<Side, Server>();
  #carrier: Carrier | null = null;
  #fingerprints: readonly string[] = [];

  private constructor(folder: string, tickMs: number) {
    this.folder = folder;
    this.#tickMs = tickMs;
  }

  static async open({ source, programs, tickMs }: BankPrograms): Promise<Banks> {
    const banks = new Banks(await mkdtemp(join(tmpdir(), "elsewhere-banks-")), tickMs);
    try {
      for (const side of sides) await writeBank(banks.folder, side, source, side === "left" ? programs : []);
      await Promise.all(sides.map((side) => banks.start(side)));
      const lines = await Promise.all(sides.map(async (side) => (await banks.ask<{ readonly line: string }>(side, "/api/pairings")).line));
      await Promise.all(sides.map((side, i) => banks.ask(side, "/api/pairings", { line: lines[1 - i], name: "over", admits: "always" })));
      banks.#fingerprints = lines.map((line) => line.slice(line.indexOf("#") + 1));
      return banks;
    } catch (error) {
      await banks.close();
      throw error;
    }
  }

  dataOf(side: Side): string {
    return join(this.folder, `${side}-data`);
  }

  /** From now on payloads go by a carrier: both hosts start anew with its address. */
  async carry(): Promise<void> {
    await this.startCarrier();
    await Promise.all(sides.map((side) => this.restart(side)));
  }

  async startCarrier(): Promise<void> {
    const port = String(this.#carrier?.port ?? 0);
    this.#carrier = await startCarrier(["--port", port, "--for", ...this.#fingerprints]);
  }

  /** On the port and data that it had. */
  async start(side: Side): Promise<void> {
    const flags = ["--world", join(this.folder, side), "--data", this.dataOf(side), "--tick-ms", String(this.#tickMs)];
    const carrier = this.#carrier === null ? [] : ["--carrier", this.#carrier.address];
    const port = String(this.#servers.get(side)?.port ?? 0);
    this.#servers.set(side, await startServer([...flags, ...carrier, "--port", port]));
  }

  /** `kill -9`, and the same again after a while. */
  async restart(side: Side | "carrier", meanwhile: () => Promise<void> = async () => {}): Promise<void> {
    await (side === "carrier" ? this.#carrier! : this.#servers.get(side)!).kill();
    await meanwhile();
    await (side === "carrier" ? this.startCarrier() : this.start(side));
  }

  async ask<T>(side: Side, path: string, body?: object): Promise<T> {
    const { url, token } = this.#servers.get(side)!;
    const request = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` }, ...request });
    const text = await answer.text();
    assert.ok(answer.ok, `${side} ${path}: ${text}`);
    return JSON.parse(text) as T;
  }

  async programs(side: Side): Promise<ProgramsPage["programs"]> {
    return (await this.ask<ProgramsPage>(side, "/api/programs?limit=100")).programs;
  }

  async crossings(side: Side): Promise<readonly CrossingInfo[]> {
    return (await this.ask<{ readonly crossings: readonly CrossingInfo[] }>(side, "/api/crossings")).crossings;
  }

  /** What a program has logged on that side last; nothing where it never was. */
  async log(side: Side, program: string): Promise<readonly string[]> {
    const { log } = await this.ask<ProgramDetail>(side, `/api/programs/${encodeURIComponent(program)}`);
    return log.map(({ text }) => text);
  }

  /** What a host has said of itself since it was started. */
  errors(side: Side): string {
    return this.#servers.get(side)!.errors();
  }

  /** Stops all; the data stays until `close`. */
  async stop(): Promise<void> {
    await Promise.all([...this.#servers.values(), ...(this.#carrier === null ? [] : [this.#carrier])].map((each) => each.stop()));
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The world of one side, in a folder of that name. */
export async function writeBank(root: string, side: Side, source: string, programs: BankPrograms["programs"]): Promise<string> {
  const folder = join(root, side);
  await mkdir(join(folder, "programs"), { recursive: true });
  await cp(join(yardFolder, "maps"), join(folder, "maps"), { recursive: true });
  await writeFile(join(folder, "programs/crosser.ts"), source);
  const world = {
    name: side,
    description: "",
    maps: ["maps/yard.tmj"],
    start: "yard/gate",
    clock: { start: side === "left" ? "2030-01-01T00:00:00Z" : "2040-06-01T12:00:00Z", dayMinutes: 1440 },
    seed: 7,
    programs: programs.map((program) => ({ name: program.id, code: "programs/crosser.ts", at: "yard/west", ...program })),
  };
  await writeFile(join(folder, "world.json"), JSON.stringify(world));
  return folder;
}
