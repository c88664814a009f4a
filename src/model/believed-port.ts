/** The endpoints of one port (or of all ports) of a Service as an observer merges them from slices, and which of their pods it uses. */
import type { EndpointUse } from "./endpoint-use.js";
import type { EndpointDifference, ObservedEndpoint } from "./observation.js";

/** What an observer makes of endpoints that slices name. */
export interface EndpointReading {
  /** Endpoints with the same identity are one: the first ready one counts, else the first. */
  identityOf(endpoint: ObservedEndpoint): string;
  /** Which of them get new connections. */
  readonly use: EndpointUse;
}

/** An endpoint in the slice with this rank; slices with lower ranks come first. */
interface Holder {
  readonly rank: number;
  readonly endpoint: ObservedEndpoint;
}

export class BelievedPort {
  private readonly holders = new Map<string, Holder[]>();
  /** By the bit of a group: how many endpoints of it each pod has. */
  private readonly groups = new Map<number, Map<string, number>>();

  constructor(private readonly reading: EndpointReading) {}

  /** The groups whose pods get new connections now, as bits. */
  get usedGroups(): number {
    let present = 0;
    for (const [group, pods] of this.groups) if (pods.size > 0) present |= group;
    return this.reading.use.usedGroups(present);
  }

  uses(pod: string): boolean {
    const used = this.usedGroups;
    for (const [group, pods] of this.groups) if ((group & used) !== 0 && pods.has(pod)) return true;
    return false;
  }

  *podsOf(groups: number): Generator<string> {
    for (const [group, pods] of this.groups) if ((group & groups) !== 0) yield* pods.keys();
  }

  /**
   * A slice loses and gains endpoints (an endpoint that changes does both). What is gone comes first, in the order of
   * `lost`, then the rest in the order of `gained`.
   */
  exchange(rank: number, lost: readonly ObservedEndpoint[], gained: readonly ObservedEndpoint[]): EndpointDifference[] {
    const before = new Map<string, ObservedEndpoint | null>();
    for (const endpoint of [...gained, ...lost]) {
      const identity = this.reading.identityOf(endpoint);
      before.set(identity, this.endpointOf(identity));
    }
    for (const endpoint of lost) this.drop(this.reading.identityOf(endpoint), rank);
    for (const endpoint of gained) this.hold(this.reading.identityOf(endpoint), { rank, endpoint });
    const gone: EndpointDifference[] = [];
    const present: EndpointDifference[] = [];
    for (const [identity, former] of before) {
      const now = this.endpointOf(identity);
      this.count(former, -1);
      this.count(now, 1);
      const same = former !== null && now !== null && former.pod === now.pod;
      if (former !== null && !same) gone.push({ before: former, after: null });
      if (now === null) continue;
      if (!same) present.push({ before: null, after: now });
      else if (!sameConditions(former, now)) present.push({ before: former, after: now });
    }
    return [...gone, ...present];
  }

  private endpointOf(identity: string): ObservedEndpoint | null {
    const holders = this.holders.get(identity) ?? [];
    return (holders.find(({ endpoint }) => endpoint.ready) ?? holders[0])?.endpoint ?? null;
  }

  private hold(identity: string, holder: Holder): void {
    const holders = this.holders.get(identity);
    if (holders === undefined) this.holders.set(identity, [holder]);
    else holders.splice(holders.filter(({ rank }) => rank <= holder.rank).length, 0, holder);
  }

  private drop(identity: string, rank: number): void {
    const left = (this.holders.get(identity) ?? []).filter((holder) => holder.rank !== rank);
    if (left.length === 0) this.holders.delete(identity);
    else this.holders.set(identity, left);
  }

  private count(endpoint: ObservedEndpoint | null, step: 1 | -1): void {
    if (endpoint === null) return;
    const { pod } = endpoint;
    const group = this.reading.use.groupOf(endpoint);
    if (group === 0) return;
    const counts = this.groups.get(group) ?? new Map<string, number>();
    this.groups.set(group, counts);
    const count = (counts.get(pod) ?? 0) + step;
    if (count === 0) counts.delete(pod);
    else counts.set(pod, count);
  }
}

export function sameConditions(x: ObservedEndpoint, y: ObservedEndpoint): boolean {
  return x.ready === y.ready && x.serving === y.serving && x.terminating === y.terminating;
}
