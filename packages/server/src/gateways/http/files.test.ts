import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { FakeTime, fakeView } from "../testing/fakes.ts";
import { consoleFile } from "./files.ts";
import { createHttpGateway } from "./gateway.ts";
import { listen } from "./listen.ts";

const built: Readonly<Record<string, string>> = {
  "/srv/console/index.html": "<!doctype html><title>Console</title>",
  "/srv/console/assets/index-a1b2.js": "export {};",
  "/srv/console/favicon.svg": "<svg/>",
  "/srv/console/.env": "secret",
  "/srv/secret": "secret",
  "/etc/passwd": "secret",
};

function serve(consoleDir: string | null, asked: string[] = []) {
  return createHttpGateway({
    view: fakeView(),
    tokens: { verify: () => Promise.reject(new Error("unused")) },
    invite: () => Promise.reject(new Error("unused")),
    openPlace: () => Promise.reject(new Error("unused")),
    fingerprint: "unused",
    copy: () => Promise.reject(new Error("unused")),
    consoleDir,
    // A file system that, as real ones do, follows `..` wherever it leads.
    readFile: async (path) => {
      asked.push(path);
      const text = built[new URL(`file://${path}`).pathname];
      return text === undefined ? null : new TextEncoder().encode(text);
    },
    time: new FakeTime(),
    onFault: () => {},
  });
}

test("G24 the built console is served with its media types, and kept by browsers as long as its names say", async () => {
  const app = serve("/srv/console");
  for (const [path, type, cache] of [
    ["/", "text/html; charset=utf-8", "no-cache"],
    ["/index.html", "text/html; charset=utf-8", "no-cache"],
    ["/assets/index-a1b2.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"],
    ["/favicon.svg", "image/svg+xml", "no-cache"],
  ] as const) {
    const answer = await app.request(path);
    assert.deepEqual([answer.status, answer.headers.get("content-type"), answer.headers.get("cache-control")], [200, type, cache], path);
  }
  assert.equal((await app.request("/assets/none.js")).status, 404);
});

test("G24 a console that is not built is said to be so, with what to do", async () => {
  for (const app of [serve(null), serve("/srv/empty")]) {
    const answer = await app.request("/");
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /not built.*npm start/s);
    assert.equal((await app.request("/assets/index.js")).status, 404);
  }
});

async function raw(context: TestContext, paths: readonly string[]): Promise<readonly string[]> {
  const { port, close } = await listen(serve("/srv/console"), { port: 0, host: "127.0.0.1", onFault: assert.fail });
  context.after(close);
  const answers: string[] = [];
  for (const path of paths) {
    const socket = connect(port, "127.0.0.1");
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    let answer = "";
    socket.on("data", (data) => (answer += String(data)));
    await once(socket, "close");
    answers.push(answer);
  }
  return answers;
}

test("G25 no path leads out of the console's directory or to a hidden file", async (context) => {
  const paths = [
    "/../secret",
    "/../../etc/passwd",
    "/..%2fsecret",
    "/%2e%2e/secret",
    "/%2e%2e%2fsecret",
    "/..%5csecret",
    "/..\\secret",
    "/assets/../../secret",
    "/assets/..%2f..%2fsecret",
    "/%252e%252e/secret",
    "//etc/passwd",
    "/%2fetc%2fpasswd",
    "/.env",
    "/assets/../.env",
    "/index.html%00.js",
    "/./../secret",
    "http://localhost/../secret",
    "/%",
    "/%ff",
  ];
  const answers = await raw(context, paths);
  answers.forEach((answer, i) => {
    assert.match(answer, /^HTTP\/1\.1 4\d\d /, paths[i]);
    assert.doesNotMatch(answer, /secret"?$/, paths[i]);
  });
});

test("G25 whatever is asked, only plain names below the directory are read", () => {
  const pieces = fc.constantFrom("..", ".", "", "a", "index.html", "%2e", "\\", "/", "\0", ".env", "~", "a b", "ü", "...");
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 6 }), (parts) => {
      const file = consoleFile(`/${parts.join("/")}`);
      assert.ok(file === null || file.split("/").every((name) => /^[\w@~+-][\w.@~+-]*$/.test(name)));
    }),
    { seed: 3, numRuns: 2000 },
  );
  assert.equal(consoleFile("/assets/a-b_c.1.js"), "assets/a-b_c.1.js");
});
