/**
 * The history of one Service as kube-proxies can know it: its objects by position in the Service stream, its endpoints
 * by position in the EndpointSlice stream. Kept once for the cluster; a node's rules are a lookup by its positions.
 */
import type { RevisionOf } from "../../apiserver/log.js";
import type { Address } from "../../model/address.js";
import type { EndpointSlice, Protocol } from "../../model/objects.js";
import { type EndpointPool, EndpointSnapshot, type SnapshotWrite } from "./endpoint-snapshot.js";
import { ObservedSnapshots } from "./observed-snapshots.js";
import type { Frontend, ProxiedSpec } from "./proxied-fields.js";

/** A state of the Service object. */
export interface ServiceState extends ProxiedSpec {
  readonly service: ProxiedService;
  /** A reader whose position in the Service stream is at least this has applied the state. */
  readonly position: number;
  readonly write: SnapshotWrite;
}

interface AtPosition {
  readonly position: number;
}

export class ProxiedService {
  readonly states: ServiceState[] = [];
  readonly snapshots: EndpointSnapshot[] = [];
  /** What the snapshots change for those who observe them. */
  readonly observed = new ObservedSnapshots(this.snapshots);
  private readonly slices = new Map<string, EndpointSlice>();
  private readonly pool: EndpointPool = new Map();

  /** `key` is "namespace/name". */
  constructor(readonly key: string) {}

  addState(position: number, spec: ProxiedSpec, write: SnapshotWrite): void {
    this.states.push({ ...spec, service: this, position, write });
  }

  /** Merges a slice revision into the newest snapshot. */
  addSlice(position: number, revision: RevisionOf<"EndpointSlice">): EndpointSnapshot {
    if (revision.deleted) this.slices.delete(revision.key);
    else this.slices.set(revision.key, revision.object);
    const previous = this.snapshots.at(-1) ?? null;
    const slices = [...this.slices.values()];
    const snapshot = new EndpointSnapshot(this.key, position, revision, previous, slices, this.pool);
    this.snapshots.push(snapshot);
    return snapshot;
  }

  /** The Service object that a reader at this position of the Service stream knows; null before the first. */
  stateAt(position: number): ServiceState | null {
    return newestAt(this.states, position);
  }

  /** The endpoints that a reader at this position of the EndpointSlice stream knows; null before the first. */
  snapshotAt(position: number): EndpointSnapshot | null {
    return newestAt(this.snapshots, position);
  }
}

/** Null when the Service is not reached there. */
export function frontendOf(state: ServiceState, address: Address, port: number, protocol: Protocol): Frontend | null {
  for (const candidate of state.frontends) {
    if (candidate.port === port && candidate.protocol === protocol && candidate.address === address) return candidate;
  }
  return null;
}

function newestAt<T extends AtPosition>(history: readonly T[], position: number): T | null {
  let high = history.length - 1;
  // most readers are near the end
  if (high < 0 || history[high]!.position <= position) return history[high] ?? null;
  let low = -1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (history[middle]!.position <= position) low = middle;
    else high = middle - 1;
  }
  return history[low] ?? null;
}
