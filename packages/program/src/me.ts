import { type ElsewhereError, type Inhabitant, InhabitantPort, type Intent, type Json, type PerceptOf } from "@elsewhere/protocol";
import { CallSites, ownFrames } from "./call-site.ts";
import { type Arrival, nameOf, type Offer } from "./crossing.ts";

/** The inhabitant a program is. */
export interface Me extends Inhabitant {
  /** Of the body one has now: another one at every host. */
  readonly id: number;
  readonly name: string;
  /**
   * Consents to an offer to leave for another host, and resolves there: in another body, by another world's clock, with the
   * whole heap. Nothing of this program runs in between. Rejects if it stays: with `unknown` if the offer is over,
   * `unreachable` if the other host did not take it in time, `forbidden` or `away` if it may not leave from here or come in there,
   * `limit` if there is no room for it, `taken` if it lives there already, `unsupported` if that host does not know its engine,
   * `fault` if it did not run there, `corrupt` or `malformed` if what came there was damaged, and with `interrupted` if it was
   * called off, its host was restored, or its heap was taken back to an earlier state.
   */
  accept(offer: PerceptOf<"offered">): Promise<Arrival>;
  /** Lets somebody in who knocked, if this program decides that here. Resolves at once; rejects with `unknown` if that is over. */
  accept(knock: PerceptOf<"knocked">): Promise<undefined>;
  /** Either of the two, by its name. */
  accept(name: string): Promise<Arrival | undefined>;
  /** Refuses an offer, or somebody who knocked; `why` (at most 500 characters) is told. Rejects with `unknown` if that is over. */
  decline(offer: Offer, why?: string): Promise<void>;
  /**
   * Asks to leave for another host, and consents to it: `ask({ cross: "elsewhere://haven.example/garden" })`, or by what this
   * host calls that one. Resolves there, and rejects as `accept` does; with `unknown` if this host is not paired with it.
   */
  ask(wish: { readonly cross: string }): Promise<Arrival>;
}

/** Acts through the outcome of a turn. What is rejected carries, as its stack, where in the program it was asked for. */
export class MePort extends InhabitantPort implements Me {
  id = 0;
  name = "";
  readonly sites = new CallSites();

  override act(intent: Intent): Promise<Json> {
    const site = this.sites.take(this.act);
    const answer = super.act(intent);
    if (site === null) return answer;
    return answer.catch((error: ElsewhereError) => {
      error.stack = ownFrames(site);
      throw error;
    });
  }

  accept(offer: PerceptOf<"offered">): Promise<Arrival>;
  accept(knock: PerceptOf<"knocked">): Promise<undefined>;
  accept(name: string): Promise<Arrival | undefined>;
  async accept(offer: Offer): Promise<Arrival | undefined> {
    return (await this.act({ kind: "accept", offer: nameOf(offer) })) as unknown as Arrival | undefined;
  }
  async decline(offer: Offer, why?: string): Promise<void> {
    await this.act({ kind: "decline", offer: nameOf(offer), ...(why === undefined ? {} : { why }) });
  }
  async ask({ cross }: { readonly cross: string }): Promise<Arrival> {
    return (await this.act({ kind: "cross", to: cross })) as unknown as Arrival;
  }
}
