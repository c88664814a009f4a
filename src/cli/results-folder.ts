/**
 * The folder of a run's results. It is written beside its place and swapped in whole at the end, so that an interrupted
 * run leaves the previous results as they were.
 */
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { RESULT_FILES } from "../report/csv/result-files.js";
import { FIGURES } from "../report/plot/figures.js";
import { printable } from "../report/printable.js";
import { CommandError } from "./exit.js";
import { makeFolder } from "./make-folder.js";

/** What a run writes beside its CSV files. */
const OTHER_FILES = ["summary.json", "scenario.resolved.yaml", ...FIGURES.map(({ name }) => name)];

/** `results/<name>`; a name that is no file name is made one. */
export function defaultFolder(scenario: string): string {
  const safe = scenario.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^\.+/, "");
  return `results/${safe === "" ? "scenario" : safe}`;
}

export interface ResultsFolder {
  /** Where files are written until `swapIn`. */
  readonly staging: string;
  /** Puts the staged files in the place of what was there. */
  swapIn(): void;
  /** Removes the staged files; what was there before stays. */
  discard(): void;
}

/**
 * Prepares `directory` for the results of `scenario`. Throws CommandError when it cannot be written, or when it holds
 * something else than results: of any scenario with `force`, of this one without.
 */
export function openResultsFolder(directory: string, scenario: string, force: boolean): ResultsFolder {
  try {
    const target = existsSync(directory) ? realpathSync(directory) : resolve(directory);
    const obstacle = existsSync(target) ? obstacleIn(target, scenario) : null;
    if (obstacle !== null && !(force && obstacle.results)) {
      const hint = obstacle.results ? ", or overwrite it with --force" : "";
      throw new CommandError(`${directory} ${obstacle.text}`, `choose another folder with -o${hint}`);
    }
    return stage(target);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`cannot write to ${directory}: ${reason(error)}`, "choose another folder with -o");
  }
}

function stage(target: string): ResultsFolder {
  makeFolder(dirname(target));
  const prefix = `.tmp-${basename(target)}-`;
  for (const name of readdirSync(dirname(target))) {
    if (isLeftover(name, prefix)) rmSync(join(dirname(target), name), { recursive: true, force: true });
  }
  const staging = join(dirname(target), `${prefix}${process.pid}`);
  mkdirSync(staging);
  return {
    staging,
    swapIn: () => swap(staging, target),
    discard: () => rmSync(staging, { recursive: true, force: true }),
  };
}

/** Whether a name is that of a staging folder whose process was killed before it could remove it. */
function isLeftover(name: string, prefix: string): boolean {
  if (!name.startsWith(prefix) || !/^\d+$/.test(name.slice(prefix.length))) return false;
  const owner = Number(name.slice(prefix.length));
  if (owner === process.pid) return true;
  try {
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

/** What no run writes is carried over, also when `--force` overwrites: it may be all that somebody has. */
function swap(staging: string, target: string): void {
  const previous = `${staging}-previous`;
  const existed = existsSync(target);
  if (existed) renameSync(target, previous);
  try {
    renameSync(staging, target);
  } catch (error) {
    if (existed) renameSync(previous, target);
    throw error;
  }
  if (!existed) return;
  for (const name of strangeNames(previous)) renameSync(join(previous, name), join(target, name));
  rmSync(previous, { recursive: true, force: true });
}

interface Obstacle {
  /** The rest of a sentence about the folder. */
  readonly text: string;
  /** The folder holds results, of another scenario. */
  readonly results: boolean;
}

/** What stands in the way; null when the folder may be replaced. */
function obstacleIn(target: string, scenario: string): Obstacle | null {
  if (!lstatSync(target).isDirectory()) return { text: "is a file, not a folder", results: false };
  const names = readdirSync(target);
  if (names.length === 0) return null;
  const other = names.includes("summary.json") ? scenarioOf(join(target, "summary.json")) : null;
  if (other === null) return { text: "holds something else than results of kubechurn", results: false };
  if (other === scenario) return null;
  return { text: `holds the results of the scenario ${printable(other)}`, results: true };
}

/** Names in a folder of results that no run writes. */
function strangeNames(folder: string): string[] {
  const known = new Set([...RESULT_FILES.map(({ name }) => name), ...OTHER_FILES]);
  return readdirSync(folder).filter((name) => !known.has(name));
}

/** Name of the scenario in a summary; null when it is none. */
export function scenarioOf(summary: string): string | null {
  try {
    const value: unknown = JSON.parse(readFileSync(summary, "utf8"));
    const name = typeof value === "object" && value !== null && "scenario" in value ? value.scenario : null;
    return typeof name === "string" ? name : null;
  } catch {
    return null;
  }
}

/** A failed file operation in a few words. */
export function reason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const known: Readonly<Record<string, string>> = {
    EACCES: "permission denied",
    EEXIST: "a file is in the way",
    ENOTDIR: "a part of the path is a file, not a folder",
    ENOSPC: "no space left",
    EROFS: "the file system is read-only",
    ENAMETOOLONG: "the name is too long",
    ENOENT: "there is no such file or folder",
    EISDIR: "this is a folder",
  };
  return known[code] ?? (error instanceof Error ? error.message : String(error));
}
