/** The EndpointSlices of one Service in the order in which an observer came to know them. */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import { BelievedSlices, EVERY_ENDPOINT } from "./believed-slices.js";
import type { EndpointSlice } from "./objects.js";
import type { BeliefChange, Observation, Observer } from "./observation.js";
import { sumOfDifferences } from "./sum-of-differences.js";

/** A write of a slice, as readers of the API get it. */
export interface SliceWrite {
  /** When it was committed. */
  readonly time: Micros;
  readonly key: string;
  readonly object: EndpointSlice;
  readonly deleted: boolean;
  readonly fact: FactId;
}

interface KnownWrite extends SliceWrite {
  readonly knownAt: Micros;
}

export class SliceHistory {
  private readonly writes: KnownWrite[] = [];

  /** Times must not go back. */
  add({ time, key, object, deleted, fact }: SliceWrite, knownAt: Micros): void {
    this.writes.push({ time, key, object, deleted, fact, knownAt });
  }

  observation(observer: Observer, service: string): Observation {
    return {
      observer,
      service,
      beliefs: this.beliefs(),
      changes: this.writes.map(({ time, knownAt, fact }) => ({ committedAt: time, appliedAt: knownAt, fact })),
    };
  }

  private beliefs(): BeliefChange[] {
    const believed = new BelievedSlices(EVERY_ENDPOINT);
    const first = this.writes.findIndex(({ knownAt }) => knownAt > 0);
    const early = first < 0 ? this.writes : this.writes.slice(0, first);
    const slices = new Map<string, EndpointSlice>();
    for (const { key, object, deleted } of early) {
      if (deleted) slices.delete(key);
      else slices.set(key, object);
    }
    const initial = sumOfDifferences([...slices].map(([key, slice]) => believed.apply(key, slice)));
    return [
      ...early.slice(-1).map(({ knownAt }) => ({ at: knownAt, ...initial })),
      ...this.writes.slice(early.length).map(({ key, object, deleted, knownAt }) => ({
        at: knownAt,
        ...believed.apply(key, deleted ? null : object),
      })),
    ];
  }
}
