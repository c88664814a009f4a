/**
 * One ordered stream of changes that every kube-proxy receives: Services, or EndpointSlices. Positions count changes; a
 * position p means "has received the first p changes". Rows are kept once for the cluster, never per node.
 */
import type { Micros } from "../../engine/duration.js";
import type { ProxiedService } from "./proxied-service.js";

/** One change; `service` is null for a Service outside the scenario. */
export interface Change {
  readonly committedAt: Micros;
  /** Names the change among all draws: from (object, version), or −1 − n for the n-th background change. */
  readonly draw: number;
  readonly service: ProxiedService | null;
  /** Ports and endpoints that the Service has after the change, for the cost of a sync. */
  readonly ports: number;
  readonly endpoints: number;
}

export class ChangeStream {
  readonly committedAt: Micros[] = [];
  readonly draw: number[] = [];
  readonly service: (ProxiedService | null)[] = [];
  readonly ports: number[] = [];
  readonly endpoints: number[] = [];
  /** Index of the former change of the same Service in this stream; −1 when there is none. */
  readonly former: number[] = [];
  /** Total by position: Service ports, or endpoints, that exist in the cluster. One longer than the other columns. */
  readonly total: number[];
  private readonly newest = new Map<ProxiedService, number>();

  constructor(initialTotal: number) {
    this.total = [initialTotal];
  }

  get length(): number {
    return this.committedAt.length;
  }

  /** Appends a change that moves the total by `growth`; returns the position from which it has been received. */
  append(change: Change, growth: number): number {
    const index = this.committedAt.length;
    this.committedAt.push(change.committedAt);
    this.draw.push(change.draw);
    this.service.push(change.service);
    this.ports.push(change.ports);
    this.endpoints.push(change.endpoints);
    this.former.push(change.service === null ? -1 : (this.newest.get(change.service) ?? -1));
    if (change.service !== null) this.newest.set(change.service, index);
    this.total.push((this.total[index] ?? 0) + growth);
    return index + 1;
  }

  /** Number of changes that were committed before `time`. */
  countBefore(time: Micros): number {
    let low = 0;
    let high = this.committedAt.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.committedAt[middle]! < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
