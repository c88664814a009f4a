/**
 * What the programs of the benches share. A program is started with the file for its figures, the folder of the build that
 * it measures, and its own words; it imports that build by path, so that one program measures old and new alike.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Scenario } from "../../src/model/scenario.js";
import type { Figures } from "../sides.js";

const [, , figuresFile = "", folder = "", ...words] = process.argv;

export const WORDS: readonly string[] = words;

/** A module of the measured build; `path` is below dist/. The types are those of this commit. */
export function moduleOf<M>(path: string): Promise<M> {
  return import(`${folder}/dist/${path}`) as Promise<M>;
}

export function word(index: number): string {
  const given = words[index];
  if (given === undefined) throw new Error(`word ${index} is missing`);
  return given;
}

export function writeFigures(figures: Figures): void {
  writeFileSync(figuresFile, JSON.stringify(figures));
}

/** Seconds of processor time of this process so far, all threads. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The largest resident set of this process so far. */
export function peakMegabytes(): number {
  return process.resourceUsage().maxRSS / 1024;
}

/** What is reachable on the heap. */
export function heapMegabytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed / 1e6;
}

/** The command line of the measured build. */
export function commandLine(): string {
  return `${folder}/dist/cli/main.js`;
}

/** Processor seconds of the main thread so far; NaN where the system does not tell. */
export function mainThreadSeconds(): number {
  try {
    const fields = readFileSync(`/proc/self/task/${process.pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return Number.NaN;
  }
}

/** A simulation of a scenario's text. */
export async function simulationOf(text: string): Promise<{ scenario: Scenario; simulate: () => Simulated }> {
  const { openScenario, Report, simulate } = await moduleOf<typeof import("../../src/index.js")>("index.js");
  const report = new Report();
  const files = { read: () => ({ ok: true, text }) as const, glob: () => [], list: () => [] };
  const { scenario } = openScenario(files, { files: ["bench.yaml"] }, report);
  if (scenario === null)
    throw new Error(
      report
        .sorted()
        .map(({ message }) => message)
        .join("; "),
    );
  return { scenario, simulate: () => simulate(scenario) };
}

type Simulated = ReturnType<typeof import("../../src/index.js").simulate>;
