// The two hosts that `npm start` runs beside each other: Harbour, and Haven for programs of Harbour to cross to.
import { spawn } from "node:child_process";
import { inRoot, root } from "./paths.mjs";
import { standFor } from "./run.mjs";
import { say } from "./say.mjs";

/** What means another world than Harbour, or one that must not depend on what another host does. */
const alone = ["--world", "--map", "--fork", "--lockstep", "--no-haven"];

/**
 * What to start for the flags that somebody gave.
 * @param {readonly string[]} args
 * @returns {{harbour: string[], haven: null | {json: boolean, port: (harbours: number) => number, data: string | null}}}
 */
export function planFor(args) {
  const harbour = args.filter((arg) => arg !== "--no-haven");
  const isAlone = args.some((arg) => alone.includes(arg.split("=")[0])) || flag(args, "--speed") === "max";
  if (isAlone) return { harbour, haven: null };
  const data = flag(args, "--data");
  return {
    harbour,
    haven: {
      json: args.includes("--json"),
      port: (harbours) => (Number(flag(args, "--port") ?? 7070) === 0 ? 0 : harbours + 1),
      data: data === null ? null : `${data.replace(/\/+$/, "")}-haven`,
    },
  };
}

/** The value of `--name value` or `--name=value`; null if it is not there. */
function flag(args, name) {
  const at = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
  if (at < 0) return null;
  return args[at] === name ? (args[at + 1] ?? null) : args[at].slice(name.length + 1);
}

/**
 * Runs both, and pairs them, until Harbour ends; Haven then ends as Harbour did. Resolves with Harbour's exit code.
 * @param {(args: readonly string[], before?: readonly string[]) => readonly [string, string[], object]} command How to run `elsewhere`.
 */
export async function runNeighbours({ harbour, haven }, command) {
  let interrupted = false;
  process.on("SIGINT", () => (interrupted = true));
  const first = startHost(command(["up", ...harbour]), "inherit");
  let second = null;
  const isMeantToRun = () => !interrupted && second?.child.killed === false;
  void first.ready.then(async (ready) => {
    const port = haven.port(Number(new URL(ready.url).port));
    const flags = ["--port", String(port), "--world", inRoot("worlds", "haven"), ...(haven.json ? ["--json"] : [])];
    const data = haven.data === null ? [] : ["--data", haven.data];
    second = startHost(command(["up", ...flags, ...data], ["--import", inRoot("tools", "setup", "end-with-input.mjs")]), "pipe");
    void second.closed.then((code) => {
      if (isMeantToRun() && first.isRunning()) say(`Haven has ended (exit code ${code}). Harbour goes on without it.`);
    });
    await pair({ name: "harbour", ...ready }, { name: "haven", ...(await second.ready) }).catch((error) =>
      say(`Harbour and Haven could not be paired: ${error.message}`),
    );
  });
  const code = await first.closed;
  if (code === 137) second?.child.kill("SIGKILL");
  // What was sent to this process, or typed at its terminal, has reached Haven as well: told twice, it would not close cleanly.
  else if (isMeantToRun()) second.child.kill("SIGTERM");
  await second?.closed;
  return code;
}

/** Starts a host and passes on what it prints. `ready` resolves with where it is, and never if it ends before. */
function startHost([file, args, options], input) {
  const child = spawn(file, args, { cwd: root, ...options, stdio: [input, "pipe", "inherit"] });
  let running = true;
  let printed = "";
  const ready = new Promise((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (text) => {
      process.stdout.write(text);
      if (printed === null) return;
      printed += text;
      const found = readyIn(printed);
      if (found === null) return;
      printed = null;
      resolve(found);
    });
  });
  const closed = standFor(child).finally(() => (running = false));
  return { child, ready, closed, isRunning: () => running };
}

/** The address for operators in what a host prints, as text or as JSON. */
function readyIn(printed) {
  const json = /^\{.*"ready":true.*\}$/m.exec(printed);
  if (json !== null) return JSON.parse(json[0]);
  const [, url, token] = /(http:\S+)\/#operator=(\S+)\n/.exec(printed) ?? [];
  return url === undefined ? null : { url, token };
}

/** Has each of the two know the other, and let in whoever comes from there; what an operator has said about that stays. */
async function pair(one, other) {
  const [of, ofOther] = await Promise.all([one, other].map(lineOf));
  await Promise.all([introduce(one, other.name, ofOther), introduce(other, one.name, of)]);
  say("Harbour and Haven are paired: programs can cross from one to the other.");
}

async function lineOf({ url }) {
  const { host } = await ask(`${url}/api/world`);
  return `elsewhere://${new URL(url).host}#${host}`;
}

async function introduce({ url, token }, name, line) {
  const headers = { authorization: `Bearer ${token}` };
  const { pairings } = await ask(`${url}/api/pairings`, { headers });
  const known = pairings.find(({ host }) => line.endsWith(`#${host}`));
  if (known !== undefined && line.startsWith(`${known.address}#`)) return;
  const body = known === undefined ? { line, name, admits: "always" } : { line, name: known.name };
  await ask(`${url}/api/pairings`, { method: "POST", headers, body: JSON.stringify(body) });
}

async function ask(url, request) {
  const response = await fetch(url, request);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.message ?? `${url} answers ${response.status}`);
  return answer;
}
