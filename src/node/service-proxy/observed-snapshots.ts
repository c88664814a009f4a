/**
 * What each snapshot of a Service changes in the beliefs of whoever follows the snapshots: worked out once for all nodes.
 * What a node's sync changed is a sum of these.
 */
import type { Micros } from "../../engine/duration.js";
import { BelievedSlices, type SliceReading } from "../../model/believed-slices.js";
import type { EndpointUse } from "../../model/endpoint-use.js";
import type { AppliedChange, BeliefChange, BeliefDifference, EndpointDifference } from "../../model/observation.js";
import { sumOfDifferences } from "../../model/sum-of-differences.js";
import type { EndpointSnapshot } from "./endpoint-snapshot.js";
import { CLUSTER_POLICY, type ClientPlace, type TrafficPolicy } from "./traffic-policy.js";

/** As kube-proxy merges slices (endpoint-snapshot.ts), with what its policy lets it use. */
function proxied(use: EndpointUse): SliceReading {
  return { portsOf: ({ ports }) => ports, identityOf: ({ text }) => text, use };
}

/** What each snapshot changes for the places of one class. */
interface PlaceClass {
  readonly policy: TrafficPolicy;
  readonly name: string;
  readonly believed: BelievedSlices;
  readonly differences: BeliefDifference[];
}

/** One snapshot as a node had it in force. */
export interface AppliedSnapshot {
  /** End of the sync that programmed it. For the rules at time zero: when the snapshot was committed. */
  readonly at: Micros;
  readonly snapshot: EndpointSnapshot;
}

export class ObservedSnapshots {
  private readonly classes: PlaceClass[] = [];

  /** `snapshots`: those of one Service; the list may grow. */
  constructor(private readonly snapshots: readonly EndpointSnapshot[]) {}

  /** What a data plane at `place` that had these snapshots in force, oldest first, came to believe with each. */
  beliefs(applied: readonly AppliedSnapshot[], place: ClientPlace, policy = CLUSTER_POLICY): BeliefChange[] {
    const placeClass = this.classOf(place, policy);
    const first = Math.max(0, applied.filter(({ at }) => at <= 0).length - 1);
    let former: EndpointSnapshot | null = null;
    return applied.slice(first).map(({ at, snapshot }) => {
      const difference = this.between(placeClass, former, snapshot);
      former = snapshot;
      return { at, ...difference };
    });
  }

  /**
   * When the writes since time zero were applied by that node. What a node that died at `lostAt` had not applied by then
   * it never will: a dead node is not late.
   */
  changes(applied: readonly AppliedSnapshot[], lostAt = Number.POSITIVE_INFINITY): AppliedChange[] {
    const changes: AppliedChange[] = [];
    let next = 0;
    for (const { index, committedAt, write } of this.snapshots) {
      if (committedAt < 0 || committedAt >= lostAt) continue;
      while (next < applied.length && (applied[next]?.snapshot.index ?? 0) < index) next++;
      const appliedAt = applied[next]?.at ?? Number.POSITIVE_INFINITY;
      if (appliedAt === Number.POSITIVE_INFINITY && lostAt !== Number.POSITIVE_INFINITY) continue;
      changes.push({ committedAt, appliedAt, fact: write.fact });
    }
    return changes;
  }

  private classOf(place: ClientPlace, policy: TrafficPolicy): PlaceClass {
    const name = policy.classOf(place);
    const known = this.classes.find((each) => each.policy === policy && each.name === name);
    if (known !== undefined) return known;
    const made = { policy, name, believed: new BelievedSlices(proxied(policy.useFrom(place))), differences: [] };
    this.classes.push(made);
    return made;
  }

  /** From one snapshot of the list to a later one; from null: from knowing nothing. Sorted by "address:port". */
  private between(
    { believed, differences }: PlaceClass,
    from: EndpointSnapshot | null,
    to: EndpointSnapshot,
  ): BeliefDifference {
    for (const { write } of this.snapshots.slice(differences.length)) {
      differences.push(believed.apply(write.key, write.deleted ? null : write.object));
    }
    const first = from === null ? 0 : from.index + 1;
    const { endpoints, used, unused } = sumOfDifferences(differences.slice(first, to.index + 1));
    const gone = endpoints.filter(({ after }) => after === null).sort(byText);
    const present = endpoints.filter(({ after }) => after !== null).sort(byText);
    return { endpoints: [...gone, ...present], used, unused };
  }
}

/** No two endpoints that are gone, or there, have the same text. */
function byText(x: EndpointDifference, y: EndpointDifference): number {
  const first = (x.after ?? x.before)?.text ?? "";
  const second = (y.after ?? y.before)?.text ?? "";
  return first < second ? -1 : first > second ? 1 : 0;
}
