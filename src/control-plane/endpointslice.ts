/**
 * Desired against actual EndpointSlices of one Service (endpointslice `reconciler.go` `Reconcile` and `finalize`, 1.36).
 */

import {
  type Endpoint,
  type EndpointPort,
  type EndpointSlice,
  newMetadata,
  type Pod,
  type Service,
} from "../model/objects.js";
import { SERVICE_NAME_LABEL } from "../model/slice-service.js";
import { endpointOf, endpointPorts } from "./endpoint.js";
import { packEndpoints } from "./endpointslice-packing.js";

/** `--max-endpoints-per-slice`. */
export const MAX_ENDPOINTS_PER_SLICE = 100;

export interface SliceReconciliation {
  readonly creates: readonly EndpointSlice[];
  readonly updates: readonly EndpointSlice[];
  readonly deletes: readonly EndpointSlice[];
  /** A pod was left out because its Node is not known (yet): the sync has to be repeated. */
  readonly nodeMissing: boolean;
}

interface PortGroup {
  readonly ports: readonly EndpointPort[];
  readonly endpoints: Endpoint[];
}

/**
 * `pods` are those that the Service selects; `slices` those that it owns. `zoneOf` gives a node's zone, null for an
 * unknown node. New slices are named `<service>-<ordinal>` from `nextOrdinal` on.
 */
export function reconcileEndpointSlices(
  service: Service,
  pods: readonly Pod[],
  slices: readonly EndpointSlice[],
  zoneOf: (nodeName: string) => string | null,
  nextOrdinal: number,
): SliceReconciliation {
  const { groups, nodeMissing } = groupByPorts(service, pods, zoneOf);
  const creates: EndpointSlice[] = [];
  const updates: EndpointSlice[] = [];
  const keys = slices.map((slice) => portKey(slice.ports));
  const deletes = slices.filter((_, i) => !groups.has(keys[i] as string));
  let ordinal = nextOrdinal;
  for (const [key, group] of groups) {
    const own = slices.filter((_, i) => keys[i] === key);
    const packing = packEndpoints(group.endpoints, own, MAX_ENDPOINTS_PER_SLICE);
    updates.push(...packing.updates);
    deletes.push(...packing.deletes);
    for (const endpoints of packing.creates) creates.push(newSlice(service, ordinal++, group.ports, endpoints));
  }
  if (deletes.length === slices.length && creates.length === 0) {
    // a Service keeps one slice even when it has no endpoints
    const only = deletes.length === 1 ? deletes[0] : undefined;
    if (only !== undefined && only.endpoints.length === 0 && only.ports.length === 0) deletes.pop();
    else creates.push(newSlice(service, ordinal++, [], []));
  }
  // a slice that would go is used for one that would come
  const reused = Math.min(creates.length, deletes.length);
  for (let i = 0; i < reused; i++) {
    const { ports, endpoints } = creates[i] as EndpointSlice;
    updates.push({ ...(deletes[i] as EndpointSlice), ports, endpoints });
  }
  return { creates: creates.slice(reused), updates, deletes: deletes.slice(reused), nodeMissing };
}

function groupByPorts(
  service: Service,
  pods: readonly Pod[],
  zoneOf: (nodeName: string) => string | null,
): { readonly groups: ReadonlyMap<string, PortGroup>; readonly nodeMissing: boolean } {
  const groups = new Map<string, PortGroup>();
  let nodeMissing = false;
  // a named target port is each pod's own; without one, all pods have the same ports
  const named = service.spec.ports.some(({ targetPort }) => typeof targetPort !== "number");
  let common: PortGroup | null = null;
  for (const pod of pods) {
    const zone = zoneOf(pod.spec.nodeName);
    const endpoint = endpointOf(service, pod, zone ?? "");
    if (endpoint === null) continue;
    if (zone === null && !service.spec.publishNotReadyAddresses) {
      nodeMissing = true;
      continue;
    }
    const group: PortGroup = common ?? groupOf(groups, endpointPorts(service, pod));
    group.endpoints.push(endpoint);
    if (!named) common = group;
  }
  return { groups, nodeMissing };
}

function groupOf(groups: Map<string, PortGroup>, ports: readonly EndpointPort[]): PortGroup {
  const key = portKey(ports);
  let group = groups.get(key);
  if (group === undefined) {
    group = { ports, endpoints: [] };
    groups.set(key, group);
  }
  return group;
}

function newSlice(
  service: Service,
  ordinal: number,
  ports: readonly EndpointPort[],
  endpoints: readonly Endpoint[],
): EndpointSlice {
  const { namespace, name } = service.metadata;
  const labels = { [SERVICE_NAME_LABEL]: name };
  const metadata = newMetadata(namespace, `${name}-${ordinal}`, labels, { kind: "Service", name });
  return { kind: "EndpointSlice", metadata, ports, endpoints };
}

function portKey(ports: readonly EndpointPort[]): string {
  const texts = ports.map(({ name, port, protocol }) => `${name}/${protocol}/${port}`);
  return texts.sort((x, y) => (x < y ? -1 : x > y ? 1 : 0)).join(",");
}
