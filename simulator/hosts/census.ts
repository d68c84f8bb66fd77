import type { Quota } from "@elsewhere/protocol";
import type { Message } from "../../packages/server/src/crossings/messages.ts";
import type { Vault } from "./vault.ts";

/** What was broken, in words. */
export interface Failure {
  readonly what: "life" | "count" | "mail" | "quota" | "consent" | "admission" | "key" | "payload" | "liveness" | "fault";
  readonly how: string;
}

/** One that lives, as only somebody who sees all hosts knows it. */
interface Life {
  /** The number that its next turn gives out. */
  next: number;
  /** Numbers it may go back to once, since a host was restored from a disk that had them. */
  readonly older: Set<number>;
  /** Hosts on whose disk it is one that has turns. */
  readonly liveAt: Set<string>;
  readonly quota: Quota;
  /** An operator took it back or let it go: for a while there may be two of it, one of them void. */
  isContested: boolean;
}

/** Whose a letter is, and where it was accepted and when. */
export interface Accepted {
  readonly who: string;
  readonly at: string;
  readonly sinceMs: number;
}

/** Sees all hosts at once and holds them to what was promised. What it finds first is what counts. */
export class Census {
  readonly #lives = new Map<string, Life>();
  readonly #vault: Vault;
  /** Attempts by which those who agreed to them are held, durably. */
  readonly #consented = new Set<string>();
  /** `HOST WHOSE`: somebody is let in. */
  readonly #admitted = new Set<string>();
  readonly #letters = new Map<string, Accepted>();
  failure: Failure | null = null;
  turns = 0;
  crossings = 0;

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  fail(what: Failure["what"], how: string): void {
    this.failure ??= { what, how };
  }

  born(who: string, host: string, quota: Quota): void {
    this.#lives.set(who, { next: 1, older: new Set(), liveAt: new Set([host]), quota, isContested: false });
  }

  get lives(): ReadonlyMap<string, Life> {
    return this.#lives;
  }

  /** Letters that hosts have accepted, durably. */
  get letters(): ReadonlyMap<string, Accepted> {
    return this.#letters;
  }

  /** A turn's output is out. */
  counted(who: string, count: number, host: string): void {
    const life = this.#lives.get(who)!;
    this.turns++;
    const isBack = life.older.has(count);
    if (count !== life.next && !isBack && !life.isContested)
      this.fail("count", `${who} says ${count} at ${host}, and ${life.next} was to come`);
    if (isBack) life.older.clear();
    life.next = count + 1;
  }

  /** A disk says whether somebody has turns at that host. */
  stands(who: string, host: string, isLive: boolean): void {
    const { liveAt, isContested } = this.#lives.get(who)!;
    if (!isLive) liveAt.delete(host);
    else liveAt.add(host);
    if (liveAt.size > 1 && !isContested) this.fail("life", `${who} lives at ${[...liveAt].join(" and ")}`);
  }

  consented(attempt: string): void {
    this.#consented.add(attempt);
  }

  mayCome(host: string, attempt: string): void {
    this.#admitted.add(`${host} ${attempt}`);
  }

  hasConsented(attempt: string): boolean {
    return this.#consented.has(attempt);
  }

  accepted(letter: string, of: Accepted): void {
    this.#letters.set(letter, of);
  }

  /** What a heap has taken. */
  read(who: string, took: readonly string[]): void {
    if (new Set(took).size < took.length) this.fail("mail", `${who} has taken a letter twice: ${took.join(", ")}`);
  }

  /** A host was set back to an older disk: what it accepted since is nobody's any more. */
  forgotten(letter: string): void {
    this.#letters.delete(letter);
  }

  /** That host is another one from now on, which has not found out yet who is there. */
  vanished(host: string): void {
    for (const { liveAt } of this.#lives.values()) liveAt.delete(host);
  }

  /** A disk of earlier may bring it back to when this number was the next one. */
  mayGoBack(who: string, next: number): void {
    this.#lives.get(who)!.older.add(next);
  }

  contested(who: string): void {
    this.#lives.get(who)!.isContested = true;
  }

  /** What anybody sees who looks at the wire. */
  sent(host: string, message: Message): void {
    if (message.kind === "row" || message.kind === "commit") {
      if (!this.#consented.has(message.attempt)) this.fail("consent", `${host} releases by ${message.attempt}, to which nobody agreed`);
    }
    if (message.kind === "accept" && !this.#admitted.has(`${host} ${message.attempt}`))
      this.fail("admission", `${host} accepts ${message.attempt}, which it did not admit`);
    if (message.kind === "commit" && this.#vault.keys.has(message.key)) this.fail("key", `the key of ${message.attempt} goes in the open`);
  }

  admitted(who: string, life: string, quota: Quota, host: string): void {
    this.crossings++;
    const known = this.#lives.get(who)!;
    if (known.quota.turnsPerSecond !== quota.turnsPerSecond) this.fail("quota", `${who} (${life}) comes to ${host} with another's quota`);
  }

  revoked(who: string): void {
    if (!this.#lives.get(who)!.isContested) this.fail("life", `${who} is revoked, and nobody took it back`);
  }
}
