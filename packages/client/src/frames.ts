import { ElsewhereError, type HostFrame } from "@elsewhere/protocol";

const known: ReadonlySet<string> = new Set<HostFrame["type"]>(["welcome", "view", "tick", "paused", "error", "bye"]);

/** Reads one frame of the host; null for a type this client does not know yet. Throws `malformed`. */
export function readHostFrame(text: string): HostFrame | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ElsewhereError("malformed", "the host sent a frame that is not JSON", { field: "frame" }, { cause });
  }
  const type: unknown = typeof value === "object" && value !== null && "type" in value ? value.type : undefined;
  if (typeof type !== "string") throw new ElsewhereError("malformed", "the host sent a frame without a type", { field: "frame.type" });
  return known.has(type) ? (value as HostFrame) : null;
}
