/**
 * A parsed scenario and the objects of its manifests to the Scenario that is run: every reference looked up, everything
 * that cannot be run reported.
 */
import { formatDuration } from "../engine/duration.js";
import type { Scenario } from "../model/scenario.js";
import { assumptionsInUse } from "./assumptions-in-use.js";
import type { Report } from "./diagnostic.js";
import { resolveChurn } from "./sections/churn/resolve.js";
import { resolveCluster } from "./sections/cluster/resolve.js";
import { Resolution, type ScenarioInput } from "./sections/resolution.js";
import { resolveTraffic } from "./sections/traffic/resolve.js";
import { resolveWorkloads } from "./sections/workloads/resolve.js";

export type { ScenarioInput } from "./sections/resolution.js";

/** Null when the report holds an error, whoever put it there. */
export function resolveScenario(input: ScenarioInput, report: Report): Scenario | null {
  const resolution = new Resolution(input, report);
  const { spec, metadata, objects } = input;
  const cluster = resolveCluster(resolution);
  const { workloads, defaultWorkload } = resolveWorkloads(resolution);
  const traffic = resolveTraffic(resolution, cluster);
  const churn = resolveChurn(resolution, cluster);
  checkTimes(resolution);
  const { requests } = spec.sampling;
  const scenario: Scenario = {
    name: metadata.name,
    description: metadata.description,
    seed: String(spec.seed),
    duration: resolution.duration,
    warmup: spec.warmup,
    cluster,
    objects,
    workloads,
    defaultWorkload,
    traffic,
    churn,
    sampling: {
      timelineInterval: spec.sampling.timelineInterval,
      requests: typeof requests === "string" ? { kind: requests } : { kind: "ratio", ratio: requests.ratio },
    },
    observeAll: spec.observe === "all",
    maxEvents: spec.limits.events,
    assumptions: [],
  };
  return report.failed ? null : { ...scenario, assumptions: assumptionsInUse(scenario) };
}

function checkTimes(resolution: Resolution): void {
  const { warmup, sampling } = resolution.spec;
  const { duration } = resolution;
  if (duration === 0) resolution.error(["duration"], "must be above 0");
  else if (duration !== null && duration <= warmup) {
    const message = `the warm-up ${formatDuration(warmup)} leaves nothing of the duration ${formatDuration(duration)}`;
    resolution.error(["duration"], message, "the duration includes the warm-up");
  }
  if (sampling.timelineInterval === 0) resolution.error(["sampling", "timelineInterval"], "must be above 0");
}
