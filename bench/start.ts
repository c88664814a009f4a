/**
 * bench:start: processor seconds (user and system) of short commands, the median of several fresh processes. Fails above
 * their bounds.
 *   npm run bench:start -- --beside FOLDER    also runs the commands in another, built clone, in turns
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Measurement, median, printTable, ROOT, recordHistory } from "./measure.js";

const TIMES = 7;
const FIRST = join(ROOT, "scenarios/rolling-update.yaml");

/** Commands with their bounds in seconds. */
const COMMANDS: readonly (readonly [name: string, words: readonly string[], bound: number])[] = [
  ["--help", ["--help"], 0.11],
  ["validate", ["validate", FIRST], 0.25],
  ["run --runs 1 --no-variants", ["run", FIRST, "--runs", "1", "--no-variants", "--force"], 1],
];

/** Processor seconds of one process, as the shell tells of its children. */
function processorSeconds(folder: string, words: readonly string[], place: string): number {
  const command = [process.execPath, join(folder, "dist/cli/main.js"), ...words];
  const { status, stdout, stderr } = spawnSync(
    "sh",
    ["-c", '"$@" >output 2>&1 || { cat output >&2; exit 1; }; times', "sh", ...command],
    {
      cwd: place,
      encoding: "utf8",
    },
  );
  if (status !== 0) throw new Error(stderr);
  const ofChildren = stdout.trim().split("\n").at(-1) ?? "";
  const seconds = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, rest]) => Number(minutes) * 60 + Number(rest),
  );
  return seconds.reduce((sum, value) => sum + value, 0);
}

const at = process.argv.indexOf("--beside");
const beside = at < 0 ? null : (process.argv[at + 1] ?? null);
const place = mkdtempSync(join(tmpdir(), "kubechurn-bench-"));
const rows = [["command", "CPU s", ...(beside === null ? [] : ["beside", "ratio"]), "bound"]];
const measured: Measurement[] = [];
try {
  for (const [name, words, bound] of COMMANDS) {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let turn = 0; turn < TIMES; turn++) {
      ours.push(processorSeconds(ROOT, words, place));
      if (beside !== null) theirs.push(processorSeconds(beside, words, place));
    }
    const [own, other] = [median(ours), median(theirs)];
    rows.push([
      name,
      own.toFixed(2),
      ...(beside === null ? [] : [other.toFixed(2), (other / own).toFixed(2)]),
      bound.toFixed(2),
    ]);
    measured.push({ bench: "start", case: name, metric: "cpu_s", value: own });
    if (own > bound) process.exitCode = 1;
  }
} finally {
  rmSync(place, { recursive: true, force: true });
}
printTable(rows);
if (process.exitCode === 1) console.log("above the bound");
recordHistory(measured, process.argv);
