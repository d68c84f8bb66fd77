import {
  type CrossingDecision,
  type CrossingInfo,
  ElsewhereError,
  type ErrorJson,
  type PairingInfo,
  type ProgramCommand,
  type ProgramDetail,
  type ProgramOrder,
  type ProgramsPage,
  type RecordDensity,
  type RecordSearch,
  type RecordTimeline,
  type Stats,
  type WorldInfo,
} from "@elsewhere/protocol";
import type { MapDrawing } from "@elsewhere/world";

export const getWorld = (): Promise<WorldInfo> => getJson("/api/world");
/** With the hidden rooms that the bearer of the token holds. */
export const getDrawing = (map: string, token: string | null): Promise<MapDrawing> =>
  getJson(`/api/maps/${encodeURIComponent(map)}`, token ?? undefined);
export const getStats = (token: string): Promise<Stats> => getJson("/api/stats", token);

const programAt = (program: string): string => `/api/programs/${encodeURIComponent(program)}`;

export interface ProgramsAsked {
  readonly order: ProgramOrder;
  readonly offset: number;
  readonly limit: number;
  readonly search: string;
}

export function getPrograms(token: string, { order, offset, limit, search }: ProgramsAsked): Promise<ProgramsPage> {
  const query = new URLSearchParams({ order, offset: String(offset), limit: String(limit), search });
  return getJson(`/api/programs?${query}`, token);
}

export const getProgram = (token: string, program: string): Promise<ProgramDetail> => getJson(programAt(program), token);

/** Resolves once what was asked for is durable. */
export async function postCommand(token: string, program: string, command: ProgramCommand): Promise<void> {
  await ask(programAt(program), { method: "POST", headers: bearing(token), body: JSON.stringify(command) });
}

export const getCrossings = async (token: string): Promise<readonly CrossingInfo[]> =>
  (await getJson<{ readonly crossings: readonly CrossingInfo[] }>("/api/crossings", token)).crossings;

export const getPairings = (token: string): Promise<{ readonly line: string; readonly pairings: readonly PairingInfo[] }> =>
  getJson("/api/pairings", token);

/** Resolves once the program has been asked. */
export const postCrossing = (token: string, program: string, to: string): Promise<CrossingInfo> =>
  postJson("/api/crossings", token, { program, to });

export const postDecision = (token: string, attempt: string, decision: CrossingDecision): Promise<CrossingInfo> =>
  postJson(`/api/crossings/${encodeURIComponent(attempt)}`, token, { decision });

/** Opens a hidden place by its whole coordinates; `opened` is false where it was open. */
export async function openPlace(
  token: string,
  coordinates: string,
  signal: AbortSignal | null = null,
): Promise<{ readonly map: string; readonly place: string; readonly opened: boolean }> {
  const request = { method: "POST", headers: bearing(token), body: JSON.stringify({ coordinates }), signal };
  return (await (await ask("/api/places/open", request)).json()) as { map: string; place: string; opened: boolean };
}

export const getTimeline = (token: string): Promise<RecordTimeline> => getJson("/api/record/timeline", token);

/** `from` and `to` in world time, ms since 1970. */
export function getDensity(
  token: string,
  { from, to }: { readonly from: number; readonly to: number },
  bins: number,
): Promise<RecordDensity> {
  const query = new URLSearchParams({ from: String(Math.round(from)), to: String(Math.round(to)), bins: String(bins) });
  return getJson(`/api/record/density?${query}`, token);
}

/** What was said, newest first; from the newest moment where `before` is null. */
export function searchRecord(token: string, text: string, before: number | null, limit: number): Promise<RecordSearch> {
  const query = new URLSearchParams({ q: text, limit: String(limit), ...(before === null ? {} : { before: String(before) }) });
  return getJson(`/api/record/search?${query}`, token);
}

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

async function postJson<T>(path: string, token: string, body: unknown): Promise<T> {
  return (await (await ask(path, { method: "POST", headers: bearing(token), body: JSON.stringify(body) })).json()) as T;
}

const get = (path: string, token?: string): Promise<Response> => ask(path, token === undefined ? {} : { headers: bearing(token) });

const bearing = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** Rejects with the host's own error, or with one that says it could not be reached. */
async function ask(path: string, request: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, request);
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
