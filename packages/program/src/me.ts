import { type ElsewhereError, type Inhabitant, InhabitantPort, type Intent, type Json } from "@elsewhere/protocol";
import { CallSites, ownFrames } from "./call-site.ts";

/** The inhabitant a program is. */
export interface Me extends Inhabitant {
  readonly id: number;
  readonly name: string;
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
}
