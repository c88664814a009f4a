/** Opens scenario texts and runs them to the rows of a run. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { DnsRow, RequestRow, RunRecord } from "../../src/model/result.js";
import type { Scenario } from "../../src/model/scenario.js";
import { RESULT_FILES } from "../../src/report/csv/result-files.js";
import { Report } from "../../src/scenario/diagnostic.js";
import type { Files } from "../../src/scenario/load.js";
import { openScenario } from "../../src/scenario/open.js";
import { simulate } from "../../src/simulate.js";

export interface OpenOptions {
  readonly seed?: string;
  /** `path=value` pairs below `spec`. */
  readonly set?: readonly string[];
}

/** Text of a shipped scenario, for instance "rolling-update". */
export function shippedText(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../../scenarios/${name}.yaml`, import.meta.url)), "utf8");
}

/** The scenario of a YAML text. Throws what the report says when there is an error. */
export function open(text: string, options: OpenOptions = {}): Scenario {
  const files: Files = { read: () => ({ ok: true, text }), glob: () => [], list: () => [] };
  const report = new Report();
  const { scenario } = openScenario(files, { files: ["test.yaml"], ...options }, report);
  if (scenario !== null && !report.failed) return scenario;
  const errors = report.sorted().map(({ location, path, message }) => `${location.line}: ${path}: ${message}`);
  throw new Error(`${errors.join("\n")}\n\n${text}`);
}

/** A record whose rows have all been read. */
export interface ReadRecord extends RunRecord {
  readonly requests: readonly RequestRow[];
  readonly lookups: readonly DnsRow[];
}

export function readRecord(record: RunRecord): ReadRecord {
  return { ...record, requests: [...record.requests], lookups: [...record.lookups] };
}

/** Runs a scenario to its end, `chunk` events at a time. */
export function run(scenario: Scenario, repetition = 0, chunk = 1e9): ReadRecord {
  const started = simulate(scenario, repetition);
  while (started.advance(chunk));
  return readRecord(started.finish());
}

/** Text of one of a run's CSV files, for instance "requests.csv". */
export function csvText(record: RunRecord, name: string): string {
  const file = RESULT_FILES.find((each) => each.name === name);
  if (file === undefined) throw new Error(`no file ${name}`);
  return [...file.chunks(record)].join("");
}

/** Texts of all CSV files, by name. */
export function csvTexts(record: RunRecord): Record<string, string> {
  return Object.fromEntries(RESULT_FILES.map(({ name }) => [name, csvText(record, name)]));
}
