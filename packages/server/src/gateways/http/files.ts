import type { Context } from "hono";

/** The bytes of a file, null if there is no such file. */
export type ReadFile = (path: string) => Promise<Uint8Array | null>;

const mediaTypes: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  json: "application/json",
  map: "application/json",
  webmanifest: "application/manifest+json",
  svg: "image/svg+xml",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  gif: "image/gif",
  ico: "image/x-icon",
  woff2: "font/woff2",
  wasm: "application/wasm",
  txt: "text/plain; charset=utf-8",
};

const segment = /^[\w@~+-][\w.@~+-]*$/;

/**
 * The file a path names inside the console's directory, null if it may name none. Only plain names are let through:
 * no `..`, no hidden files, no separators of other systems, however they were written.
 */
export function consoleFile(pathname: string): string | null {
  if (pathname === "/") return "index.html";
  const segments = pathname.slice(1).split("/");
  return pathname.startsWith("/") && segments.every((name) => segment.test(name)) ? segments.join("/") : null;
}

const notBuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Elsewhere</title>
<h1>The world is running; its console is not built</h1>
<p>Stop the server and run <code>npm start</code>, which builds the console, or connect a client of your own to <code>/ws</code>.</p>
</html>
`;

/** Serves one file of the built console, null if there is none. Files under `assets/` carry a hash in their name. */
export async function serveConsole(context: Context, directory: string | null, readFile: ReadFile): Promise<Response | null> {
  const file = consoleFile(context.req.path);
  if (file === null) return null;
  const bytes = directory === null ? null : await readFile(`${directory}/${file}`);
  if (bytes === null) return file === "index.html" ? context.html(notBuilt, 200, { "cache-control": "no-store" }) : null;
  return context.body(new Uint8Array(bytes), 200, {
    "content-type": mediaTypes[file.slice(file.lastIndexOf(".") + 1).toLowerCase()] ?? "application/octet-stream",
    "cache-control": file.startsWith("assets/") ? "public, max-age=31536000, immutable" : "no-cache",
  });
}
