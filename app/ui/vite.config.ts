// How the pages become plain files: everything from here, nothing inlined, the map in a part of its own.
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  build: {
    outDir: "built",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    reportCompressedSize: false,
  },
  worker: { format: "es" },
});
