/**
 * Slack: the margin of a termination. It is the moment at which a pod's process stops accepting minus the moment at
 * which an observer stopped sending to it; negative slack is exposure, whether or not a request happened to fall into it.
 */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import { type Observer, observerKind } from "../model/observation.js";
import type { TerminationRow } from "../model/result.js";
import { grouped } from "./grouped.js";

/** The end of a pod, as far as it is known. */
export interface EndedPod {
  /** "namespace/name". */
  readonly pod: string;
  readonly node: string;
  /** When its deletion was committed; NaN if it was not deleted. */
  readonly deletedAt: Micros;
  /** When its process stopped accepting, for good. */
  readonly stopsAcceptingAt: Micros;
  /** What that was due to. */
  readonly fact: FactId;
  /** Its longest preStop sleep. */
  readonly preStop: Micros;
}

/** While an observer sent to a pod: from its rules' (or records') programming to their replacement. */
export interface UsedInterval {
  readonly observer: Observer;
  readonly pod: string;
  readonly from: Micros;
  /** Infinity while the observer still did at the end of the run. */
  readonly until: Micros;
  /** Nothing would have ended it, however long the run had been. Left out: something would. */
  readonly endless?: boolean;
}

export interface SlackReport {
  readonly rows: readonly TerminationRow[];
  /** Over graceful terminations only: no preStop hook helps against a crash. NaN without any. */
  readonly minSlack: Micros;
  /**
   * Largest (preStop − slack): the sleep that would have left no exposure in this run. NaN without terminations, Infinity
   * where no sleep would do.
   */
  readonly requiredPreStop: Micros;
  /** Who would never have stopped sending to a pod that was terminated gracefully. */
  readonly endless: readonly Observer[];
  /** Whose connections to such a pod were held until it closed them, and lost requests by that. */
  readonly heldToTheEnd: readonly Observer[];
}

/** Rows by pod in the order given, then by observer in the order of `used`. */
export function slackReport(
  ended: readonly EndedPod[],
  used: readonly UsedInterval[],
  failedRequests: (pod: string, observer: Observer) => number,
): SlackReport {
  const rows: TerminationRow[] = [];
  let minSlack = Number.POSITIVE_INFINITY;
  let requiredPreStop = Number.NEGATIVE_INFINITY;
  const endless = new Set<Observer>();
  const heldToTheEnd = new Set<Observer>();
  const byPod = grouped(used, ({ pod }) => pod);
  for (const end of ended) {
    for (const interval of lastIntervals(byPod.get(end.pod) ?? [])) {
      const slack = end.stopsAcceptingAt - interval.until;
      const failed = failedRequests(end.pod, interval.observer);
      rows.push({
        pod: end.pod,
        node: end.node,
        observer: interval.observer,
        deletedAt: end.deletedAt,
        stopsAcceptingAt: end.stopsAcceptingAt,
        rulesAppliedAt: interval.until === Number.POSITIVE_INFINITY ? Number.NaN : interval.until,
        slack: slack === Number.NEGATIVE_INFINITY ? Number.NaN : slack,
        failedRequests: failed,
      });
      if (!(end.deletedAt <= end.stopsAcceptingAt)) continue;
      const { observer } = interval;
      if (!observerKind(observer).margin) {
        if (slack <= 0 && failed > 0) heldToTheEnd.add(observer);
        continue;
      }
      if (interval.endless === true) endless.add(observer);
      if (slack === Number.NEGATIVE_INFINITY) continue;
      minSlack = Math.min(minSlack, slack);
      requiredPreStop = Math.max(requiredPreStop, end.preStop - slack);
    }
  }
  const known = minSlack !== Number.POSITIVE_INFINITY;
  return {
    rows,
    minSlack: known ? minSlack : Number.NaN,
    requiredPreStop: endless.size > 0 ? Number.POSITIVE_INFINITY : known ? Math.max(0, requiredPreStop) : Number.NaN,
    endless: [...endless],
    heldToTheEnd: [...heldToTheEnd],
  };
}

/** For each observer the last interval in which it used the pod. */
function lastIntervals(intervals: readonly UsedInterval[]): UsedInterval[] {
  const last = new Map<Observer, UsedInterval>();
  for (const interval of intervals) {
    const known = last.get(interval.observer);
    if (known === undefined || interval.until > known.until) last.set(interval.observer, interval);
  }
  return [...last.values()];
}
