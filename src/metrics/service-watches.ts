/**
 * The Services that a run measures: those behind traffic targets, and others that somebody sends to, such as the upstreams
 * of a proxy. Endpoints, terminations, pods and rollouts are those of all of them; timelines are those of targets.
 */
import type { CommitFeed } from "../model/commit-feed.js";
import { keyOf, type Service } from "../model/objects.js";
import { ServiceWatch } from "./service-watch.js";

export class ServiceWatches implements Iterable<ServiceWatch> {
  private readonly byKey = new Map<string, ServiceWatch>();

  constructor(private readonly feed: CommitFeed) {}

  /** The one watch of a Service. It sees what is committed after it was first asked for. */
  of(service: Service): ServiceWatch {
    const key = keyOf(service);
    const watch = this.byKey.get(key) ?? new ServiceWatch(this.feed, service);
    this.byKey.set(key, watch);
    return watch;
  }

  /** In the order in which they were first asked for. */
  [Symbol.iterator](): IterableIterator<ServiceWatch> {
    return this.byKey.values();
  }
}
