/** Just enough of the WebAssembly binary format to give a module's memory a hard maximum. */
import { ElsewhereError } from "@elsewhere/protocol";

const memorySection = 5;
const headerBytes = 8;
export const wasmPageBytes = 65_536;

/** The same module, its one memory limited to `bytesMax`. */
export function withMemoryMaximum(wasm: Uint8Array, bytesMax: number): Uint8Array<ArrayBuffer> {
  for (let at = headerBytes; at < wasm.length;) {
    const id = wasm[at]!;
    const length = readLeb(wasm, at + 1);
    const end = length.next + length.value;
    if (id === memorySection) {
      const initial = readLeb(wasm, length.next + 2);
      const body = [1, 1, ...leb(initial.value), ...leb(Math.floor(bytesMax / wasmPageBytes))];
      const section = Uint8Array.from([memorySection, ...leb(body.length), ...body]);
      return Buffer.concat([wasm.subarray(0, at), section, wasm.subarray(end)]);
    }
    at = end;
  }
  throw new ElsewhereError("unsupported", "the engine's module declares no memory", { field: "engine" });
}

function readLeb(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, next: at };
  }
}

function leb(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}
