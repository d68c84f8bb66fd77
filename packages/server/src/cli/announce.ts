import type { Listening } from "../gateways/http/listen.ts";
import type { Tokens } from "../tokens/tokens.ts";
import type { LoadedWorld } from "../worlds/load.ts";
import type { Authority } from "./authority.ts";

const operatorTokenSeconds = 30 * 86_400;

export interface Announced {
  readonly loaded: LoadedWorld;
  readonly listening: Listening;
  readonly tokens: Tokens;
  /** Of the host's key. */
  readonly fingerprint: string;
  readonly directory: string;
  readonly startedMs: number;
}

export async function announce({ json }: { readonly json: boolean }, authority: Authority, running: Announced): Promise<void> {
  const { loaded, listening, tokens, fingerprint, directory, startedMs } = running;
  const token = await tokens.forOperator(operatorTokenSeconds);
  const { url, port } = listening;
  if (json) {
    authority.print(JSON.stringify({ ready: true, url, port, token, host: fingerprint, pid: authority.pid }));
    return;
  }
  const seconds = ((authority.time.monotonicMs() - startedMs) / 1000).toFixed(1);
  const count = `${loaded.maps.length} map${loaded.maps.length === 1 ? "" : "s"}, ${loaded.programs.length} programs`;
  authority.print(`${loaded.name} is up after ${seconds} s: ${count}, kept in ${directory}`);
  authority.print(`  Walk in:  ${url}`);
  authority.print(`  Operate:  ${url}/#operator=${token}`);
  authority.print(`  Host key: ${fingerprint}`);
  authority.print("  Stop with Ctrl-C. Everybody will be where they were when you start it again.");
}
