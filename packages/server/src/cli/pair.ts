import { ElsewhereError, limits, type PairingInfo } from "@elsewhere/protocol";
import type { Command } from "commander";
import { isThisMachine, parseHostAddress, parsePairingLine, pairingLineOf } from "../crossings/address.ts";
import type { PairingRequest } from "../crossings/pairings.ts";
import type { Authority } from "./authority.ts";
import { pairingsTable } from "./crossings-table.ts";
import { wholeNumber } from "./numbers.ts";
import { addHostFlags, askHost, type HostFlags, type RunningHost, runningHost } from "./running-host.ts";

interface Asking {
  readonly host: RunningHost;
  readonly json: boolean;
}

type Talking = Pick<Authority, "print" | "say" | "fetch">;

interface Paired {
  readonly line: string;
  readonly pairings: readonly PairingInfo[];
}

const pairedAt = (host: RunningHost, authority: Talking): Promise<Paired> =>
  askHost(host, { path: "/api/pairings", undone: "told nothing", field: "--url", expects: "pairings" }, authority);

/** `elsewhere pair`: this host's own line, by which others pair with it; with the address it is reached at, should that be another. */
async function ownLineCommand({ host, json, address }: Asking & { readonly address: string | null }, authority: Talking): Promise<void> {
  const own = parsePairingLine((await pairedAt(host, authority)).line, "line");
  const told = { ...own, address: address === null ? own.address : parseHostAddress(address, "--address") };
  const line = pairingLineOf(told);
  authority.print(json ? JSON.stringify({ line }) : line);
  if (isThisMachine(told.address)) authority.say("note: this address means this very machine; to others say it with --address");
}

/** `elsewhere pair --list`. */
async function listPairingsCommand({ host, json }: Asking, authority: Talking): Promise<void> {
  const { pairings } = await pairedAt(host, authority);
  authority.print(json ? JSON.stringify({ pairings }) : pairingsTable(pairings).join("\n"));
}

/** `elsewhere pair LINE`: pairs with a host, or changes the pairing with it. */
async function pairCommand({ host, json, request }: Asking & { readonly request: PairingRequest }, authority: Talking): Promise<void> {
  parsePairingLine(request.line, "line");
  const question = { path: "/api/pairings", body: request, undone: "paired with nobody", field: "line", expects: "host" };
  const pairing = await askHost<PairingInfo>(host, question, authority);
  authority.print(json ? JSON.stringify(pairing) : pairingLine(pairing));
}

/** `elsewhere pair --remove`. */
async function unpairCommand({ host, json, name }: Asking & { readonly name: string }, authority: Talking): Promise<void> {
  const pairing = (await pairedAt(host, authority)).pairings.find((each) => each.name === name);
  if (pairing === undefined) {
    throw new ElsewhereError("unknown", `none is called ${JSON.stringify(name)}: elsewhere pair --list shows who there is`, {
      field: "--remove",
    });
  }
  const path = `/api/pairings/${pairing.host}`;
  await askHost(host, { path, method: "DELETE", undone: "ended nothing", field: "--remove", expects: "" }, authority);
  authority.print(
    json ? JSON.stringify({ removed: pairing }) : `${name} is paired with this host no longer. Those who came from there stay.`,
  );
}

function pairingLine({ name, address, admits, guestsMax, heapBytesMax, spawns, inPlaceOf }: PairingInfo): string {
  const decides: Readonly<Record<string, string>> = {
    never: "nobody comes in from there",
    always: "whoever comes from there is let in",
    ask: "you are asked before anybody comes in from there",
  };
  const who = decides[admits] ?? `${admits.replace(/^program:/, "")} decides who comes in from there`;
  const most = admits === "never" ? "" : `, at most ${guestsMax} at once with heaps of up to ${heapBytesMax} bytes`;
  const grants = spawns.length === 0 ? "" : ` They may start ${spawns.join(", ")}.`;
  const place = inPlaceOf === null ? "" : ` It speaks for the earlier host ${inPlaceOf}.`;
  return `${name} (${address}) is paired with this host: ${who}${most}.${grants}${place} It has to be paired with this one too.`;
}

interface PairFlags extends HostFlags {
  readonly list?: true;
  readonly remove?: string;
  readonly address?: string;
  readonly name?: string;
  readonly admits?: string;
  readonly guests?: number;
  readonly heapBytes?: number;
  readonly grants?: readonly string[];
  readonly inPlaceOf?: string;
  readonly json?: true;
}

/** `elsewhere pair`. */
export function addPair(program: Command, authority: Talking): void {
  const pair = program
    .command("pair")
    .description("pair with another host, so that programs can cross; without a line, say this host's own")
    .argument("[line]", "what elsewhere pair says at the other host: elsewhere://HOST:PORT#FINGERPRINT")
    .option("--name <name>", "what it is called here (default: its host's name)")
    .option("--admits <whom>", "who comes in from there: always, ask (you), never, or program:ID, which decides (default: ask)")
    .option("--guests <number>", "how many of it may be here at once (default: 100)", wholeNumber(0, limits.programsMax))
    .option("--heap-bytes <number>", "how large each may be (default: 2 MB)", wholeNumber(0, limits.heapBytesMax))
    .option("--grants <files>", "files whose code they may start here, with commas between (default: none)", filesIn)
    .option("--in-place-of <fingerprint>", "it was restored from a backup of this earlier host, and speaks for it from now on")
    .option("--address <address>", "with no line: say this host's own with this address")
    .option("--list", "show with whom this host is paired")
    .option("--remove <name>", "end a pairing")
    .option("--json", "one line of JSON")
    .addHelpText("after", pairHelp)
    .action((line: string | undefined, flags: PairFlags) => pairAction(line, flags, authority));
  addHostFlags(pair);
}

const filesIn = (text: string): readonly string[] => text.split(",").filter((file) => file !== "");

function pairAction(line: string | undefined, flags: PairFlags, authority: Talking): Promise<void> {
  const { url, token, json = false, list, remove, address, name, admits, guests, heapBytes, grants, inPlaceOf } = flags;
  const asking = { host: runningHost({ url, token: token ?? null }), json };
  const terms = { name, admits, guestsMax: guests, heapBytesMax: heapBytes, spawns: grants && [...grants], inPlaceOf };
  const isTerms = Object.values(terms).some((value) => value !== undefined);
  const wishes = [list, remove, line, address].filter((wish) => wish !== undefined).length;
  if (wishes > 1 || (isTerms && line === undefined)) {
    const what =
      isTerms && line === undefined
        ? "terms are those of a pairing: give its line as well"
        : "one thing at a time: a LINE, --list, --remove or --address";
    throw new ElsewhereError("malformed", what, { field: "line" });
  }
  if (list) return listPairingsCommand(asking, authority);
  if (remove !== undefined) return unpairCommand({ ...asking, name: remove }, authority);
  if (line !== undefined) return pairCommand({ ...asking, request: { line, ...terms } }, authority);
  return ownLineCommand({ ...asking, address: address ?? null }, authority);
}

const pairHelp = `
Two hosts are paired once each has the other's line, which tells its address and the fingerprint of its key. Send a line by a way that
nobody can change it on. What is not said again of a pairing stays as it is.

  elsewhere pair --url 'http://localhost:7071/#operator=TOKEN'
  elsewhere pair 'elsewhere://localhost:7071#…' --name haven --admits always`;
