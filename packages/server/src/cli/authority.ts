import type { MapFiles } from "@elsewhere/world";
import type { Asked } from "../crossings/network.ts";
import type { Usage } from "../host-view.ts";
import type { Tool, ToolRun } from "../programs/author/check-types.ts";
import type { DiskStorage } from "../storage/copy.ts";
import type { RealTime } from "../ticks/clock.ts";

/** Everything a command may touch outside itself. `main.ts` makes the real one; there is no other way out (I7). */
export interface Authority {
  readonly args: readonly string[];
  readonly pid: number;
  /** Cores this machine has. */
  readonly cores: number;
  readonly time: RealTime;
  /** Real time, seconds since 1970. */
  nowSeconds(): number;
  randomBytes(count: number): Uint8Array;
  usage(): Usage;
  /** Writes a line to standard output / standard error. */
  print(line: string): void;
  say(line: string): void;
  /** The absolute form of a path a person typed. */
  absolute(path: string): string;
  /** Path of something that ships with this program, e.g. `worlds/harbour`. */
  shipped(path: string): string;
  /** All bytes of a file, null if there is none. */
  readFile(path: string): Promise<Uint8Array | null>;
  /** Whether others on this machine may read a file. False where the system does not say. */
  isShared(path: string): Promise<boolean>;
  /** Writes a new file and the folders on the way to it; false, and nothing is written, if there is one already. */
  createFile(path: string, text: string): Promise<boolean>;
  /** Puts a text in the place of a file's, so that whoever reads it finds all of the one or all of the other. */
  replaceFile(path: string, text: string): Promise<void>;
  isDirectory(path: string): Promise<boolean>;
  /** The files below one folder, and nothing outside it. */
  filesIn(folder: string): MapFiles;
  /** Calls `changed` with the path, relative to the folder, of whatever changes below it; returns how to stop that. */
  watchFolder(folder: string, changed: (path: string) => void): () => void;
  /** Runs one of the tools this program comes with in a process of its own. */
  runTool(tool: Tool): Promise<ToolRun>;
  /** Opens the store of a data directory, making it if need be. */
  openStorage(directory: string): Promise<DiskStorage>;
  /** Asks an HTTP server for something, or posts a body to it, which goes nowhere else. Rejects if nobody answers. */
  fetch(url: string, headers: Readonly<Record<string, string>>, body?: string, method?: "DELETE"): Promise<Response>;
  /** One request to another host. Rejects if nobody answers, or once its signal aborts. */
  request(url: string, asked: Asked): Promise<Response>;
  /** A line from standard input, asked for where a person types it. Null if it ends before. */
  ask(question: string): Promise<string | null>;
  /** The same, and nobody sees what is typed. */
  askUnseen(question: string): Promise<string | null>;
  /** Calls `stop` when the process is asked to end; the second time it ends at once. */
  onStop(stop: () => Promise<void>): void;
  exit(code: number): never;
  /** Says what is wrong; the command goes on and ends with exit code 1. */
  fail(line: string): void;
}
