/**
 * A parsed scenario and the objects of its manifests to the Scenario that is run: every reference looked up, everything
 * that cannot be run reported. Each section completes what was written and makes its settings of that.
 */
import type { Scenario } from "../model/scenario.js";
import { assumptionsInUse } from "./assumptions-in-use.js";
import type { Report } from "./diagnostic.js";
import type { ScenarioSpec } from "./schema.js";
import { resolveChurn } from "./sections/churn/resolve.js";
import { resolveCluster } from "./sections/cluster/resolve.js";
import { Resolution, type Surroundings } from "./sections/resolution.js";
import type { ResolvedSection } from "./sections/resolved-section.js";
import { resolveRun } from "./sections/run/resolve.js";
import { SETTLED } from "./sections/run/schema.js";
import { checkSchedulable } from "./sections/schedulable.js";
import { resolveTraffic } from "./sections/traffic/resolve.js";
import { resolveWorkloads } from "./sections/workloads/resolve.js";

export interface ScenarioInput extends Surroundings {
  /** As parsed. */
  readonly spec: ScenarioSpec;
  readonly metadata: { readonly name: string; readonly description: string };
}

export type ResolvedScenario = ResolvedSection<ScenarioSpec, Scenario>;

/** Null when the report holds an error, whoever put it there. */
export function resolveScenario(input: ScenarioInput, report: Report): ResolvedScenario | null {
  const given = input.spec;
  const duration = given.duration === SETTLED ? null : given.duration;
  const resolution = new Resolution(input, duration, given.cluster.components.coredns.replicas, report);
  const cluster = resolveCluster(resolution, given.cluster, given.kubernetesVersion);
  checkSchedulable(resolution, cluster.settings.nodePools, cluster.settings.coreDns.replicas);
  const workloads = resolveWorkloads(resolution, given.workloads, input.objects);
  const traffic = resolveTraffic(resolution, given.traffic, cluster.settings, given.limits.events);
  const churn = resolveChurn(resolution, given.churn, cluster.settings);
  const run = resolveRun(resolution, given);
  if (report.failed) return null;
  const spec: ScenarioSpec = {
    ...run.spec,
    cluster: cluster.spec,
    manifests: [],
    workloads: [...workloads.spec],
    traffic: [...traffic.spec],
    churn: [...churn.spec],
  };
  const scenario: Scenario = {
    ...input.metadata,
    ...run.settings,
    cluster: cluster.settings,
    ...workloads.settings,
    traffic: traffic.settings,
    churn: churn.settings,
    inFront: input.inFront ?? [],
    assumptions: [],
  };
  return { spec, settings: { ...scenario, assumptions: assumptionsInUse(scenario, spec, given) } };
}
