/** Commands that talk to a running host: where it is, who asks, and what it answers. */
import { ElsewhereError } from "@elsewhere/protocol";
import { type Command, Option } from "commander";
import { isLoopbackName } from "../gateways/peer.ts";
import type { Authority } from "./authority.ts";

/** How a command is told which host to ask, and as whom. */
export interface HostFlags {
  /** Its address, with a token behind the # if it has one. */
  readonly url: string;
  readonly token?: string;
}

/** Adds `--url` and `--token`, for what only an operator may ask. */
export function addHostFlags(command: Command): Command {
  return command
    .addOption(urlOption())
    .option("--token <token>", "the operator's; or give it behind the # of --url, as the host said it when it started");
}

export const urlOption = (): Option =>
  new Option("--url <address>", "of the host, with or without the operator's token behind its #").default("http://localhost:7070");

/** A running host as somebody who may hold a token asks it. */
export interface RunningHost {
  readonly url: URL;
  readonly token: string | null;
  /** Whether what is sent there stays on this machine or is encrypted. */
  readonly isPrivate: boolean;
}

/** Throws `malformed` if the address is none. */
export function runningHost({ url: address, token }: { readonly url: string; readonly token: string | null }): RunningHost {
  const url = URL.parse(address);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new ElsewhereError("malformed", `--url wants the address of a host, as http://localhost:7070`, { field: "--url" });
  }
  return { url, token: token ?? tokenIn(url), isPrivate: url.protocol === "https:" || isLoopbackName(url.hostname) };
}

/** A host says its address with the operator's token behind it, and an invitation has a person's. */
function tokenIn(url: URL): string | null {
  const fields = new URLSearchParams(url.hash.slice(1));
  return fields.get("operator") ?? fields.get("token");
}

export interface Question {
  readonly path: string;
  /** Sent as JSON; left out, nothing is changed at the host unless the method says so. */
  readonly body?: unknown;
  readonly method?: "DELETE";
  /** Whose token it takes, the operator's unless it is said. */
  readonly whose?: string;
  /** What has not been done if it refuses: `opened nothing`. */
  readonly undone: string;
  readonly field: string;
  /** What an answer has, unless there is nothing to say. */
  readonly expects: string;
}

/** What it answers, null for nothing. Rejects with `unreachable` also while it starts, `forbidden` without a token, and else with `unknown` in its own words. */
export async function askHost<T>(host: RunningHost, question: Question, authority: Pick<Authority, "fetch">): Promise<T> {
  const { path, body, method, whose = "the operator's", undone, field, expects } = question;
  const { origin } = host.url;
  const headers: Record<string, string> = host.token === null ? {} : { authorization: `Bearer ${host.token}` };
  const text = body === undefined ? undefined : JSON.stringify(body);
  const response = await authority.fetch(new URL(path, host.url).href, headers, text, method).catch((cause: unknown) => {
    throw new ElsewhereError("unreachable", `nothing answers at ${origin}: is the server running?`, { field: "--url" }, { cause });
  });
  if (response.status === 204) return null as T;
  const said = (await response.json().catch(() => null)) as { readonly message?: unknown } | null;
  if (response.ok && typeof said === "object" && said !== null && expects in said) return said as T;
  if (response.status === 503 && said === null)
    throw new ElsewhereError("unreachable", `${origin} is not ready: ask again once it has started`, { field: "--url" });
  if (response.status === 401 && host.token === null) {
    throw new ElsewhereError("forbidden", `${origin} wants to know who asks: give --token, ${whose}`, { field: "--token" });
  }
  const message = typeof said?.message === "string" ? said.message : `it answered with ${response.status}: is it a host of Elsewhere?`;
  throw new ElsewhereError("unknown", `${origin} ${undone}: ${message}`, { field });
}
