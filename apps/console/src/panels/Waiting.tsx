import { useSignal, useSignalEffect } from "@preact/signals";
import { connection } from "../state/session.ts";

/** Counts down to the next attempt to reach the host. */
export function Waiting() {
  const left = useSignal(0);
  useSignalEffect(() => {
    const state = connection.value;
    if (state?.kind !== "waiting") return;
    left.value = Math.max(1, Math.ceil(state.retryMs / 1000));
    const timer = setInterval(() => {
      left.value = Math.max(0, left.peek() - 1);
    }, 1000);
    return () => clearInterval(timer);
  });
  const state = connection.value;
  const why = state?.kind === "waiting" && state.error !== null ? ` (${state.error.message})` : "";
  return (
    <>
      The host cannot be reached{why}.{" "}
      <span aria-hidden="true">{left.value > 0 ? `Trying again in ${left.value} s…` : "Trying again…"}</span>
    </>
  );
}
