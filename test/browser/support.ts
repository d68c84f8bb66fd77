/**
 * A real Chromium before a real host. Every page that a test opens is watched: an error in its console, an uncaught
 * exception or a breach of the host's content policy fails the test that opened it.
 */
import assert from "node:assert/strict";
import { accessSync, constants, existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, afterEach, before } from "node:test";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium } from "playwright-core";
import { type Server, startServer } from "../support/server.ts";
import { Visitor } from "./visitor.ts";

export const consoleFolder = fileURLToPath(new URL("../../apps/console/dist", import.meta.url));

const isLookedAt = process.env["ELSEWHERE_LOOK"] !== undefined;
/** Small, and nobody glides, since every pixel of the map is drawn in software; as people have it where pictures are taken. */
const usual: BrowserContextOptions = isLookedAt
  ? { viewport: { width: 1280, height: 800 } }
  : { viewport: { width: 800, height: 560 }, reducedMotion: "reduce" };

/** For every test: more than any needs on a busy machine, so that only what hangs is ended. */
export const bounded = { timeout: 60_000 } as const;

const chromiumFlags = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Machines that run tests have no graphics card. WebGL in software takes half as long again as a plain canvas, which the page takes where there is no WebGL. */
const drawingFlags = {
  webgl: [
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    ...(isLookedAt ? [] : ["--webgl-antialiasing-mode=none"]),
  ],
  plain: ["--disable-gpu", "--disable-3d-apis"],
};
/** How the map is drawn; by WebGL wherever pictures are taken. */
type Drawing = keyof typeof drawingFlags;

export interface Stage extends Pages {
  readonly server: Server;
  /** `kill -9`, and whoever looks meanwhile; then the same world on the same port and data. */
  restart(meanwhile: () => Promise<void>): Promise<void>;
}

interface Pages {
  /** Opens the console on an empty profile. */
  open(options?: Opening): Promise<Visitor>;
}

interface Opening {
  readonly hash?: string;
  readonly browser?: BrowserContextOptions;
}

/** One server and one browser for the tests of a file. */
export function openStage(flags: readonly string[], drawing: Drawing = "plain"): Stage {
  let server: Server | null = null;
  let data = "";
  before(async () => {
    data = await mkdtemp(join(tmpdir(), "elsewhere-browser-"));
    server = await startServer([...flags, "--data", data, "--port", "0"]);
  }, bounded);
  const pages = openPages(() => server!.url, drawing);
  after(async () => {
    await server?.stop();
    await rm(data, { recursive: true, force: true });
  }, bounded);
  return {
    ...pages,
    get server() {
      assert.ok(server, "the server has not been started");
      return server;
    },
    async restart(meanwhile) {
      const port = String(server!.port);
      await server!.kill();
      await meanwhile();
      server = await startServer([...flags, "--data", data, "--port", port]);
    },
  };
}

/** One browser for the tests of a file, before whatever serves the console at that address. */
export function openPages(url: () => string, drawing: Drawing = "plain"): Pages {
  let browser: Browser | null = null;
  let visitors: Visitor[] = [];
  before(async () => {
    assertBuilt();
    browser = await launch(drawing);
  }, bounded);
  afterEach(async () => {
    const seen = visitors;
    visitors = [];
    await Promise.all(seen.map(({ page }) => page.context().close()));
    assert.deepEqual(
      seen.flatMap(({ faults }) => faults),
      [],
      "the page's console has errors",
    );
  }, bounded);
  after(() => browser?.close(), bounded);
  return {
    async open({ hash = "", browser: options = {} } = {}) {
      const context = await browser!.newContext({ ...usual, ...options });
      const visitor = new Visitor(await context.newPage());
      visitors.push(visitor);
      await visitor.goTo(`${url()}/${hash}`);
      return visitor;
    },
  };
}

export function launch(drawing: Drawing = "plain"): Promise<Browser> {
  const args = [...chromiumFlags, ...drawingFlags[isLookedAt ? "webgl" : drawing]];
  return chromium.launch({ executablePath: chromiumPath(), args });
}

function chromiumPath(): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const paths = ["chromium", "chromium-browser", "google-chrome"].flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = paths.find(isExecutable);
  assert.ok(found, "there is no Chromium on the path: install it (on Debian: apt-get install chromium)");
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function assertBuilt(): void {
  const built = existsSync(join(consoleFolder, "index.html"));
  assert.ok(built, "the console is not built: run npm run build -w @elsewhere/console, or npm test, which builds it");
}
