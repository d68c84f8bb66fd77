import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { PairingInfo } from "@elsewhere/protocol";

const root = fileURLToPath(new URL("..", import.meta.url));

interface Ready {
  readonly url: string;
  readonly token: string;
  readonly host: string;
  readonly pid: number;
}

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "elsewhere-start-"));
});
after(() => rm(folder, { recursive: true, force: true }));

/** Starts the worlds that ship and resolves once each is up and they are paired. */
async function start(): Promise<{ child: ChildProcess; closed: Promise<unknown[]>; harbour: Ready; haven: Ready }> {
  const args = ["tools/start.mjs", "--json", "--port", "0", "--data", join(folder, "data")];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const closed = once(child, "close");
  const ready: Ready[] = [];
  createInterface(child.stdout).on("line", (line) => ready.push(JSON.parse(line) as Ready));
  let errors = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
      if (/^Harbour and Haven are paired/m.test(errors)) resolve();
    });
    void closed.then(() => reject(new Error(errors)));
  });
  const [harbour, haven] = ready;
  assert.ok(harbour && haven, "a host has not said where it is");
  return { child, closed, harbour, haven };
}

async function pairingsOf({ url, token }: Ready): Promise<readonly PairingInfo[]> {
  const response = await fetch(`${url}/api/pairings`, { headers: { authorization: `Bearer ${token}` } });
  return ((await response.json()) as { pairings: readonly PairingInfo[] }).pairings;
}

async function assertPaired(one: Ready, other: Ready, name: string): Promise<void> {
  const told = (await pairingsOf(one)).map(({ host, name, address, admits }) => ({ host, name, address, admits }));
  assert.deepEqual(told, [{ host: other.host, name, address: other.url.replace("http", "elsewhere"), admits: "always" }]);
}

test(
  "T18 T19 Haven starts beside Harbour and is paired with it, ends with it however it ends, and is found again at another port",
  {
    timeout: 120_000,
  },
  async () => {
    const first = await start();
    await assertPaired(first.harbour, first.haven, "haven");
    await assertPaired(first.haven, first.harbour, "harbour");
    process.kill(first.harbour.pid, "SIGKILL");
    // Its pipe closes only when the last process that holds it has gone.
    assert.deepEqual(await first.closed, [137, null]);

    const again = await start();
    assert.notEqual(again.harbour.url, first.harbour.url);
    assert.deepEqual([again.harbour.host, again.haven.host], [first.harbour.host, first.haven.host]);
    await assertPaired(again.harbour, again.haven, "haven");
    await assertPaired(again.haven, again.harbour, "harbour");
    again.child.kill("SIGTERM");
    assert.deepEqual(await again.closed, [0, null]);
  },
);
