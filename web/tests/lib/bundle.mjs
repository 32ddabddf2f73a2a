// Modules of the pages for tests without a browser.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const src = fileURLToPath(new URL("../../src/", import.meta.url));

export async function load(path) {
  const made = await build({ entryPoints: [src + path], bundle: true, format: "esm", write: false, jsx: "automatic", jsxImportSource: "preact", logLevel: "error" });
  return import("data:text/javascript," + encodeURIComponent(made.outputFiles[0].text));
}
