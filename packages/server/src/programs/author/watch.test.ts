import assert from "node:assert/strict";
import { test } from "node:test";
import { ElsewhereError } from "@elsewhere/protocol";
import { type Bundle, bundleProgram } from "./bundle.ts";
import { ProgramWatch } from "./watch.ts";

/** A small world whose files are edited while it runs. */
class Bench {
  readonly files: Record<string, string> = {
    "programs/baker.ts": `import { price } from "./lib/prices.ts";\nconsole.log(price);`,
    "programs/stall.ts": `import { price } from "./lib/prices.ts";\nconsole.log("stall", price);`,
    "programs/cat.ts": `console.log("miaow");`,
    "programs/lib/prices.ts": `export const price: number = 2;`,
  };
  readonly programs: Record<string, { codeFile: string; codeHash: string }> = {};
  readonly said: string[] = [];
  readonly bundled: string[] = [];
  /** Source maps of the modules that the host was given for programs to come. */
  readonly renewed: Record<string, string> = {};
  refuses: string | null = null;
  timers: (() => void)[] = [];
  watch!: ProgramWatch;

  static async open(living: Readonly<Record<string, string>>, startable: readonly string[] = []): Promise<Bench> {
    const bench = new Bench();
    const bundles = new Map<string, Bundle>();
    for (const file of startable) bundles.set(file, await bench.bundle(file));
    for (const [program, codeFile] of Object.entries(living)) {
      const bundle = await bench.bundle(codeFile);
      bundles.set(codeFile, bundle);
      bench.programs[program] = { codeFile, codeHash: bundle.codeHash };
    }
    bench.bundled.length = 0;
    bench.watch = new ProgramWatch({
      programs: {
        ids: () => Object.entries(bench.programs).map(([program, { codeFile, codeHash }]) => ({ program, codeFile, codeHash })),
        upgrade: async (program, { codeHash }) => {
          if (program === bench.refuses) throw new ElsewhereError("forbidden", "it has ended");
          bench.programs[program]!.codeHash = codeHash;
        },
        renew: (file, { map }) => void (bench.renewed[file] = map),
      },
      bundles,
      bundle: (file) => {
        bench.bundled.push(file);
        return bench.bundle(file);
      },
      after: (_, wake) => {
        bench.timers.push(wake);
        return () => void (bench.timers = bench.timers.filter((each) => each !== wake));
      },
      say: (line) => void bench.said.push(line),
    });
    return bench;
  }

  bundle(file: string): Promise<Bundle> {
    const read = (path: string): Promise<string> =>
      this.files[path] === undefined ? Promise.reject(new Error("no such file")) : Promise.resolve(this.files[path]);
    return bundleProgram(file, read);
  }

  write(path: string, text: string): void {
    this.files[path] = text;
    this.watch.changed(path);
  }

  /** The writing has ended: what is due is done. What was said meanwhile, and which modules were bundled. */
  async quiet(): Promise<{ said: readonly string[]; bundled: readonly string[] }> {
    for (const wake of this.timers.splice(0)) wake();
    await this.watch.settled();
    return { said: this.said.splice(0), bundled: this.bundled.splice(0) };
  }
}

const living = { baker: "programs/baker.ts", "stall-1": "programs/stall.ts", "stall-2": "programs/stall.ts", cat: "programs/cat.ts" };

test("P81 a program whose file changes is upgraded, and no other is touched", async () => {
  const bench = await Bench.open(living);
  const before = structuredClone(bench.programs);
  bench.write("programs/cat.ts", `console.log("purr");`);
  assert.deepEqual(await bench.quiet(), { said: ["programs/cat.ts has changed: upgraded cat."], bundled: ["programs/cat.ts"] });
  assert.notEqual(bench.programs["cat"]!.codeHash, before["cat"]!.codeHash);
  assert.deepEqual({ ...bench.programs, cat: null }, { ...before, cat: null });
});

test("P81 every program that imports a changed file is upgraded", async () => {
  const bench = await Bench.open(living);
  bench.write("programs/lib/prices.ts", `export const price: number = 3;`);
  const { said, bundled } = await bench.quiet();
  assert.deepEqual(said, ["programs/baker.ts has changed: upgraded baker.", "programs/stall.ts has changed: upgraded stall-1, stall-2."]);
  assert.deepEqual(bundled, ["programs/baker.ts", "programs/stall.ts"]);
});

test("P81 a file that a program began to import later concerns it too", async () => {
  const bench = await Bench.open(living);
  bench.files["programs/lib/moods.ts"] = `export const mood = "hungry";`;
  bench.write("programs/cat.ts", `import { mood } from "./lib/moods.ts";\nconsole.log(mood);`);
  await bench.quiet();
  bench.write("programs/lib/moods.ts", `export const mood = "fed";`);
  assert.deepEqual((await bench.quiet()).said, ["programs/cat.ts has changed: upgraded cat."]);
});

test("P81 a change of words that changes no code upgrades nothing, and only tells where the lines are now", async () => {
  const bench = await Bench.open(living);
  bench.write("programs/cat.ts", `// A comment.\nconsole.log("miaow");`);
  assert.deepEqual((await bench.quiet()).said, []);
  const { map } = await bench.bundle("programs/cat.ts");
  assert.deepEqual(bench.renewed, { "programs/cat.ts": map });
});

test("P81 a module of which nothing lives yet is taken as it is now by what is started later", async () => {
  const bench = await Bench.open({ baker: "programs/baker.ts" }, ["programs/cat.ts"]);
  bench.write("programs/cat.ts", `console.log("purr");`);
  assert.deepEqual((await bench.quiet()).said, ["programs/cat.ts has changed: programs started from now on have it."]);
  assert.deepEqual(Object.keys(bench.renewed), ["programs/cat.ts"]);
});

test("P82 several writes are one change, and whoever never stops writing is not waited for", async () => {
  const bench = await Bench.open(living);
  for (let i = 0; i < 1000; i++) bench.write("programs/cat.ts", `console.log("miaow ${i % 7}");`);
  assert.equal(bench.timers.length, 1);
  const waitedFor = bench.timers[0];
  bench.write("programs/cat.ts", `console.log("the end");`);
  assert.equal(bench.timers[0], waitedFor, "one more write delays it no further");
  const { bundled, said } = await bench.quiet();
  assert.deepEqual([bundled.length, said.length], [1, 1]);
});

test("P82 what an editor writes for itself is no change of a program", async () => {
  const bench = await Bench.open(living);
  for (const path of ["programs/cat.ts~", "programs/.cat.ts.swp", "programs/4913", "data/elsewhere.db-wal", "notes.md", "maps/yard.json"]) {
    bench.watch.changed(path);
  }
  assert.deepEqual(await bench.quiet(), { said: [], bundled: [] });
  bench.files["programs/lib/prices.ts"] = `export const price: number = 4;`;
  bench.watch.changed("programs/lib");
  assert.equal((await bench.quiet()).said.length, 2, "a folder stands for what is in it");
  bench.files["programs/cat.ts"] = `console.log("hiss");`;
  bench.watch.changed("");
  assert.deepEqual((await bench.quiet()).said, ["programs/cat.ts has changed: upgraded cat."]);
});

test("P83 a program that no longer bundles is told of by file and line, once, and runs on until it does", async () => {
  const bench = await Bench.open(living);
  const before = structuredClone(bench.programs);
  bench.write("programs/cat.ts", `\nconst = 1;`);
  const { said } = await bench.quiet();
  assert.equal(said.length, 1);
  assert.match(said[0]!, /^programs\/cat\.ts:2: .* What runs of programs\/cat\.ts stays as it was\.$/);
  bench.write("programs/lib/other.ts", "");
  assert.deepEqual((await bench.quiet()).said, [], "the same is not said again");
  assert.deepEqual(bench.programs, before);
  bench.write("programs/cat.ts", `import "./lib/new.ts";`);
  assert.match((await bench.quiet()).said[0]!, /programs\/lib\/new\.ts" cannot be read/);
  bench.write("programs/lib/new.ts", `console.log("new");`);
  assert.deepEqual((await bench.quiet()).said, ["programs/cat.ts has changed: upgraded cat."], "a file that was missing has come");
  bench.write("programs/cat.ts", "torn {");
  await bench.quiet();
  bench.write("programs/cat.ts", `import "./lib/new.ts";`);
  assert.deepEqual((await bench.quiet()).said, ["programs/cat.ts is as it was before."]);
});

test("P83 a program that cannot be upgraded keeps none of the others from it", async () => {
  const bench = await Bench.open(living);
  bench.refuses = "stall-1";
  bench.write("programs/stall.ts", `console.log("closed");`);
  assert.deepEqual((await bench.quiet()).said, [
    "stall-1 was not upgraded: it has ended",
    "programs/stall.ts has changed: upgraded stall-2.",
  ]);
});

test("P83 a change of world.json is told to wait for a restart", async () => {
  const bench = await Bench.open(living);
  bench.watch.changed("world.json");
  assert.deepEqual(await bench.quiet(), { said: ["world.json has changed: a restart applies it."], bundled: [] });
});

test("P82 after its end nothing is bundled, upgraded or said any more", async () => {
  const bench = await Bench.open(living);
  bench.write("programs/cat.ts", `console.log("late");`);
  bench.watch.close();
  bench.watch.changed("programs/cat.ts");
  assert.deepEqual(await bench.quiet(), { said: [], bundled: [] });
});

test("P82 of many upgraded programs only some are named", async () => {
  const flock = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`gull-${10 + i}`, "programs/cat.ts"]));
  const bench = await Bench.open(flock);
  bench.write("programs/cat.ts", `console.log("caw");`);
  const expected = "programs/cat.ts has changed: upgraded gull-10, gull-11, gull-12, gull-13, gull-14 and 7 more.";
  assert.deepEqual((await bench.quiet()).said, [expected]);
});
