import { ElsewhereError, limits } from "@elsewhere/protocol";
import { type Command, Option } from "commander";
import { addressAt, fingerprintPattern } from "../crossings/address.ts";
import { createCarrier } from "../crossings/carrier.ts";
import { listen } from "../gateways/http/listen.ts";
import type { Authority } from "./authority.ts";
import { wholeNumber } from "./numbers.ts";

interface CarryOptions {
  readonly port: number;
  readonly host: string;
  /** Fingerprints of the hosts it carries for. */
  readonly for: readonly string[];
  readonly payloadBytes: number;
  readonly json: boolean;
}

type Carrying = Pick<Authority, "pid" | "time" | "print" | "say" | "onStop">;

/** `elsewhere carry`: runs a carrier until the process is asked to end. It keeps nothing. */
export async function carryCommand({ port, host, for: hosts, payloadBytes, json }: CarryOptions, authority: Carrying): Promise<void> {
  for (const each of hosts) {
    if (fingerprintPattern.test(each)) continue;
    const what = `${JSON.stringify(each)} is no fingerprint of a host: it stands behind the # of what elsewhere pair says there`;
    throw new ElsewhereError("malformed", what, { field: "--for" });
  }
  const onFault = (error: unknown): void => authority.say(`fault: ${error instanceof Error ? error.message : String(error)}`);
  const app = createCarrier({ hosts: new Set(hosts), payloadBytesMax: payloadBytes, time: authority.time, onFault });
  const listening = await listen(app, { port, host, requestMsMax: limits.payloadMsMax, onFault });
  authority.onStop(() => listening.close());
  const { url } = listening;
  const address = addressAt(url);
  if (json) {
    authority.print(JSON.stringify({ ready: true, url, port: listening.port, address, pid: authority.pid }));
    return;
  }
  authority.print(`A carrier is up at ${address}, for ${hosts.length} host${hosts.length === 1 ? "" : "s"}`);
  authority.print("  It holds what it is given in memory, encrypted, until each one's deadline. Stop it with Ctrl-C; nothing is lost.");
}

export function addCarry(program: Command, authority: Carrying): void {
  program
    .command("carry")
    .description("carry programs between hosts that cannot reach each other directly, without being able to look into them")
    .requiredOption("--for <fingerprints...>", "the hosts it carries for: what stands behind the # of their pairing lines")
    .addOption(new Option("--port <number>", "port to serve on; 0 takes any free one").default(7079).argParser(wholeNumber(0, 65_535)))
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .addOption(
      new Option("--payload-bytes <number>", "how much it holds at once")
        .default(limits.carrierPayloadBytesUsual)
        .argParser(wholeNumber(limits.crossingPayloadBytesMax, 2 ** 40)),
    )
    .option("--json", "one line of JSON when ready", false)
    .action((options: CarryOptions) => carryCommand(options, authority));
}
