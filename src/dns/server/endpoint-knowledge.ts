/** What a CoreDNS replica has known of the endpoints of Services: the slices in its index, with the times at which they came. */
import type { Micros } from "../../engine/duration.js";
import type { EndpointObserver, Observation, Observer } from "../../model/observation.js";
import { SliceHistory, type SliceWrite } from "../../model/slice-history.js";

export class EndpointKnowledge implements EndpointObserver {
  readonly observer: Observer;
  private readonly services = new Map<string, SliceHistory>();

  /** `replica`: "namespace/name" of the pod. */
  constructor(replica: string) {
    this.observer = { kind: "coredns", name: replica };
  }

  /** A slice of this Service has come into the index. */
  learn(service: string, write: SliceWrite, now: Micros): void {
    const history = this.services.get(service) ?? new SliceHistory();
    this.services.set(service, history);
    history.add(write, now);
  }

  observation(service: string): Observation | null {
    return this.services.get(service)?.observation(this.observer, service) ?? null;
  }
}
