import { ElsewhereError } from "./errors.ts";
import { type After, Hearing, type UntilOptions } from "./hearing.ts";
import type { Direction, Intent, Json, JsonObject } from "./intents.ts";
import type { Look, Percept, PerceptKind, PerceptOf, Seen } from "./percepts.ts";

/** A tile, a body one has perceived, or coordinates as text. */
export type Destination = string | { readonly x: number; readonly y: number } | { readonly id: number };
type BodyRef = number | { readonly id: number };

/**
 * What anybody who inhabits a world can do and perceive: people (SDK) and programs alike.
 * Every method resolves when the world has durably done it, and rejects with an `ElsewhereError`.
 */
export interface Inhabitant {
  /** Walks there: `"map@x,y"`, `"map/place"`, `"place"`, a tile of this map, or a body. Resolves on arrival. */
  go(to: Destination): Promise<void>;
  follow(body: BodyRef): Promise<void>;
  stop(): Promise<void>;
  face(direction: Direction): Promise<void>;
  say(text: string): Promise<void>;
  whisper(to: BodyRef, text: string): Promise<void>;
  shout(text: string): Promise<void>;
  emote(text: string): Promise<void>;
  look(): Promise<Look>;
  lookAt(body: BodyRef): Promise<Seen>;
  /** The bodies in sight, oneself left out. */
  around(): Promise<readonly Seen[]>;
  use(target: BodyRef | string, code?: string): Promise<void>;
  take(thing: BodyRef): Promise<void>;
  drop(thing: BodyRef): Promise<void>;
  give(thing: BodyRef, to: BodyRef): Promise<void>;
  show(traits: JsonObject): Promise<void>;
  do(verb: string, data?: Json, to?: BodyRef): Promise<void>;
  leave(): Promise<void>;
  /** Calls `listener` for every percept of that kind from now on; returns how to stop it. */
  on<K extends PerceptKind>(kind: K, listener: (percept: PerceptOf<K>) => unknown): () => void;
  /** Calls `listener` for the next percept of that kind and then no more; returns how to stop it before. */
  once<K extends PerceptKind>(kind: K, listener: (percept: PerceptOf<K>) => unknown): () => void;
  /**
   * Waits for a percept of that kind for which `where` is true. With a `timeout` (world time) it resolves with null when
   * that has passed: that nobody came is an answer, not a fault. Rejects with what `where` throws, with `malformed` for
   * what is no amount of time, with `limit` beyond 256 waits at once.
   */
  until<K extends PerceptKind>(kind: K, options?: UntilOptions<K> & { readonly timeout?: undefined }): Promise<PerceptOf<K>>;
  until<K extends PerceptKind>(kind: K, options: UntilOptions<K>): Promise<PerceptOf<K> | null>;
}

const idOf = (body: BodyRef): number => (typeof body === "number" ? body : body.id);

interface Pending {
  readonly resolve: (data: Json) => void;
  readonly reject: (error: ElsewhereError) => void;
}

/**
 * The one implementation of `Inhabitant`, over whatever carries intents out. Whoever owns it hands it
 * every percept through `perceive`. `onFault` receives what a listener throws; `after` tells when world time has passed.
 */
export class InhabitantPort implements Inhabitant {
  readonly #send: (n: number, intent: Intent) => void;
  readonly #hearing: Hearing;
  readonly #pending = new Map<number, Pending>();
  #n = 0;

  constructor(send: (n: number, intent: Intent) => void, onFault: (error: unknown) => void, after: After) {
    this.#send = send;
    this.#hearing = new Hearing(onFault, after);
  }

  /** Continue numbering after `lastN`: intents up to it were taken by the world before now. */
  startAfter(lastN: number): void {
    this.#n = Math.max(this.#n, lastN);
  }

  /** Kinds of percept somebody listens to. */
  get wants(): readonly PerceptKind[] {
    return this.#hearing.wants;
  }

  /** Takes one percept: settles the intent it replies to, then calls the listeners of its kind. */
  perceive(percept: Percept): void {
    if (percept.kind === "reply") {
      const pending = this.#pending.get(percept.n);
      this.#pending.delete(percept.n);
      // What has nothing to tell comes to undefined, as its type says.
      if (percept.ok) pending?.resolve((percept.data ?? undefined) as Json);
      else pending?.reject(ElsewhereError.from(percept.error));
    }
    this.#hearing.hear(percept);
  }

  /** Rejects all that waits, for an answer or a percept: the connection or the body is gone for good. */
  abandon(error: ElsewhereError): void {
    this.rejectUnanswered(error);
    this.#hearing.end(error);
  }

  /** Rejects what waits for an answer that will not come, all but number `spared`; who waits for a percept goes on waiting. */
  rejectUnanswered(error: ElsewhereError, spared?: number): void {
    for (const [n, pending] of this.#pending) {
      if (n === spared) continue;
      this.#pending.delete(n);
      pending.reject(error);
    }
  }

  /** Numbers of the intents not yet answered. */
  get unanswered(): readonly number[] {
    return [...this.#pending.keys()];
  }

  act(intent: Intent): Promise<Json> {
    const n = ++this.#n;
    return new Promise((resolve, reject) => {
      this.#pending.set(n, { resolve, reject });
      this.#send(n, intent);
    });
  }

  on<K extends PerceptKind>(kind: K, listener: (percept: PerceptOf<K>) => unknown): () => void {
    return this.#hearing.on(kind, listener);
  }
  once<K extends PerceptKind>(kind: K, listener: (percept: PerceptOf<K>) => unknown): () => void {
    return this.#hearing.once(kind, listener);
  }
  until<K extends PerceptKind>(kind: K, options?: UntilOptions<K> & { readonly timeout?: undefined }): Promise<PerceptOf<K>>;
  until<K extends PerceptKind>(kind: K, options: UntilOptions<K>): Promise<PerceptOf<K> | null>;
  until<K extends PerceptKind>(kind: K, options: UntilOptions<K> = {}): Promise<PerceptOf<K> | null> {
    return this.#hearing.until(kind, options);
  }

  go(to: Destination): Promise<void> {
    return typeof to === "string" ? this.#do({ kind: "walk", to }) : this.#goTo(to);
  }
  async #goTo(to: Exclude<Destination, string>): Promise<void> {
    if ("id" in to) await this.act({ kind: "walk", to: { body: to.id } });
    else await this.act({ kind: "walk", to: `@${Math.floor(to.x)},${Math.floor(to.y)}` });
  }
  async follow(body: BodyRef): Promise<void> {
    await this.act({ kind: "follow", body: idOf(body) });
  }
  stop(): Promise<void> {
    return this.#do({ kind: "stop" });
  }
  face(direction: Direction): Promise<void> {
    return this.#do({ kind: "face", direction });
  }
  say(text: string): Promise<void> {
    return this.#do({ kind: "say", text });
  }
  async whisper(to: BodyRef, text: string): Promise<void> {
    await this.act({ kind: "whisper", text, to: idOf(to) });
  }
  shout(text: string): Promise<void> {
    return this.#do({ kind: "shout", text });
  }
  emote(text: string): Promise<void> {
    return this.#do({ kind: "emote", text });
  }
  async look(): Promise<Look> {
    return (await this.act({ kind: "look" })) as unknown as Look;
  }
  async lookAt(body: BodyRef): Promise<Seen> {
    return (await this.act({ kind: "look", at: idOf(body) })) as unknown as Seen;
  }
  async around(): Promise<readonly Seen[]> {
    return (await this.look()).bodies;
  }
  async use(target: BodyRef | string, code?: string): Promise<void> {
    const what = typeof target === "string" ? target : idOf(target);
    await this.act(code === undefined ? { kind: "use", target: what } : { kind: "use", target: what, code });
  }
  async take(thing: BodyRef): Promise<void> {
    await this.act({ kind: "take", thing: idOf(thing) });
  }
  async drop(thing: BodyRef): Promise<void> {
    await this.act({ kind: "drop", thing: idOf(thing) });
  }
  async give(thing: BodyRef, to: BodyRef): Promise<void> {
    await this.act({ kind: "give", thing: idOf(thing), to: idOf(to) });
  }
  async show(traits: JsonObject): Promise<void> {
    await this.act({ kind: "show", traits: traits as Record<string, never> });
  }
  async do(verb: string, data: Json = null, to?: BodyRef): Promise<void> {
    await this.act({ kind: "do", verb, data: data as never, ...(to === undefined ? {} : { to: idOf(to) }) });
  }
  leave(): Promise<void> {
    return this.#do({ kind: "leave" });
  }

  /** The very promise that `act` gives: in a sandbox one more around it costs as much as all the rest of asking. */
  #do(intent: Intent): Promise<void> {
    return this.act(intent) as Promise<unknown> as Promise<void>;
  }
}
