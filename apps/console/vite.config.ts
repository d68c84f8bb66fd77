import preact from "@preact/preset-vite";
import { defineConfig } from "vite";

/** Where `npm run dev` finds a running host. */
const host = "http://localhost:7070";

// Vite asks for a default export.
export default defineConfig({
  plugins: [preact()],
  base: "./",
  // Workspaces use each other's sources; nothing has to be built before this.
  resolve: { conditions: ["source", "module", "browser", "import", "default"] },
  build: { target: "es2022", outDir: "dist", emptyOutDir: true, chunkSizeWarningLimit: 700 },
  server: { proxy: { "/api": host, "/ws": { target: host.replace("http", "ws"), ws: true } } },
});
