/** How hosts and carriers are reached: over HTTP, with an end to everything that could have none. */
import { hash } from "node:crypto";
import { ElsewhereError, limits } from "@elsewhere/protocol";
import type { RealTime } from "../ticks/clock.ts";
import { isThisMachine, parseAddress, webAddressOf } from "./address.ts";
import type { Network } from "./contract.ts";
import { signDeposit } from "./carrier-deposit.ts";
import { sealMessages, type Signer } from "./envelope.ts";
import type { Message } from "./messages.ts";
import { Outbox } from "./network-outbox.ts";

export interface Asked {
  readonly method: "GET" | "POST" | "PUT";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly redirect: "error";
  readonly signal: AbortSignal;
}

export interface NetworkOptions {
  readonly hostKey: Signer;
  /** Where a host is, `elsewhere://HOST:PORT`; null if this one is not paired with it. */
  addressOf(host: string): string | null;
  /** One request. Rejects if nobody answers, or once its signal aborts. */
  request(url: string, asked: Asked): Promise<Response>;
  readonly time: Pick<RealTime, "monotonicMs" | "after" | "soon">;
  /** A line for the person who runs the host. */
  readonly say: (line: string) => void;
}

export const messagesPath = "/api/crossings/messages";
export const payloadPath = (attempt: string): string => `/api/crossings/payloads/${attempt}`;

export class HttpNetwork implements Network {
  readonly #options: NetworkOptions;
  readonly #outboxes = new Map<string, Outbox>();
  /** Payloads under way or waiting: by the carrier they go to, or by the host they come from, whatever carrier that names. */
  readonly #transfers = new Map<string, { active: number; readonly waiting: (() => void)[] }>();
  /** Hosts that would not listen, and of which that was said. */
  readonly #deaf = new Set<string>();

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  send(host: string, message: Message): void {
    let outbox = this.#outboxes.get(host);
    if (outbox === undefined) {
      outbox = new Outbox({ time: this.#options.time, post: (bodies) => this.#post(host, bodies) });
      this.#outboxes.set(host, outbox);
    }
    outbox.add(`${message.kind} ${"attempt" in message ? message.attempt : message.of}`, JSON.stringify(message));
  }

  deposit(carrier: string, attempt: string, bytes: Uint8Array, forMs: number): void {
    const { hostKey } = this.#options;
    const signed = signDeposit(hostKey, { attempt, hash: hash("sha256", bytes, "hex"), forMs });
    const body = bytes as Uint8Array<ArrayBuffer>;
    void this.#transfer(carrier, carrier, async (base) => {
      const asked = { method: "PUT", headers: signed, body } as const;
      const { status } = await this.#ask(`${base}${payloadPath(attempt)}?forMs=${forMs}`, asked, limits.payloadMsMax, drop);
      this.#heard(carrier, status < 400, `the carrier at ${carrier} takes no payloads of this host (${status})`);
    }).catch(() => this.#heard(carrier, false, `the carrier at ${carrier} does not answer`));
  }

  async fetch(host: string, carrier: string | null, attempt: string, bytesMax: number): Promise<Uint8Array> {
    const own = this.#options.addressOf(host);
    if (own === null) throw unreachable("a host that this one is not paired with");
    if (carrier !== null && isHere(carrier) && !isThisMachine(own))
      throw unreachable("a carrier on this very machine, as another's host says,");
    const from = carrier ?? own;
    return await this.#transfer(host, from, async (base) => {
      const { status, body } = await this.#ask(`${base}${payloadPath(attempt)}`, { method: "GET" }, limits.payloadMsMax, (response) =>
        response.ok ? readAtMost(response, bytesMax) : drop(response),
      );
      if (body !== null) return body;
      if (status < 500 && status !== 429)
        throw new ElsewhereError("unknown", `${from} has no payload of this crossing`, { field: "payload" });
      throw unreachable(from);
    });
  }

  async #post(host: string, bodies: readonly string[]): Promise<void> {
    const { hostKey, addressOf } = this.#options;
    const address = addressOf(host);
    if (address !== null) {
      try {
        const asked = { method: "POST", headers: textual, body: sealMessages(hostKey, host, bodies) } as const;
        const { status } = await this.#ask(webAddressOf(address) + messagesPath, asked, limits.httpRequestMsMax, drop);
        this.#heard(
          host,
          status < 400 || status === 429 || status >= 500,
          `${address} does not listen to this host: is it paired with it?`,
        );
      } catch {
        // It is away, or the line is down: whoever has something to say says it again.
      }
    }
    if (this.#outboxes.get(host)?.isEmpty === true) this.#outboxes.delete(host);
  }

  /** Says what is wrong once, until it is well again. */
  #heard(whom: string, well: boolean, line: string): void {
    if (well) this.#deaf.delete(whom);
    else if (!this.#deaf.has(whom)) {
      this.#deaf.add(whom);
      this.#options.say(`note: ${line}`);
    }
  }

  /** A few payloads for or of the same `whom` at once; of more than can wait, the newest is turned away. */
  async #transfer<T>(whom: string, address: string, act: (base: string) => Promise<T>): Promise<T> {
    const base = webAddressOf(parseAddress(address, "carrier").address);
    const line = this.#transfers.get(whom) ?? { active: 0, waiting: [] };
    this.#transfers.set(whom, line);
    if (line.active < limits.crossingRequestsMax) line.active += 1;
    else if (line.waiting.length >= limits.payloadsWaitingMax) throw unreachable(`${address} has too much to carry at once and`);
    else await new Promise<void>((turn) => line.waiting.push(turn));
    try {
      return await act(base);
    } finally {
      const next = line.waiting.shift();
      if (next !== undefined) next();
      else if ((line.active -= 1) === 0) this.#transfers.delete(whom);
    }
  }

  /** Asks, reads the answer, and gives up after so long. */
  async #ask<T>(
    url: string,
    asked: Pick<Asked, "method" | "headers" | "body">,
    msMax: number,
    read: (response: Response) => Promise<T>,
  ): Promise<Answer<T>> {
    const { request, time } = this.#options;
    const end = new AbortController();
    const cancel = time.after(msMax, () => end.abort());
    try {
      const response = await request(url, { ...asked, redirect: "error", signal: end.signal });
      return { status: response.status, body: await read(response) };
    } catch (cause) {
      if (cause instanceof ElsewhereError) throw cause;
      throw unreachable(new URL(url).host, cause);
    } finally {
      cancel();
    }
  }
}

interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

const textual = { "content-type": "text/plain; charset=utf-8" };

/** Reads nothing of an answer, so that its connection serves the next request. */
async function drop(response: Response): Promise<null> {
  await response.body?.cancel();
  return null;
}

/** Throws `unknown` as soon as there is more than that: it is not what was asked for. */
async function readAtMost(response: Response, bytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new ElsewhereError("unknown", `the payload is larger than the ${bytesMax} bytes it was offered with`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

const isHere = (address: string): boolean => isThisMachine(parseAddress(address, "carrier").address);

const unreachable = (who: string, cause?: unknown): ElsewhereError =>
  new ElsewhereError("unreachable", `${who} does not answer`, { field: "host" }, { cause });
