/** Runs one program on two builds in turns, in fresh processes, so that a busy machine slows both of them alike. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median, ROOT } from "./measure.js";

/** What a program measured, by name; the unit is the last part of the name. */
export type Figures = Readonly<Record<string, number>>;

export interface Sides {
  readonly now: Figures;
  /** Empty where the baseline was left out. */
  readonly before: Figures;
}

/** Starts `program` of bench/programs/ once; `folder` is the build that it measures. */
export function runProgram(program: string, folder: string, words: readonly (string | number)[]): Figures {
  const place = mkdtempSync(join(tmpdir(), "kubechurn-bench-"));
  try {
    const path = `${ROOT}dist-bench/bench/programs/${program}.js`;
    const figures = join(place, "figures.json");
    const { status } = spawnSync(process.execPath, [path, figures, folder, ...words.map(String)], {
      cwd: place,
      stdio: ["ignore", "ignore", "inherit"],
    });
    if (status !== 0) throw new Error(`${program} ${words.join(" ")} failed in ${folder}`);
    return JSON.parse(readFileSync(figures, "utf8")) as Figures;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Medians of `times` runs on each side; `baseline` is null where it is left out. */
export function inTurns(
  program: string,
  words: readonly (string | number)[],
  { baseline, times }: { readonly baseline: string | null; readonly times: number },
): Sides {
  const now: Figures[] = [];
  const before: Figures[] = [];
  for (let turn = 0; turn < times; turn++) {
    if (baseline !== null) before.push(runProgram(program, baseline, words));
    now.push(runProgram(program, ROOT, words));
  }
  return { now: mediansOf(now), before: mediansOf(before) };
}

/** A figure that must be there. */
export function figure(figures: Figures, name: string): number {
  const value = figures[name];
  if (value === undefined) throw new Error(`no figure ${name}`);
  return value;
}

function mediansOf(runs: readonly Figures[]): Figures {
  const names = Object.keys(runs[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, median(runs.map((run) => run[name] ?? Number.NaN))]));
}
