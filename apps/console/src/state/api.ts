import { ElsewhereError, type ErrorJson, type LogLine, type ProgramInfo, type Stats, type WorldInfo } from "@elsewhere/protocol";
import type { MapDrawing } from "@elsewhere/world";

export const getWorld = (): Promise<WorldInfo> => getJson("/api/world");
export const getDrawing = (map: string): Promise<MapDrawing> => getJson(`/api/maps/${encodeURIComponent(map)}`);
export const getStats = (token: string): Promise<Stats> => getJson("/api/stats", token);
export const getPrograms = (token: string): Promise<readonly ProgramInfo[]> => getJson("/api/programs", token);
export const getProgram = (token: string, program: string): Promise<{ readonly info: ProgramInfo; readonly log: readonly LogLine[] }> =>
  getJson(`/api/programs/${encodeURIComponent(program)}`, token);

/** One's whole memory, page after page, as the host writes it. */
export async function getMemory(token: string, format: "text" | "json"): Promise<readonly string[]> {
  const pages: string[] = [];
  let after: string | null = "0";
  while (after !== null) {
    const response: Response = await get(`/api/me/memory?format=${format}&after=${after}`, token);
    pages.push(await response.text());
    after = response.headers.get("elsewhere-next-after");
  }
  return pages;
}

async function getJson<T>(path: string, token?: string): Promise<T> {
  return (await (await get(path, token)).json()) as T;
}

/** Rejects with the host's own error, or with one that says it could not be reached. */
async function get(path: string, token?: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
  } catch (cause) {
    throw new ElsewhereError("away", "The host cannot be reached; is it running?", {}, { cause });
  }
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => null);
  if (isError(body)) throw ElsewhereError.from(body);
  throw new ElsewhereError("fault", `The host answered ${response.status} to ${path}.`);
}

const isError = (value: unknown): value is ErrorJson =>
  typeof value === "object" && value !== null && "code" in value && "message" in value && typeof value.message === "string";
