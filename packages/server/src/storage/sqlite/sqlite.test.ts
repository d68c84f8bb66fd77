import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { contractSuite } from "../contract-suite.ts";
import { openSqlite } from "./sqlite.ts";

const root = mkdtempSync(join(tmpdir(), "elsewhere-sqlite-"));
after(() => rmSync(root, { recursive: true, force: true }));

let dirs = 0;
contractSuite("sqlite", {
  open: async () => {
    const storage = await openSqlite(join(root, `${++dirs}`));
    return { storage, refuse: (on) => storage.limitPages(on ? 1 : null) };
  },
});
