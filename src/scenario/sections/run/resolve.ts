/** The parts of `spec` about the run itself to their settings. */
import { formatDuration } from "../../../engine/duration.js";
import type { Scenario } from "../../../model/scenario.js";
import type { Resolution } from "../resolution.js";
import type { ResolvedSection } from "../resolved-section.js";
import type { RunSpec } from "./schema.js";

type Settings = Pick<Scenario, "seed" | "duration" | "warmup" | "sampling" | "observeAll" | "maxEvents">;

export function resolveRun(resolution: Resolution, given: RunSpec): ResolvedSection<RunSpec, Settings> {
  const { kubernetesVersion, seed, duration, warmup, start, sampling, observe, limits } = given;
  checkTimes(resolution, given);
  const { timelineInterval, requests } = sampling;
  return {
    spec: { kubernetesVersion, seed: String(seed), duration, warmup, start, sampling, observe, limits },
    settings: {
      seed: String(seed),
      duration: resolution.duration,
      warmup,
      sampling: {
        timelineInterval,
        requests: typeof requests === "string" ? { kind: requests } : { kind: "ratio", ratio: requests.ratio },
      },
      observeAll: observe === "all",
      maxEvents: limits.events,
    },
  };
}

function checkTimes(resolution: Resolution, { warmup, sampling }: RunSpec): void {
  const { duration } = resolution;
  if (duration === 0) resolution.error(["duration"], "must be above 0");
  else if (duration !== null && duration <= warmup) {
    const message = `the warm-up ${formatDuration(warmup)} leaves nothing of the duration ${formatDuration(duration)}`;
    resolution.error(["duration"], message, "the duration includes the warm-up");
  }
  if (sampling.timelineInterval === 0) resolution.error(["sampling", "timelineInterval"], "must be above 0");
}
