/** What the API said of each pod over time: when it contradicted that the pod is usable, and when it deleted it. */
import { type Micros, SECOND } from "../engine/duration.js";
import type { Commit, CommitFeed } from "../model/commit-feed.js";
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

export class PodHistories implements PodTruth {
  private readonly stories = new Map<string, PodStory>();

  constructor(feed: CommitFeed) {
    feed.onCommit("Pod", (commit) => this.observe(commit));
  }

  contradictedAt(pod: string, since: Micros): Micros {
    for (const { from, until } of this.stories.get(pod)?.contradictions ?? []) if (until > since) return from;
    return Number.NaN;
  }

  /** When the pod's deletion was committed; NaN if it never was. */
  deletedAt(pod: string): Micros {
    return this.stories.get(pod)?.deletedAt ?? Number.NaN;
  }

  /** The longest preStop sleep of the pod's containers, as far as its grace period lets it pass. */
  preStopOf(pod: string): Micros {
    return this.stories.get(pod)?.preStop ?? 0;
  }

  private observe({ object, previous, deleted, time, key }: Commit<"Pod">): void {
    let story = this.stories.get(key);
    if (story === undefined || previous === null) {
      const sleeps = object.spec.containers.map((container) => container.preStopSleepSeconds ?? 0);
      const grace = object.spec.terminationGracePeriodSeconds;
      const preStop = Math.round(Math.min(grace, Math.max(0, ...sleeps)) * SECOND);
      story = { contradictions: [], deletedAt: Number.NaN, preStop };
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
