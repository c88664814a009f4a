/** `summary.json`: the run in one object, with stable key order and numbers rounded to fixed decimals. */

import type { Micros } from "../engine/duration.js";
import { formatObserver } from "../model/observation.js";
import type { FailoverRow, RunStory, Totals, Variant } from "../model/result.js";
import type { AssumptionInUse } from "../model/scenario.js";
import type { Scope } from "./scope.js";

export interface SummaryExtra {
  readonly assumptions: readonly AssumptionInUse[];
  /** Every file that was read, with the SHA-256 of its bytes in hexadecimal. */
  readonly inputs: readonly { readonly name: string; readonly sha256: string }[];
  /** Of kubechurn. */
  readonly version: string;
  readonly scope: Scope;
  /** What reading the input warned about; the run's own warnings are added behind. */
  readonly warnings: readonly string[];
}

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Seconds with 6 decimals; what does not apply is null. */
function seconds(time: Micros): number | null {
  return Number.isFinite(time) ? Math.round(time) / 1_000_000 : null;
}

/** Milliseconds with 3 decimals. */
function milliseconds(time: Micros): number | null {
  return Number.isFinite(time) ? Math.round(time) / 1_000 : null;
}

function ratio(part: number, whole: number): number | null {
  return whole > 0 ? Math.round((part * 1_000_000) / whole) / 1_000_000 : null;
}

/** Plain data for `JSON.stringify(…, null, 2)`; the same record and extra give the same text. */
export function summaryObject(
  record: RunStory,
  variants: readonly Variant[],
  extra: SummaryExtra,
): { readonly [key: string]: JsonValue } {
  return {
    scenario: record.scenario,
    description: record.description,
    kubechurn: extra.version,
    kubernetes: record.kubernetesVersion,
    seed: record.seed,
    run: record.run,
    fingerprint: record.fingerprint,
    warmup_s: seconds(record.warmup),
    duration_s: seconds(record.duration),
    ended_s: seconds(record.endedAt),
    simulated_events: record.dispatchedEvents,
    ...totalsObject(record.totals),
    traffic: record.entries.map(({ traffic, target, totals }) => ({ name: traffic, target, ...totalsObject(totals) })),
    holds_for: [...extra.scope.holdsFor],
    in_front: [...extra.scope.inFront],
    slack: {
      min_slack_s: seconds(record.minSlack),
      required_pre_stop_s: seconds(record.requiredPreStop),
      never_stopped: record.endless.map(formatObserver),
      held_to_the_end: record.heldToTheEnd.map(formatObserver),
    },
    rollouts: record.rollouts.map((rollout) => ({
      event: rollout.event,
      duration_s: seconds(rollout.duration),
      peak_pods: rollout.peakPods,
    })),
    failover: record.failover.map(failoverObject),
    variants: variants.map((variant) => ({
      label: variant.label,
      on_sigterm: variant.onSigterm,
      slow_watches: variant.slowWatches,
      requests: variant.totals.requests,
      failed: variant.totals.failed,
      success_ratio: ratio(variant.totals.ok, variant.totals.requests),
      min_slack_s: seconds(variant.minSlack),
      required_pre_stop_s: seconds(variant.requiredPreStop),
    })),
    assumptions: extra.assumptions.map((row) => ({
      path: row.path,
      set: row.set,
      what: row.what,
      value: row.value,
      status: row.status,
      default: row.isDefault,
    })),
    warnings: [...extra.warnings, ...record.warnings],
    inputs: extra.inputs.map(({ name, sha256 }) => ({ name, sha256 })),
  };
}

function totalsObject(totals: Totals): { readonly [key: string]: JsonValue } {
  return {
    requests: totals.requests,
    ok: totals.ok,
    failed: totals.failed,
    success_ratio: ratio(totals.ok, totals.requests),
    outcomes: Object.fromEntries(totals.outcomes.map(({ outcome, count }) => [outcome, count])),
    causes: Object.fromEntries(totals.causes.map(({ cause, count }) => [cause, count])),
    latency_ms: {
      p50: milliseconds(totals.latencyP50),
      p90: milliseconds(totals.latencyP90),
      p99: milliseconds(totals.latencyP99),
      max: milliseconds(totals.latencyMax),
    },
    dns: { questions: totals.dnsQuestions, failures: totals.dnsFailures },
  };
}

function failoverObject(row: FailoverRow): { readonly [key: string]: JsonValue } {
  return {
    event: row.event,
    t_s: seconds(row.t),
    action: row.action,
    object: row.object,
    traffic: row.traffic,
    target: row.target,
    detected_s: seconds(row.detected),
    api_s: seconds(row.api),
    slice_s: seconds(row.slice),
    rules_p50_s: seconds(row.rulesP50),
    rules_p99_s: seconds(row.rulesP99),
    rules_last_s: seconds(row.rulesLast),
    dns_last_s: seconds(row.dnsLast),
    first_failure_s: seconds(row.firstFailure),
    last_failure_s: seconds(row.lastFailure),
    unavailable_s: seconds(row.unavailable),
    failed_requests: row.failedRequests,
    failed_ratio: Number.isFinite(row.failedRatio) ? Math.round(row.failedRatio * 1_000_000) / 1_000_000 : null,
    lasted_s: seconds(row.lasted),
    requests_meanwhile: row.requestsMeanwhile,
    failed_ratio_meanwhile: ratio(row.failedRequests, row.requestsMeanwhile),
    min_slack_s: seconds(row.minSlack),
    recovered: row.recovered,
  };
}
