/**
 * The same scenario under other assumptions. What a server does at SIGTERM is the guess that decides most, and slow
 * watches are the weather that a run is not told of: so the answer comes for each of them.
 */
import type { Variant } from "../model/result.js";
import { type Scenario, withSigterm } from "../model/scenario.js";
import type { SigtermBehaviour } from "../model/settings.js";
import type { Case } from "./case.js";
import type { Experiment } from "./experiment.js";

import { withSlowWatches } from "./transformations/with-slow-watches.js";

const BEHAVIOURS: readonly SigtermBehaviour[] = ["finish", "exit", "ignore"];

const LABELS: Readonly<Record<SigtermBehaviour, string>> = {
  finish: "finish at SIGTERM",
  exit: "exit at SIGTERM",
  ignore: "ignore SIGTERM until SIGKILL",
};

type VariantCase = Case & Pick<Variant, "onSigterm" | "slowWatches">;

/**
 * The three behaviours, then watches with p99 = 1 s. The behaviour that all servers of the scenario have is the scenario
 * itself, the very same object: whoever has its first run need not run it again.
 */
export function variants(scenario: Scenario): Experiment<Variant[]> {
  const cases = [...sigtermCases(scenario), ...slowWatchCases(scenario)];
  return {
    cases,
    conclude: (briefs) =>
      briefs.map(({ totals, minSlack, requiredPreStop }, index) => {
        const { label, onSigterm, slowWatches } = cases[index] as VariantCase;
        return { label, onSigterm, slowWatches, totals, minSlack, requiredPreStop };
      }),
  };
}

function sigtermCases(scenario: Scenario): VariantCase[] {
  const own = ownBehaviour(scenario);
  return BEHAVIOURS.map((onSigterm) => {
    const label = LABELS[onSigterm];
    return onSigterm === own
      ? { label: `${label} (this run)`, onSigterm, slowWatches: false, scenario, run: 0 }
      : { label, onSigterm, slowWatches: false, scenario: withSigterm(scenario, onSigterm), run: 0 };
  });
}

function slowWatchCases(scenario: Scenario): VariantCase[] {
  const slow = withSlowWatches(scenario);
  if (slow === null) return [];
  const own = ownBehaviour(scenario);
  const onSigterm = own ?? scenario.defaultWorkload.onSigterm;
  const label = `${own ?? "as given"}, watches with p99 = 1 s`;
  return [{ label, onSigterm, slowWatches: true, scenario: slow, run: 0 }];
}

/** What every workload of the scenario does; null when they differ. */
function ownBehaviour({ defaultWorkload, workloads }: Scenario): SigtermBehaviour | null {
  const all = workloads.flatMap(({ settings, images }) => [settings, ...Object.values(images)]);
  return all.every(({ onSigterm }) => onSigterm === defaultWorkload.onSigterm) ? defaultWorkload.onSigterm : null;
}
