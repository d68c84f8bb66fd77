import { ElsewhereError } from "@elsewhere/protocol";
import type { Network } from "../../packages/server/src/crossings/contract.ts";
import { checkMessage, type Message } from "../../packages/server/src/crossings/messages.ts";
import type { Carrier } from "./carrier.ts";
import type { Chance } from "./chance.ts";
import type { Lifetime } from "./lifetime.ts";
import type { Scheduler } from "./scheduler.ts";

/** A host as the network knows it. */
export interface Station {
  readonly name: string;
  readonly fingerprint: string;
  /** Whether it runs and listens to that host. */
  hears(from: string): boolean;
  receive(from: string, message: Message): void;
  payload(attempt: string): Promise<Uint8Array | null>;
}

/** How the network fares. */
export interface Weather {
  /** Shares of messages that are lost, and that come twice. */
  lost: number;
  twice: number;
  /** Share of messages that come much later than others. */
  late: number;
  lateMs: number;
  delayMs: number;
}

export interface WireEvents {
  /** Seen by whoever can look at the wire. */
  sent(from: string, message: Message): void;
  /** By the names of hosts. */
  delivered(from: string, to: string, message: Message): void;
}

/** All wires between all hosts. */
export class Wires {
  readonly #scheduler: Scheduler;
  readonly #chance: Chance;
  readonly #stations = new Map<string, Station>();
  readonly #cut = new Set<string>();
  readonly weather: Weather;
  readonly carrier: Carrier;
  readonly events: WireEvents;

  constructor(scheduler: Scheduler, chance: Chance, weather: Weather, carrier: Carrier, events: WireEvents) {
    this.#scheduler = scheduler;
    this.#chance = chance;
    this.weather = weather;
    this.carrier = carrier;
    this.events = events;
  }

  connect(station: Station): void {
    this.#stations.set(station.fingerprint, station);
  }

  disconnect(fingerprint: string): void {
    this.#stations.delete(fingerprint);
  }

  /** Cuts what goes from one host to another, by their names. */
  cut(from: string, to: string): void {
    this.#cut.add(`${from}>${to}`);
  }

  mend(from: string, to: string): void {
    this.#cut.delete(`${from}>${to}`);
  }

  mendAll(): void {
    this.#cut.clear();
  }

  /** The way out of one host for as long as it runs. */
  of(name: string, fingerprint: string, lifetime: Lifetime): Network {
    return {
      send: (host, message) => {
        if (!lifetime.isOver) this.#send({ name, fingerprint }, host, message);
      },
      deposit: (_carrier, attempt, bytes, forMs) => {
        if (lifetime.isOver) return;
        this.#scheduler.after(this.#delay(), () => {
          if (!this.#chance.hits(this.weather.lost)) this.carrier.put(attempt, bytes, forMs);
        });
      },
      fetch: (host, carrier, attempt, bytesMax) => this.#fetch(name, lifetime, { host, carrier, attempt, bytesMax }),
    };
  }

  #send(from: { readonly name: string; readonly fingerprint: string }, to: string, message: Message): void {
    const text = JSON.stringify(message);
    this.events.sent(from.name, message);
    const copies = this.#chance.hits(this.weather.lost) ? 0 : this.#chance.hits(this.weather.twice) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      this.#scheduler.after(this.#delay(), () => {
        const station = this.#stations.get(to);
        if (station === undefined || this.#cut.has(`${from.name}>${station.name}`) || !station.hears(from.fingerprint)) return;
        const heard = checkMessage(JSON.parse(text));
        this.events.delivered(from.name, station.name, heard);
        station.receive(from.fingerprint, heard);
      });
    }
  }

  async #fetch(
    name: string,
    lifetime: Lifetime,
    asked: { readonly host: string; readonly carrier: string | null; readonly attempt: string; readonly bytesMax: number },
  ): Promise<Uint8Array> {
    await lifetime.wait(this.#delay());
    const { host, carrier, attempt, bytesMax } = asked;
    const station = this.#stations.get(host);
    const isCut = station === undefined || this.#cut.has(`${name}>${station.name}`) || this.#cut.has(`${station.name}>${name}`);
    const isAway = carrier === null ? isCut : this.carrier.isDown;
    if (isAway || this.#chance.hits(this.weather.lost)) throw new ElsewhereError("unreachable", "nobody answers");
    const bytes = carrier === null ? await station!.payload(attempt) : this.carrier.get(attempt);
    await lifetime.wait(this.#delay());
    if (bytes === null || bytes.length > bytesMax) throw new ElsewhereError("unknown", "there is no such payload");
    return bytes;
  }

  #delay(): number {
    const { late, lateMs, delayMs } = this.weather;
    return this.#chance.hits(late) ? this.#chance.between(0, lateMs) : this.#chance.between(1, delayMs);
  }
}
