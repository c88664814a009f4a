/**
 * The same scenario under other assumptions. What a server does at SIGTERM is the guess that decides most, and slow
 * watches are the weather that a run is not told of: so the answer comes for each of them.
 */
import { compile } from "../engine/distribution.js";
import { SECOND } from "../engine/duration.js";
import type { RunRecord, Variant } from "../model/result.js";
import { type Scenario, withSigterm } from "../model/scenario.js";
import type { SigtermBehaviour } from "../model/settings.js";

const BEHAVIOURS: readonly SigtermBehaviour[] = ["finish", "exit", "ignore"];

const LABELS: Readonly<Record<SigtermBehaviour, string>> = {
  finish: "finish at SIGTERM",
  exit: "exit at SIGTERM",
  ignore: "ignore SIGTERM until SIGKILL",
};

const SLOW_P99 = SECOND;

export interface PlannedVariant {
  readonly label: string;
  readonly onSigterm: SigtermBehaviour;
  readonly slowWatches: boolean;
  /** Null: this is the run itself. */
  readonly scenario: Scenario | null;
}

/** The three behaviours, the run itself among them when all its servers agree; then watches with p99 = 1 s. */
export function plannedVariants(scenario: Scenario): PlannedVariant[] {
  const own = ownBehaviour(scenario);
  const behaviours = BEHAVIOURS.map((onSigterm): PlannedVariant => {
    const isOwn = onSigterm === own;
    return {
      label: isOwn ? `${LABELS[onSigterm]} (this run)` : LABELS[onSigterm],
      onSigterm,
      slowWatches: false,
      scenario: isOwn ? null : withSigterm(scenario, onSigterm),
    };
  });
  const slow = withSlowWatches(scenario);
  if (slow === null) return behaviours;
  const onSigterm = own ?? scenario.defaultWorkload.onSigterm;
  const label = `${own ?? "as given"}, watches with p99 = 1 s`;
  return [...behaviours, { label, onSigterm, slowWatches: true, scenario: slow }];
}

export function variantOf({ label, onSigterm, slowWatches }: PlannedVariant, record: RunRecord): Variant {
  const { totals, minSlack, requiredPreStop } = record;
  return { label, onSigterm, slowWatches, totals, minSlack, requiredPreStop };
}

/** What every workload of the scenario does; null when they differ. */
function ownBehaviour({ defaultWorkload, workloads }: Scenario): SigtermBehaviour | null {
  const all = workloads.flatMap(({ settings, images }) => [settings, ...Object.values(images)]);
  return all.every(({ onSigterm }) => onSigterm === defaultWorkload.onSigterm) ? defaultWorkload.onSigterm : null;
}

/** The median stays, one delivery in a hundred takes a second; null when they are that slow already. */
function withSlowWatches(scenario: Scenario): Scenario | null {
  const { delays } = scenario.cluster;
  const given = compile(delays.watchDelivery);
  if (given.quantile(0.99) >= SLOW_P99) return null;
  const watchDelivery = { kind: "lognormal", median: given.quantile(0.5), p99: SLOW_P99 } as const;
  return { ...scenario, cluster: { ...scenario.cluster, delays: { ...delays, watchDelivery } } };
}
