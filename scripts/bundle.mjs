/**
 * Bundles the command line into dist/cli/: two entries, the program and its worker threads, and the parts that a verb loads when it
 * runs. Half of a short command would else be the loading of some hundred modules. What others import stays unbundled.
 *   node scripts/bundle.mjs
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const output = join(root, "dist", "cli");

rmSync(output, { recursive: true, force: true });
const bundle = await rolldown({
  cwd: root,
  input: { main: "src/cli/main.ts", worker: "src/cli/worker.ts" },
  platform: "node",
  treeshake: true,
});
// All in one folder: modules find the worker, the package and its files relative to themselves.
const { output: chunks } = await bundle.write({
  dir: output,
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "[name].js",
  sourcemap: true,
  comments: false,
});
await bundle.close();

const outside = chunks.flatMap(({ imports = [] }) => imports).filter((name) => !/^node:|^[\w-]+\.js$/.test(name));
if (outside.length > 0) throw new Error(`the bundle asks for ${outside.join(", ")}`);
writeFileSync(join(output, "licenses.txt"), licenses(chunks.flatMap(({ moduleIds = [] }) => moduleIds)));

/** The terms of every package of which something is in the bundle. */
function licenses(modules) {
  const packages = modules.flatMap((id) => id.match(/^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/)?.[0] ?? []);
  return [...new Set(packages)]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
      const text = file === undefined ? "" : `\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
      return `${name} ${version} (${license})\n${text}`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}
