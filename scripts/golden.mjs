/**
 * The golden comparison: runs every shipped scenario and compares what it writes with results/, byte by byte. It ends `npm test`.
 *   node scripts/golden.mjs            compares; prints one line a scenario and "N passed, N failed"
 *   node scripts/golden.mjs --write    runs into results/ instead (after a change of the model; say why in CHANGELOG.md)
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const write = process.argv.includes("--write");
const scenarios = readdirSync(join(root, "scenarios"))
  .filter((name) => name.endsWith(".yaml"))
  .sort();
if (scenarios.length === 0) throw new Error("no scenarios found");

/** Runs one scenario into `directory`; the text of what went wrong, or null. */
function run(file, directory) {
  const command = ["dist/cli/main.js", "run", `scenarios/${file}`, "-o", directory, "-q", "--no-color", "--force"];
  const { status, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
  return status === 0 ? null : `exit code ${status}\n${stderr}`;
}

/** Names of files that differ, or exist on one side only. */
function differences(expected, actual) {
  const read = (directory) => {
    try {
      return readdirSync(directory).sort();
    } catch {
      return [];
    }
  };
  const names = [...new Set([...read(expected), ...read(actual)])].sort();
  return names.filter((name) => {
    try {
      return !readFileSync(join(expected, name)).equals(readFileSync(join(actual, name)));
    } catch {
      return true;
    }
  });
}

const temporary = mkdtempSync(join(tmpdir(), "kubechurn-golden-"));
let passed = 0;
let failed = 0;
try {
  for (const file of scenarios) {
    const name = file.slice(0, -".yaml".length);
    const golden = join(root, "results", name);
    const directory = write ? golden : join(temporary, name);
    const problem = run(file, directory) ?? null;
    const different = problem === null && !write ? differences(golden, directory) : [];
    const ok = problem === null && different.length === 0;
    if (ok) passed++;
    else failed++;
    const text = problem ?? (different.length > 0 ? `differs from results/${name}: ${different.join(", ")}` : "");
    console.log(`${ok ? "ok  " : "FAIL"} ${name}${text === "" ? "" : ` — ${text}`}`);
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
