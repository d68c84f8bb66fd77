/** A record taken apart, to be spoilt and put together again. */
export interface RecordParts {
  readonly told: Record<string, unknown>;
  readonly moved: readonly number[];
}

export function takeApart(record: Uint8Array): RecordParts {
  const end = 5 + new DataView(record.buffer, record.byteOffset).getUint32(1, true);
  return { told: JSON.parse(new TextDecoder().decode(record.subarray(5, end))) as RecordParts["told"], moved: [...record.subarray(end)] };
}

export function putTogether({ told, moved }: { readonly told: unknown; readonly moved: readonly number[] }): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(told));
  const head = new Uint8Array(5);
  head[0] = 2;
  new DataView(head.buffer).setUint32(1, json.length, true);
  return Uint8Array.from([...head, ...json, ...moved]);
}
