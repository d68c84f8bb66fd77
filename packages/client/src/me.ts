import { type After, checkIntent, type ElsewhereError, type Inhabitant, InhabitantPort, type Intent, type Json } from "@elsewhere/protocol";

/** Oneself: what every inhabitant can do and perceive, and who one is. */
export type MyBody = Inhabitant & { readonly id: number; readonly name: string };

/** Acts over the connection. What the world would not read is refused here, before it is sent. */
export class Me extends InhabitantPort implements MyBody {
  id = 0;
  name = "";
  readonly #refusal: () => ElsewhereError | null;

  /** `refusal`: why nothing can be done now, null if it can. */
  constructor(
    send: (ticket: number, intent: Intent) => void,
    onFault: (error: unknown) => void,
    after: After,
    refusal: () => ElsewhereError | null,
  ) {
    super(send, onFault, after);
    this.#refusal = refusal;
  }

  override async act(intent: Intent): Promise<Json> {
    const checked = checkIntent(intent);
    const refusal = this.#refusal();
    if (refusal !== null) throw refusal;
    return super.act(checked);
  }
}
