/**
 * What kube-proxies can read, once for the whole cluster: the changes of Services and of EndpointSlices as two ordered
 * streams (first in, first out within a stream, no order across them), and the history of each Service.
 *
 * A node is a pair of positions in these streams; its rules are lookups here. Nothing is copied per node.
 */
import type { ApiLog, Revision, RevisionOf } from "../../apiserver/log.js";
import type { Micros } from "../../engine/duration.js";
import { hashOfText } from "../../engine/random.js";
import type { Address } from "../../model/address.js";
import { type EndpointSlice, objectKey, type Protocol, type Service } from "../../model/objects.js";
import { serviceKeyOf } from "../../model/slice-service.js";
import { BACKGROUND_SERVICE_ENDPOINTS, BackgroundChanges, type BackgroundSettings } from "./background-changes.js";
import { ChangeStream } from "./change-stream.js";
import type { EndpointSnapshot } from "./endpoint-snapshot.js";
import {
  type Frontend,
  HEADLESS_LABEL,
  type ProxiedSpec,
  proxiedSpecOf,
  sameSliceForProxy,
  sameSpec,
  UNPROXIED,
} from "./proxied-fields.js";
import { frontendOf, ProxiedService, type ServiceState } from "./proxied-service.js";

export interface ProxyLogOptions {
  readonly background: BackgroundSettings;
  /** What is read of a Service. Default: `proxiedSpecOf`. */
  readonly specOf?: (service: Service) => ProxiedSpec;
}

/** Where a destination leads, as a reader knows it. */
export interface FoundFrontend {
  readonly state: ServiceState;
  /** Null when the Service has the address and no such port. */
  readonly frontend: Frontend | null;
}

const NO_SERVICES: readonly ProxiedService[] = [];

export class ProxyLog {
  /** Total: Service ports. */
  readonly services: ChangeStream;
  /** Total: endpoints (addresses times ports). */
  readonly slices: ChangeStream;
  private readonly byKey = new Map<string, ProxiedService>();
  private readonly specOf: (service: Service) => ProxiedSpec;
  /** Services that are, or once were, reached at this address. */
  private readonly byAddress = new Map<Address, ProxiedService[]>();
  private readonly background: BackgroundChanges;

  /** Make it before anything is committed: it reads the log through `onCommit` only. */
  constructor(
    private readonly log: ApiLog,
    options: ProxyLogOptions,
  ) {
    this.services = new ChangeStream(options.background.services);
    this.slices = new ChangeStream(options.background.endpoints);
    this.background = new BackgroundChanges(options.background);
    this.specOf = options.specOf ?? proxiedSpecOf;
    log.onCommit("Service", (revision) => this.commitService(revision));
    log.onCommit("EndpointSlice", (revision) => this.commitSlice(revision));
  }

  /** Appends the background changes up to `time`, which must not lie in the future. Costs nothing when there are none. */
  extendTo(time: Micros): void {
    const { background } = this;
    while (background.next <= time) {
      const change = {
        committedAt: background.next,
        draw: -1 - background.count,
        service: null,
        ports: 1,
        endpoints: BACKGROUND_SERVICE_ENDPOINTS,
      };
      this.slices.append(change, 0);
      background.take();
    }
  }

  /** Whether a Service is, or once was, reached at this address. */
  isFrontend(address: Address): boolean {
    return this.byAddress.has(address);
  }

  /** The Service that is reached there as a reader at `position` of the Service stream knows it; null when it knows none. */
  frontendAt(address: Address, port: number, protocol: Protocol, position: number): FoundFrontend | null {
    let other: FoundFrontend | null = null;
    for (const service of this.byAddress.get(address) ?? NO_SERVICES) {
      const state = service.stateAt(position);
      if (state === null) continue;
      const frontend = frontendOf(state, address, port, protocol);
      if (frontend !== null) return { state, frontend };
      if (other === null && state.frontends.some((each) => each.address === address)) other = { state, frontend };
    }
    return other;
  }

  /** History of a Service ("namespace/name"); null when no kube-proxy has ever had to do with it. */
  service(key: string): ProxiedService | null {
    return this.byKey.get(key) ?? null;
  }

  /** Snapshots of a Service's endpoints, oldest first. */
  snapshots(key: string): readonly EndpointSnapshot[] {
    return this.byKey.get(key)?.snapshots ?? [];
  }

  private commitService(revision: RevisionOf<"Service">): void {
    const { object, previous, deleted } = revision;
    const former = previous === null ? UNPROXIED : this.specOf(previous.object);
    const spec = deleted ? UNPROXIED : this.specOf(object);
    const { frontends, ports } = spec;
    if (sameSpec(former, spec)) return;
    this.extendTo(revision.time);
    const service = this.serviceOf(revision.key);
    const portsBefore = service.states.at(-1)?.ports ?? 0;
    const change = {
      committedAt: revision.time,
      draw: drawOf(revision),
      service,
      ports: Math.max(portsBefore, ports),
      endpoints: service.snapshots.at(-1)?.size ?? 0,
    };
    const position = this.services.append(change, ports - portsBefore);
    service.addState(position, spec, revision);
    for (const { address } of frontends) this.index(address, service);
  }

  private commitSlice(revision: RevisionOf<"EndpointSlice">): void {
    const { object, previous, deleted } = revision;
    if (this.isHeadless(object)) return;
    if (!deleted && previous !== null && sameSliceForProxy(previous.object, object)) return;
    this.extendTo(revision.time);
    const service = this.serviceOf(proxiedKeyOf(object));
    const before = service.snapshots.at(-1)?.size ?? 0;
    const snapshot = service.addSlice(this.slices.length + 1, revision);
    const change = {
      committedAt: revision.time,
      draw: drawOf(revision),
      service,
      ports: Math.max(1, service.states.at(-1)?.ports ?? 0),
      endpoints: snapshot.size,
    };
    this.slices.append(change, snapshot.size - before);
  }

  private isHeadless(slice: EndpointSlice): boolean {
    if (slice.metadata.labels[HEADLESS_LABEL] !== undefined) return true;
    return this.log.get("Service", proxiedKeyOf(slice))?.object.spec.clusterIP === "None";
  }

  private serviceOf(key: string): ProxiedService {
    let service = this.byKey.get(key);
    if (service === undefined) {
      service = new ProxiedService(key);
      this.byKey.set(key, service);
    }
    return service;
  }

  private index(address: Address, service: ProxiedService): void {
    const services = this.byAddress.get(address);
    if (services === undefined) this.byAddress.set(address, [service]);
    else if (!services.includes(service)) services.push(service);
  }
}

function proxiedKeyOf(slice: EndpointSlice): string {
  return serviceKeyOf(slice) ?? objectKey(slice.metadata.namespace, "");
}

/** The index of a revision's draws: 32 bits of its key's hash, 20 bits of its version. */
function drawOf(revision: Revision): number {
  return hashOfText(revision.key) * 1048576 + (revision.version % 1048576);
}
