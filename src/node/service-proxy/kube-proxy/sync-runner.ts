/**
 * When kube-proxy's runner starts the next sync: the BoundedFrequencyRunner in its two versions, as pure functions.
 *
 * Since v1.34 (pkg/proxy/runner/bounded_frequency_runner.go): the first request runs at once, the next run starts at the
 * earliest one minimum interval after the completion of the last. Until v1.33 (pkg/util/async/bounded_frequency_runner.go):
 * a token bucket with a burst of two whose token is taken at the start; a request that finds no token is deferred to one
 * minimum interval after the last completion, unless a later request finds a token before.
 */
import { HOUR, type Micros } from "../../../engine/duration.js";

export interface RunnerRules {
  /** True for the runner of v1.34 and later. */
  readonly leadingEdge: boolean;
  readonly minInterval: Micros;
}

/** A run without any request starts so long after the last completion (proxyutil.FullSyncPeriod). */
export const MAX_INTERVAL: Micros = HOUR;

/** The bucket that no run has touched for long. */
export const FULL_BUCKET: Micros = Number.NEGATIVE_INFINITY;

/** Requests to run that no run has answered yet. */
export interface RunRequests {
  /** Time of the first request at or after `time`; Infinity when none is known. */
  firstFrom(time: Micros): Micros;
}

/**
 * Earliest time at which a request may start a run at once. `completed` is the end of the last run, `bucket` the state
 * of the token bucket: a token is there from `bucket` − minInterval on.
 */
export function earliestStart(runner: RunnerRules, completed: Micros, bucket: Micros): Micros {
  if (runner.leadingEdge) return completed + runner.minInterval;
  return Math.max(completed, bucket - runner.minInterval);
}

/** Start of the next run, as far as the requests are known; Infinity without requests. */
export function nextStart(runner: RunnerRules, completed: Micros, bucket: Micros, requests: RunRequests): Micros {
  const first = requests.firstFrom(Number.NEGATIVE_INFINITY);
  const earliest = earliestStart(runner, completed, bucket);
  if (first >= earliest) return first;
  if (runner.leadingEdge || earliest === completed) return earliest;
  return Math.min(completed + runner.minInterval, requests.firstFrom(earliest));
}

/** State of the token bucket after a run that starts at `start`. */
export function bucketAfter(runner: RunnerRules, bucket: Micros, start: Micros): Micros {
  return Math.max(start, bucket) + runner.minInterval;
}
