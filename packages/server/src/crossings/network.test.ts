import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { limits } from "@elsewhere/protocol";
import { Hono } from "hono";
import { addCrossingRoutes, methodsForHosts } from "../gateways/http/crossings-messages.ts";
import { addGuards } from "../gateways/http/guards.ts";
import { listen, type Listening } from "../gateways/http/listen.ts";
import { FakeTime } from "../gateways/testing/fakes.ts";
import { openMemory } from "../storage/memory/memory.ts";
import { code } from "../storage/testing/rows.ts";
import { loadHostKey } from "../tokens/host-key.ts";
import { createCarrier } from "./carrier.ts";
import type { Message } from "./messages.ts";
import { HttpNetwork } from "./network.ts";

const keyOf = (seed: number) => loadHostKey(openMemory(), (count) => new Uint8Array(count).fill(seed));
const [harbour, haven] = await Promise.all([keyOf(1), keyOf(2)]);

const open: Listening[] = [];
after(() => Promise.all(open.map((each) => each.close())));

async function serve(app: Hono): Promise<string> {
  const listening = await listen(app, { port: 0, host: "127.0.0.1", onFault: assert.fail });
  open.push(listening);
  return `elsewhere://127.0.0.1:${listening.port}`;
}

const named = (i: number): string => String(i).padStart(22, "a");
const about = (i: number): Message => ({ kind: "alive", life: `${"f".repeat(43)}/baker`, epoch: 3, attempt: named(i) });

/** Something that tests wait for until it is so. */
class Watched {
  readonly #watchers = new Set<() => void>();

  changed(): void {
    for (const look of this.#watchers) look();
  }

  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!condition()) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }
}

/** A host at the other end; `answer` may answer in its place. */
async function startHaven(answer: (request: Request) => Response | Promise<Response> | null = () => null) {
  const received: Message[] = [];
  const watched = new Watched();
  let requests = 0;
  const payload = new Uint8Array(randomBytes(200_000));
  const app = new Hono();
  app.use(async (context, next) => {
    requests += 1;
    const other = answer(context.req.raw);
    watched.changed();
    return (await other) ?? next();
  });
  addGuards(app, { time: new FakeTime(), onFault: assert.fail, methodsAt: (path) => methodsForHosts(path) ?? [] });
  addCrossingRoutes(app, {
    self: haven.fingerprint,
    isPaired: (host) => host === harbour.fingerprint,
    receive: (_from, message) => {
      received.push(message);
      watched.changed();
    },
    payload: async (attempt) => (attempt === named(1) ? payload : null),
  });
  const address = await serve(app);
  return { address, received, payload, until: (condition: () => boolean) => watched.until(condition), requests: () => requests };
}

/** The network as the harbour has it. */
function fromHarbour(address: string | null) {
  const time = new FakeTime();
  const said: string[] = [];
  const network = new HttpNetwork({
    hostKey: harbour,
    addressOf: (host) => (host === haven.fingerprint ? address : null),
    request: (url, asked) => fetch(url, asked),
    time: { monotonicMs: () => time.monotonicMs(), after: (ms, wake) => time.after(ms, wake), soon: (wake) => void setImmediate(wake) },
    say: (line) => said.push(line),
  });
  return { network, time, said };
}

const nowhere = async (): Promise<string> => {
  const listening = await listen(new Hono(), { port: 0, host: "127.0.0.1", onFault: assert.fail });
  await listening.close();
  return `elsewhere://127.0.0.1:${listening.port}`;
};

test("V37 what is said at once goes together, and what is said again while it waits goes once", async () => {
  const { address, received, until, requests } = await startHaven();
  const { network, said } = fromHarbour(address);
  for (let i = 0; i < 3_000; i += 1) network.send(haven.fingerprint, about(i % 1_000));
  await until(() => received.length >= 1_000);
  assert.deepEqual(new Set(received.map((each) => ("attempt" in each ? each.attempt : ""))).size, 1_000);
  assert.equal(received.length, 1_000);
  assert.ok(requests() < 10, `${requests()} requests`);
  assert.deepEqual(said, []);
});

test("V37 of more than can wait the oldest is lost, and nobody is told what a host this one is not paired with might hear", async () => {
  const { address, received, until, requests } = await startHaven();
  const { network } = fromHarbour(address);
  for (let i = 0; i < limits.crossingMessagesWaitingMax + 10; i += 1) network.send(haven.fingerprint, about(i));
  network.send("x".repeat(43), about(0));
  await until(() => received.length >= limits.crossingMessagesWaitingMax);
  const first = Math.min(...received.map((each) => ("attempt" in each ? Number(each.attempt.replaceAll("a", "")) : 0)));
  assert.deepEqual([received.length, first], [limits.crossingMessagesWaitingMax, 10]);
  const before = requests();
  const unpaired = fromHarbour(null);
  unpaired.network.send(haven.fingerprint, about(1));
  network.send(haven.fingerprint, about(-1));
  await until(() => requests() > before);
  assert.equal(requests(), before + 1);
});

test("V37 a host is not asked more often than it answers", async () => {
  const { address, received, until, requests } = await startHaven();
  const { network, time } = fromHarbour(address);
  const burst = 2 * limits.crossingRequestsPerSecondMax;
  for (let i = 0; i < burst; i += 1) {
    network.send(haven.fingerprint, about(i));
    await until(() => received.length > i);
  }
  assert.equal(requests(), burst);
  const timers = async (left: number): Promise<void> => {
    while (time.timersLeft !== left) await new Promise((resolve) => setImmediate(resolve));
  };
  await timers(0);
  network.send(haven.fingerprint, about(burst));
  network.send(haven.fingerprint, about(burst + 1));
  await timers(1);
  assert.equal(requests(), burst);
  time.pass(1_000 / limits.crossingRequestsPerSecondMax);
  await until(() => received.length === burst + 2);
  assert.equal(requests(), burst + 1);
});

test("V37 a host that does not listen is said once, until it listens again", async () => {
  let status = 403;
  const { address, received, until, requests } = await startHaven(() => (status === 204 ? null : new Response(null, { status })));
  const { network, said } = fromHarbour(address);
  const sayAndWait = async (i: number): Promise<void> => {
    const [before, heard] = [requests(), received.length];
    network.send(haven.fingerprint, about(i));
    await until(() => (status === 204 ? received.length > heard : requests() > before));
  };
  for (let i = 0; i < 3; i += 1) await sayAndWait(i);
  status = 204;
  await sayAndWait(4);
  await sayAndWait(5);
  assert.deepEqual(said, [`note: ${address} does not listen to this host: is it paired with it?`]);
  const away = fromHarbour(await nowhere());
  away.network.send(haven.fingerprint, about(1));
  await assert.rejects(away.network.fetch(haven.fingerprint, null, named(1), 10), code("unreachable"));
  assert.deepEqual(away.said, [], "one that is away will be back");
});

test("V38 a host that never answers, or sends elsewhere, holds nothing up", async () => {
  let elsewhere = 0;
  const other = new Hono().all("*", (context) => {
    elsewhere += 1;
    return context.body(null, 204);
  });
  const lure = (await serve(other)).replace("elsewhere:", "http:");
  let stalls: number = limits.crossingRequestsMax;
  const { address, received, until, requests } = await startHaven((request) => {
    if (new URL(request.url).pathname.endsWith(named(9))) return Response.redirect(`${lure}/`, 307);
    if (stalls === 0) return null;
    stalls -= 1;
    return new Promise<Response>(() => {});
  });
  const { network, time } = fromHarbour(address);
  for (let i = 0; i < limits.crossingRequestsMax; i += 1) {
    network.send(haven.fingerprint, about(i));
    await until(() => requests() > i);
  }
  network.send(haven.fingerprint, about(100));
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  assert.deepEqual([received.length, requests()], [0, limits.crossingRequestsMax], "as many as may be at once");
  time.pass(limits.httpRequestMsMax);
  await until(() => received.length === 1);
  await assert.rejects(network.fetch(haven.fingerprint, null, named(9), 10), code("unreachable"));
  assert.equal(elsewhere, 0);
});

test("V38 a payload is fetched from a host or a carrier, whole or not at all", async () => {
  const { address, payload } = await startHaven();
  const { network, time, said } = fromHarbour(address);
  const from = haven.fingerprint;
  assert.deepEqual(await network.fetch(from, null, named(1), payload.length), payload);
  await assert.rejects(network.fetch(from, null, named(1), payload.length - 1), code("unknown"));
  await assert.rejects(network.fetch(from, null, named(2), 10), code("unknown"));
  await assert.rejects(network.fetch("x".repeat(43), null, named(1), 10), code("unreachable"));
  await assert.rejects(network.fetch(from, "http://127.0.0.1/", named(1), 10), code("malformed"));
  await assert.rejects(network.fetch(from, await nowhere(), named(1), 10), code("unreachable"));
  const far = fromHarbour("elsewhere://haven.example:7070").network;
  await assert.rejects(far.fetch(from, address, named(1), payload.length), code("unreachable"), "nobody far away has this machine asked");

  const hosts = new Set([harbour.fingerprint]);
  const carrier = new Hono();
  const deposited = new Promise<void>((resolve) => {
    carrier.use(async (context, next) => {
      await next();
      if (context.req.method === "PUT") resolve();
    });
  });
  carrier.route("/", createCarrier({ hosts, payloadBytesMax: 1_000_000, time: new FakeTime(), onFault: assert.fail }));
  const carrierAddress = await serve(carrier);
  network.deposit(carrierAddress, named(5), payload, 60_000);
  await deposited;
  assert.deepEqual(await network.fetch(from, carrierAddress, named(5), payload.length), payload);
  assert.deepEqual([time.timersLeft, said], [0, []]);
});

test("V38 a carrier that takes nothing is said once, and throws at nobody", async () => {
  const strict = await serve(createCarrier({ hosts: new Set(), payloadBytesMax: 1_000, time: new FakeTime(), onFault: assert.fail }));
  for (const [carrier, line] of [
    [strict, /takes no payloads of this host \(403\)/],
    [await nowhere(), /does not answer/],
    ["no address", /does not answer/],
  ] as const) {
    const watched = new Watched();
    const said: string[] = [];
    const { time } = fromHarbour(null);
    let asked = 0;
    const network = new HttpNetwork({
      hostKey: harbour,
      addressOf: () => null,
      request: async (url, how) => {
        asked += 1;
        return fetch(url, how);
      },
      time: { monotonicMs: () => 0, after: (ms, wake) => time.after(ms, wake), soon: (wake) => void setImmediate(wake) },
      say: (text) => {
        said.push(text);
        watched.changed();
      },
    });
    network.deposit(carrier, named(1), new Uint8Array(10), 1_000);
    await watched.until(() => said.length > 0);
    network.deposit(carrier, named(2), new Uint8Array(10), 1_000);
    await assert.rejects(network.fetch(haven.fingerprint, carrier, named(1), 10), code("unreachable"));
    assert.ok(asked <= 2);
    assert.match(said.join("\n"), line);
    assert.equal(said.length, 1);
  }
});

test("V38 only so many payloads are under way with one host, whatever carriers it names, and only so many wait", async () => {
  const stalled: (() => void)[] = [];
  const { address, until, requests } = await startHaven(
    () => new Promise((resolve) => stalled.push(() => resolve(new Response("late", { status: 200 })))),
  );
  const { network, time } = fromHarbour(address);
  const all = limits.crossingRequestsMax + limits.payloadsWaitingMax;
  const carriers = [null, address, address.replace("127.0.0.1", "localhost")] as const;
  const results = Array.from({ length: all + 5 }, (_value, i) => network.fetch(haven.fingerprint, carriers[i % 3]!, named(i), 10));
  for (const late of results.slice(all)) await assert.rejects(late, code("unreachable"));
  await until(() => requests() === limits.crossingRequestsMax);
  const ended = Promise.allSettled(results.slice(0, all));
  // The first ones give up; the others have their turn, and are answered.
  time.pass(limits.payloadMsMax);
  for (let done = 0; done < all; done += 1) {
    await until(() => stalled.length > 0);
    stalled.shift()!();
  }
  const settled = await ended;
  assert.equal(settled.filter(({ status }) => status === "rejected").length, limits.crossingRequestsMax);
  assert.equal(settled.filter(({ status }) => status === "fulfilled").length, limits.payloadsWaitingMax);
});
