/** What the log says about pods over time, kept for verdicts, slack and the timeline. */
import type { ApiLog, RevisionOf } from "../apiserver/log.js";
import type { Micros } from "../engine/duration.js";
import type { PodTruth } from "../model/recording.js";

interface Contradiction {
  readonly from: Micros;
  /** Infinity while the pod has not become usable again. */
  until: Micros;
}

interface PodStory {
  /** While the log contradicted that the pod is a usable endpoint, ascending. */
  readonly contradictions: Contradiction[];
  deletedAt: Micros;
  preStop: Micros;
}

export class LoggedTruth implements PodTruth {
  private readonly stories = new Map<string, PodStory>();

  constructor(log: ApiLog) {
    log.onCommit("Pod", (revision) => this.observe(revision as RevisionOf<"Pod">));
  }

  contradictedAt(pod: string, since: Micros): Micros {
    for (const { from, until } of this.stories.get(pod)?.contradictions ?? []) if (until > since) return from;
    return Number.NaN;
  }

  /** When the pod's deletion was committed; NaN if it never was. */
  deletedAt(pod: string): Micros {
    return this.stories.get(pod)?.deletedAt ?? Number.NaN;
  }

  /** The longest preStop sleep of the pod's containers. */
  preStopOf(pod: string): Micros {
    return this.stories.get(pod)?.preStop ?? 0;
  }

  private observe(revision: RevisionOf<"Pod">): void {
    const { object, previous, deleted, time, key } = revision;
    let story = this.stories.get(key);
    if (story === undefined || previous === null) {
      const sleeps = object.spec.containers.map((container) => container.preStopSleepSeconds ?? 0);
      story = { contradictions: [], deletedAt: Number.NaN, preStop: Math.max(0, ...sleeps) * 1_000_000 };
      this.stories.set(key, story);
    }
    const wasUsable =
      previous?.object.status.ready.status === true && previous.object.metadata.deletionTimestamp === null;
    const isUsable = !deleted && object.status.ready.status && object.metadata.deletionTimestamp === null;
    const newest = story.contradictions.at(-1);
    if (wasUsable && !isUsable) story.contradictions.push({ from: time, until: Number.POSITIVE_INFINITY });
    else if (!wasUsable && isUsable && newest !== undefined) newest.until = time;
    const beginsToEnd = deleted || object.metadata.deletionTimestamp !== null;
    if (beginsToEnd && Number.isNaN(story.deletedAt)) story.deletedAt = time;
  }
}
