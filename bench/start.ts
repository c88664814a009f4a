/**
 * bench:start: processor seconds (user and system) of short commands, the median of seven fresh processes on each side.
 * The bounds are those of a machine on which a Node process that does nothing takes 0.05 s; on a slower one they grow with
 * what it takes there, which is printed.
 *
 *   npm run bench:start [-- --record] [-- --beside FOLDER]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baselineFolder } from "./baseline.js";
import { conclude, type Line } from "./bounds.js";
import { median, ROOT } from "./measure.js";

const TIMES = 7;
const COMMAND_LINE = "dist/cli/main.js";
const FIRST = join(ROOT, "scenarios/rolling-update.yaml");

/** What a Node process without a program takes where the bounds hold as they are. */
const EMPTY_PROCESS = 0.05;

/** Commands with their bounds in seconds. */
const COMMANDS: readonly (readonly [name: string, words: readonly string[], bound: number])[] = [
  ["--help", ["--help"], 0.11],
  ["validate", ["validate", FIRST], 0.25],
  ["run --runs 1 --no-variants", ["run", FIRST, "--runs", "1", "--no-variants", "--force"], 1],
];

/** Processor seconds of one process, as the shell tells of its children: our own code does not share the process. */
function processorSeconds(words: readonly string[], place: string): number {
  const command = [process.execPath, ...words];
  const { status, stdout, stderr } = spawnSync(
    "sh",
    ["-c", '"$@" >output 2>&1 || { cat output >&2; exit 1; }; times', "sh", ...command],
    { cwd: place, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  const ofChildren = stdout.trim().split("\n").at(-1) ?? "";
  const parts = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)];
  return parts.reduce((sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest), 0);
}

const baseline = baselineFolder(process.argv);
const place = mkdtempSync(join(tmpdir(), "kubechurn-bench-"));
const lines: Line[] = [];
try {
  const empty = median(Array.from({ length: TIMES }, () => processorSeconds(["--eval", "0"], place)));
  lines.push({ case: "an empty Node process", metric: "cpu_s", now: empty });
  const slowness = Math.max(1, empty / EMPTY_PROCESS);
  for (const [name, words, atMost] of COMMANDS) {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let turn = 0; turn < TIMES; turn++) {
      theirs.push(processorSeconds([join(baseline, COMMAND_LINE), ...words], place));
      ours.push(processorSeconds([join(ROOT, COMMAND_LINE), ...words], place));
    }
    lines.push({
      case: name,
      metric: "cpu_s",
      now: median(ours),
      before: median(theirs),
      bound: { atMost: atMost * slowness },
    });
  }
} finally {
  rmSync(place, { recursive: true, force: true });
}
conclude("start", lines, process.argv);
