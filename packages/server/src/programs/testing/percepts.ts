import type { Percept } from "@elsewhere/protocol";

export const heard = (text: string): Percept => ({ kind: "heard", from: { id: 1, name: "Bob" }, how: "say", text });
export const done = (n: number): Percept => ({ kind: "reply", n, ok: true, data: null });
