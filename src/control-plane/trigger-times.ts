/**
 * What caused the next write of a Service's slices, by the clock of conditions (endpointslice
 * `util/trigger_time_tracker.go`, 1.36): the value of `endpoints.kubernetes.io/last-change-trigger-time`.
 */
import type { RevisionOf } from "../apiserver/log.js";
import { formatDuration } from "../engine/duration.js";
import type { Pod } from "../model/objects.js";

export class TriggerTimes {
  /** The pods of the last call, by Service. */
  private readonly seen = new Map<string, readonly Pod[]>();

  /**
   * The earliest Ready transition that is newer than what was seen at the last call, as simulated time; the Service's
   * creation at the first call; null when no pod has flipped (a mere deletion is no flip). `pods` are sorted by name.
   */
  next(service: RevisionOf<"Service">, pods: readonly Pod[]): string | null {
    const former = this.seen.get(service.key);
    this.seen.set(service.key, pods);
    if (former === undefined) return formatDuration(service.object.metadata.creationTimestamp);
    let trigger = Number.POSITIVE_INFINITY;
    let place = 0;
    for (const pod of pods) {
      if (former[place] === pod) {
        place++;
        continue;
      }
      while (place < former.length && nameOf(former[place]!) < nameOf(pod)) place++;
      const before = former[place];
      const time = pod.status.ready.lastTransitionTime;
      const last = before !== undefined && nameOf(before) === nameOf(pod) ? before.status.ready.lastTransitionTime : 0;
      if (time > last) trigger = Math.min(trigger, time);
    }
    return trigger === Number.POSITIVE_INFINITY ? null : formatDuration(trigger);
  }

  forget(serviceKey: string): void {
    this.seen.delete(serviceKey);
  }
}

function nameOf(pod: Pod): string {
  return pod.metadata.name;
}
