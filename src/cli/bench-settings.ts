/** The settings of a bench: every combination of what is varied. */
import type { Scenario } from "../model/scenario.js";
import { NAMED_WORKLOADS, type Workload } from "../model/workload.js";
import { CommandError } from "./exit.js";

export interface BenchSetting {
  /** For instance "preStop 5 s, duration=60s"; empty where nothing is varied. */
  readonly label: string;
  /** `path=value` pairs for `--set`. */
  readonly set: readonly string[];
  /** Seconds of sleep before SIGTERM in every Deployment; null: as shipped. */
  readonly preStop: number | null;
}

/** Most combinations of one bench. */
const MOST_SETTINGS = 1_000;

/** All combinations of `--vary path=a,b` pairs and preStop sleeps, in the order given. Throws CommandError. */
export function benchSettings(vary: readonly string[], preStops: readonly number[]): BenchSetting[] {
  let settings: BenchSetting[] = preStops.map((preStop) => ({ label: `preStop ${preStop} s`, set: [], preStop }));
  if (settings.length === 0) settings = [{ label: "", set: [], preStop: null }];
  for (const pair of vary) {
    const equals = pair.indexOf("=");
    const values = equals < 1 ? [] : splitValues(pair.slice(equals + 1));
    if (values.length === 0 || values.includes("")) {
      throw new CommandError(
        `cannot read --vary ${pair}`,
        "write --vary path=value,value, for instance duration=30s,60s",
      );
    }
    const pairs = values.map((value) => `${pair.slice(0, equals)}=${value}`);
    settings = settings.flatMap(({ label, set, preStop }) =>
      pairs.map((each) => ({ label: label === "" ? each : `${label}, ${each}`, set: [...set, each], preStop })),
    );
    if (settings.length > MOST_SETTINGS)
      throw new CommandError(`more than ${MOST_SETTINGS} settings`, "vary less at once");
  }
  return settings;
}

/** Values between commas that stand in no bracket: "1s,{uniform: {min: 1s, max: 2s}}" are two. */
export function splitValues(text: string): string[] {
  const values: string[] = [""];
  let depth = 0;
  for (const character of text) {
    if (character === "{" || character === "[") depth++;
    if (character === "}" || character === "]") depth--;
    if (character === "," && depth <= 0) values.push("");
    else values[values.length - 1] += character;
  }
  return values.map((value) => value.trim());
}

/** The scenario with this preStop sleep in every container of its workloads; 0 means no hook. */
export function withPreStop(scenario: Scenario, seconds: number | null): Scenario {
  if (seconds === null) return scenario;
  const preStopSleepSeconds = seconds === 0 ? null : seconds;
  return {
    ...scenario,
    objects: scenario.objects.map((object) => {
      const kind = NAMED_WORKLOADS.find((each) => each.kind === object.kind);
      if (kind === undefined) return object;
      const workload = object as Workload;
      const template = kind.template(workload);
      const containers = template.spec.containers.map((container) => ({ ...container, preStopSleepSeconds }));
      return kind.withTemplate(workload, { ...template, spec: { ...template.spec, containers } });
    }),
  };
}
