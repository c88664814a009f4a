/**
 * What caused the next write of a Service's slices, by the clock of conditions (endpointslice
 * `util/trigger_time_tracker.go`, 1.36): the value of `endpoints.kubernetes.io/last-change-trigger-time`.
 */
import type { RevisionOf } from "../apiserver/log.js";
import { formatDuration, type Micros } from "../engine/duration.js";
import type { Pod } from "../model/objects.js";

export class TriggerTimes {
  /** Last seen transition of each pod's Ready condition, by Service. */
  private readonly seen = new Map<string, ReadonlyMap<string, Micros>>();

  /**
   * The earliest Ready transition that is newer than what was seen at the last call, as simulated time; the Service's
   * creation at the first call; null when no pod has flipped (a mere deletion is no flip).
   */
  next(service: RevisionOf<"Service">, pods: readonly Pod[]): string | null {
    const former = this.seen.get(service.key);
    const seen = new Map<string, Micros>();
    let trigger = former === undefined ? service.object.metadata.creationTimestamp : Number.POSITIVE_INFINITY;
    for (const pod of pods) {
      const time = pod.status.ready.lastTransitionTime;
      const last = former?.get(pod.metadata.name) ?? 0;
      seen.set(pod.metadata.name, time);
      if (former !== undefined && time > last) trigger = Math.min(trigger, time);
    }
    this.seen.set(service.key, seen);
    return trigger === Number.POSITIVE_INFINITY ? null : formatDuration(trigger);
  }

  forget(serviceKey: string): void {
    this.seen.delete(serviceKey);
  }
}
