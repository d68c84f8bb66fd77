import preact from "@preact/preset-vite";
import { build, defineConfig, type InlineConfig, type Plugin } from "vite";

/** Where `npm run dev` finds a running host. */
const host = "http://localhost:7070";

/** Workspaces use each other's sources; nothing has to be built before this. */
const resolve = { conditions: ["source", "module", "browser", "import", "default"] };

/** The player of exported films: one script and one style sheet, which are put into each film. */
const player: InlineConfig = {
  configFile: false,
  publicDir: false,
  logLevel: "warn",
  resolve,
  build: {
    target: "es2022",
    outDir: "dist/film",
    emptyOutDir: true,
    lib: { entry: "src/player/main.ts", formats: ["iife"], name: "film", fileName: () => "player.js", cssFileName: "player" },
  },
};

const withPlayer: Plugin = { name: "film-player", apply: "build", closeBundle: async () => void (await build(player)) };

// Vite asks for a default export.
export default defineConfig({
  plugins: [preact(), withPlayer],
  base: "./",
  resolve,
  build: { target: "es2022", outDir: "dist", emptyOutDir: true, chunkSizeWarningLimit: 700 },
  server: { proxy: { "/api": host, "/ws": { target: host.replace("http", "ws"), ws: true } } },
});
