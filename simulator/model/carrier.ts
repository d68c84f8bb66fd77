// The carrier: it has a payload from the freeze on, which is when it could be given it first, until its own deadline; and it
// sees whatever is sent.
import { isSent } from "./messages.ts";
import { type Attempt, type Emit, type Rules, type State, updateAttempt } from "./state.ts";

export function carrierWrites(state: State, rules: Rules, emit: Emit): void {
  for (const [index, { parcel }] of state.attempts.entries()) {
    const attempt = index + 1;
    const change = (name: string, to: Partial<Attempt["parcel"]>): void =>
      emit(updateAttempt(state, attempt, { parcel: { ...parcel, ...to } }), `carrier: ${name}`, attempt);
    if (!parcel.isPast) change("its deadline passes", { isPast: true, isHeld: rules.bug === "carrier keeps its parcel" });
    const canRead = rules.bug === "key not sealed" && isSent(state, "COMMIT", attempt);
    if (canRead && !parcel.hasKey) change("reads the key", { hasKey: true });
  }
}
