/**
 * All endpoints of one Service as of one position of the EndpointSlice stream: its slices merged, as kube-proxy merges
 * them at a sync (pkg/proxy/endpointslicecache.go). A snapshot is immutable and shared by all nodes; what it holds for
 * a port is worked out when somebody asks.
 */
import type { Micros } from "../../engine/duration.js";
import type { FactId } from "../../engine/facts.js";
import { type Address, formatAddress } from "../../model/address.js";
import { usedEndpoints } from "../../model/endpoint-use.js";
import { type EndpointSlice, objectKey, type Protocol } from "../../model/objects.js";
import { CLUSTER_POLICY, type ClientPlace, type TrafficPolicy } from "./traffic-policy.js";

export interface ProxyEndpoint {
  readonly address: Address;
  /** The port number on the pod: named target ports are resolved by the slice. */
  readonly port: number;
  /** "address:port", by which kube-proxy sorts. */
  readonly text: string;
  /** "namespace/name" of the pod. */
  readonly pod: string;
  readonly nodeName: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

/** The write that a snapshot was made by. `fact` is read when needed: facts are rebased at time zero. */
export interface SnapshotWrite {
  readonly time: Micros;
  readonly fact: FactId;
}

/** The write of a slice. */
export interface SliceSnapshotWrite extends SnapshotWrite {
  readonly key: string;
  /** For a deletion, its last state. */
  readonly object: EndpointSlice;
  readonly deleted: boolean;
}

interface PortEndpoints {
  readonly name: string;
  readonly protocol: Protocol;
  readonly endpoints: readonly ProxyEndpoint[];
  /** By policy and class of place. */
  readonly usable: UsableEndpoints[];
}

interface UsableEndpoints {
  readonly policy: TrafficPolicy;
  readonly placeClass: string;
  readonly endpoints: readonly ProxyEndpoint[];
}

/** Equal endpoints of successive snapshots of a Service are one object. */
export type EndpointPool = Map<string, ProxyEndpoint>;

export class EndpointSnapshot {
  private readonly byPort: PortEndpoints[] = [];
  /** Its place among the snapshots of the Service. */
  readonly index: number;
  /** Entries in kube-proxy's endpoint map: addresses times ports. */
  readonly size: number;

  constructor(
    /** "namespace/name" of the Service. */
    readonly service: string,
    /** A reader whose position in the EndpointSlice stream is at least this has applied the snapshot. */
    readonly position: number,
    readonly write: SliceSnapshotWrite,
    readonly previous: EndpointSnapshot | null,
    private readonly slices: readonly EndpointSlice[],
    private readonly pool: EndpointPool,
  ) {
    this.index = previous === null ? 0 : previous.index + 1;
    let size = 0;
    for (const slice of slices) size += slice.endpoints.length * slice.ports.length;
    this.size = size;
  }

  get committedAt(): Micros {
    return this.write.time;
  }

  /** Endpoints behind a Service port, sorted by "address:port". */
  endpoints(portName: string, protocol: Protocol): readonly ProxyEndpoint[] {
    return this.portEndpoints(portName, protocol).endpoints;
  }

  /** Of these, the ones that receive new connections from `place`. The same array for all places of a class. */
  usable(
    portName: string,
    protocol: Protocol,
    place: ClientPlace,
    policy: TrafficPolicy = CLUSTER_POLICY,
  ): readonly ProxyEndpoint[] {
    const { endpoints, usable } = this.portEndpoints(portName, protocol);
    const placeClass = policy.classOf(place);
    for (const known of usable) if (known.policy === policy && known.placeClass === placeClass) return known.endpoints;
    const made = { policy, placeClass, endpoints: usedEndpoints(policy.useFrom(place), endpoints) };
    usable.push(made);
    return made.endpoints;
  }

  private portEndpoints(name: string, protocol: Protocol): PortEndpoints {
    for (const known of this.byPort) if (known.name === name && known.protocol === protocol) return known;
    const endpoints = this.merge((port) => port.name === name && port.protocol === protocol);
    const made = { name, protocol, endpoints, usable: [] };
    this.byPort.push(made);
    return made;
  }

  private merge(wanted: (port: EndpointSlice["ports"][number]) => boolean): readonly ProxyEndpoint[] {
    const merged = new Map<string, ProxyEndpoint>();
    for (const slice of this.slices) {
      for (const port of slice.ports) {
        if (!wanted(port)) continue;
        for (const endpoint of slice.endpoints) {
          const found = this.pooled(slice, endpoint, port.port);
          const twin = merged.get(found.text);
          // an address that occurs twice means its ready pod (endpointslicecache.go of v1.36)
          if (twin === undefined || (!twin.ready && found.ready)) merged.set(found.text, found);
        }
      }
    }
    return [...merged.values()].sort((x, y) => (x.text < y.text ? -1 : x.text > y.text ? 1 : 0));
  }

  private pooled(slice: EndpointSlice, endpoint: EndpointSlice["endpoints"][number], port: number): ProxyEndpoint {
    const { address, nodeName, ready, serving, terminating } = endpoint;
    const text = `${formatAddress(address)}:${port}`;
    const pod = objectKey(slice.metadata.namespace, endpoint.pod);
    const name = `${text} ${pod} ${nodeName} ${ready} ${serving} ${terminating}`;
    let pooled = this.pool.get(name);
    if (pooled === undefined) {
      pooled = { address, port, text, pod, nodeName, ready, serving, terminating };
      this.pool.set(name, pooled);
    }
    return pooled;
  }
}
