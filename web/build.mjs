// Builds the pages:  node web/build.mjs OUT_FOLDER [--no-check]
//
// Installs the packages that package-lock.json pins (only when it changed), makes the types of the contract, checks types and
// words, bundles, compresses, and keeps the budgets. OUT_FOLDER/manifest.json then tells what there is to embed.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const web = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(web, "../build/web"));
const entries = { buyer: "src/buyer/main.tsx", staff: "src/staff/main.tsx", room: "src/room/main.ts", worker: "src/staff/worker.ts" };
// Gzipped bytes of scripts, and of what a first visit loads; beyond them the build fails.
const budgets = { "buyer script": 40_000, "buyer page": 100_000, "staff page": 100_000, "staff later": 40_000, "room page": 20_000 };

function fail(lines) {
  for (const line of [lines].flat()) console.error(`web: ${line}`);
  process.exit(1);
}

function run(command, ...args) {
  try {
    execFileSync(command, args, { cwd: web, stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" });
  } catch (error) {
    fail([error.stdout, `${command} ${args.join(" ")} failed`].filter(Boolean));
  }
}

function install() {
  const stamp = join(web, "node_modules/.lock-hash");
  const wanted = createHash("sha256").update(readFileSync(join(web, "package-lock.json"))).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  run("npm", "ci", "--ignore-scripts", "--silent");
  writeFileSync(stamp, wanted);
}

function sources(folder, ends) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((item) => {
    const path = join(folder, item.name);
    if (item.isDirectory()) return sources(path, ends);
    return ends.some((end) => item.name.endsWith(end)) ? [path] : [];
  });
}

// --- words -----------------------------------------------------------------------------------------------------------------

const placeholders = (text) => [...text.matchAll(/\{([^}|]+)/g)].map((match) => match[1]).filter((v, i, all) => all.indexOf(v) === i).sort().join();

async function checkWords(esbuild) {
  const faults = [];
  const tables = sources(join(web, "src"), ["words.ts"]).filter((path) => !path.endsWith("shared/words.ts"));
  const text = sources(join(web, "src"), [".ts", ".tsx", ".html"])
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
  for (const path of tables) {
    const bundled = await esbuild.build({ entryPoints: [path], bundle: true, format: "esm", write: false, logLevel: "error",
      footer: { js: "export { tables };" } });
    const module = await import("data:text/javascript," + encodeURIComponent(bundled.outputFiles[0].text));
    for (const [key, words] of module.tables.flatMap((table) => Object.entries(table))) {
      if (!words.en?.trim() || !words.ko?.trim()) faults.push(`${path}: "${key}" has no word in one language`);
      else if (placeholders(words.en) !== placeholders(words.ko)) faults.push(`${path}: "${key}" takes other values in the other language`);
      // Its own row in the table is `"key": …`.
      if (!new RegExp(`"${key}"(?!:)|\\{\\{word ${key}\\}\\}`).test(text)) faults.push(`${path}: "${key}" is used nowhere`);
    }
  }
  if (faults.length) fail(faults);
}

// --- bundles ---------------------------------------------------------------------------------------------------------------

// Each entry point is a bundle of its own: what one set of pages needs weighs on no other.
async function bundle(esbuild, name, define = {}) {
  const { metafile } = await esbuild.build({
    absWorkingDir: web,
    entryPoints: [{ in: entries[name], out: name }],
    entryNames: "[name]-[hash]",
    chunkNames: `${name}-[hash]`,
    assetNames: "[name]-[hash]",
    outdir: join(out, "assets"),
    bundle: true,
    splitting: true,
    format: "esm",
    minify: true,
    charset: "utf8",
    target: ["es2022", "chrome111", "firefox114", "safari16.4"],
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    metafile: true,
    define,
    logLevel: "warning",
  });
  return partsOf(metafile, entries[name]);
}

const types = { ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml" };

function compress(name) {
  const path = join(out, "assets", name);
  const bytes = readFileSync(path);
  writeFileSync(path + ".gz", gzipSync(bytes, { level: 9 }));
  writeFileSync(path + ".br", brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  return { name, type: types[name.slice(name.lastIndexOf("."))], gzipped: readFileSync(path + ".gz").length };
}

// What an entry point needs at once: its script, the chunks it imports, its style.
function partsOf(metafile, entry) {
  const parts = { scripts: [], styles: [], lazy: [] };
  const named = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === entry);
  const visit = (path, lazy) => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const list = lazy ? parts.lazy : parts.scripts;
    if (parts.scripts.includes(name) || list.includes(name)) return;
    list.push(name);
    for (const item of metafile.outputs[path].imports) visit(item.path, lazy || item.kind === "dynamic-import");
  };
  visit(named[0], false);
  if (named[1].cssBundle) parts.styles.push(named[1].cssBundle.slice(named[1].cssBundle.lastIndexOf("/") + 1));
  return parts;
}

function checkBudgets(files, parts) {
  const size = (names) => names.reduce((sum, name) => sum + files.find((file) => file.name === name).gzipped, 0);
  const found = {
    "buyer script": size([...parts.buyer.scripts, ...parts.buyer.lazy]),
    "buyer page": size([...parts.buyer.scripts, ...parts.buyer.styles]),
    "staff page": size([...parts.staff.scripts, ...parts.staff.styles]),
    "staff later": size(parts.staff.lazy),
    "room page": size([...parts.room.scripts, ...parts.room.styles]) + gzipSync(readFileSync(join(web, "src/room/room.html"))).length,
  };
  const over = Object.keys(budgets).filter((name) => found[name] > budgets[name]);
  writeFileSync(join(out, "budgets.json"), JSON.stringify(found, null, 1));
  if (over.length) fail(over.map((name) => `the ${name} has ${found[name]} bytes gzipped, and may have ${budgets[name]}`));
}

// --- templates -------------------------------------------------------------------------------------------------------------

// A template for each language, its {{word …}} put in; {{name}} and {{?name}} are the server's. A value inside words becomes a slot,
// so that the waiting room's script can change it.
async function makeTemplates(esbuild) {
  const bundled = await esbuild.build({ entryPoints: [join(web, "src/room/words.ts")], bundle: true, format: "esm", write: false,
    footer: { js: "export { tables };" }, logLevel: "error" });
  const { tables } = await import("data:text/javascript," + encodeURIComponent(bundled.outputFiles[0].text) + "//templates");
  const table = Object.assign({}, ...tables);
  const word = (key, language) => table[key]?.[language] ?? fail(`no word "${key}"`);
  for (const name of ["shell", "room"]) {
    const text = readFileSync(join(web, name === "shell" ? "src/shell.html" : "src/room/room.html"), "utf8");
    for (const language of ["en", "ko"]) {
      const spoken = text.replace(/\{\{word ([\w.]+)\}\}/g, (_, key) => word(key, language).replace(/\{(\w+)\}/g, '<b class="number" data-slot="$1">{{$1}}</b>'));
      writeFileSync(join(out, `${name}.${language}.html`), spoken.replace(/\{\{language\}\}/g, language));
    }
  }
}

// --- all of it -------------------------------------------------------------------------------------------------------------

install();
run("/usr/bin/python3", "types_of_openapi.py", "../schemas/openapi.yaml", "generated/api.ts");
run(process.execPath, "node_modules/typescript/bin/tsc", "--project", "tsconfig.json");
const esbuild = await import(pathToFileURL(join(web, "node_modules/esbuild/lib/main.js")));
await checkWords(esbuild.default);
rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "assets"), { recursive: true });
const parts = {};
for (const name of ["buyer", "staff", "room"]) parts[name] = await bundle(esbuild.default, name);
// It knows the files of the staff's pages by name, so another build of them is another worker.
parts.worker = await bundle(esbuild.default, "worker", {
  kLazyFiles: JSON.stringify(parts.staff.lazy),
  kBuild: JSON.stringify(createHash("sha256").update(JSON.stringify(parts.staff)).digest("hex").slice(0, 12)),
});
writeFileSync(join(out, "assets", `icon-${createHash("sha256").update(readFileSync(join(web, "src/icon.svg"))).digest("hex").slice(0, 8)}.svg`),
  readFileSync(join(web, "src/icon.svg")));
const files = readdirSync(join(out, "assets")).sort().map(compress);
checkBudgets(files, parts);
await makeTemplates(esbuild.default);
writeFileSync(join(out, "manifest.json"), JSON.stringify({ files, entries: parts, icon: files.find((file) => file.name.startsWith("icon-")).name }, null, 1));
