// One folder of static files, which tools/build_web.py embeds in the binary. Addresses are relative, so that the page also works
// behind `r1 serve --path-prefix`.
import { defineConfig, type Plugin } from "vite";

// Every browser that runs this page reads woff2; the older forms of KaTeX's fonts would triple the binary's share.
const woff2Only: Plugin = {
  name: "woff2-only",
  enforce: "pre",
  transform(code, id) {
    if (!id.endsWith(".css")) return null;
    return code.replace(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\(["'](?:woff|truetype)["']\)/g, "");
  },
};

export default defineConfig({
  base: "./",
  plugins: [woff2Only],
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  build: {
    target: "es2022",
    outDir: "dist",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
  },
});
