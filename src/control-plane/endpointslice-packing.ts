/**
 * How endpoints are spread over slices with the same ports (endpointslice `reconciler.go` `reconcileByPortMapping` and
 * `utils.go` `getSliceToFill`, 1.36): few writes come first, full slices second; what is unchanged is never rebalanced.
 */
import type { Endpoint, EndpointSlice } from "../model/objects.js";
import { equalEndpoints, isSameEndpoint } from "./endpoint.js";

export interface Packing {
  readonly updates: readonly EndpointSlice[];
  /** Contents of the slices to create. */
  readonly creates: readonly (readonly Endpoint[])[];
  /** Slices that lost all their endpoints. */
  readonly deletes: readonly EndpointSlice[];
}

interface Filling {
  readonly slice: EndpointSlice;
  readonly endpoints: Endpoint[];
}

/** `desired` in the order in which new endpoints are added, one for each pod; no slice gets more than `limit`. */
export function packEndpoints(desired: readonly Endpoint[], slices: readonly EndpointSlice[], limit: number): Packing {
  const left = new Map(desired.map((endpoint) => [endpoint.pod, endpoint]));
  const updates: Filling[] = [];
  const unchanged: Filling[] = [];
  const deletes: EndpointSlice[] = [];
  for (const slice of slices) {
    const endpoints = keepDesired(slice, left);
    const changed = endpoints.length !== slice.endpoints.length || endpoints.some((e, i) => e !== slice.endpoints[i]);
    if (!changed) unchanged.push({ slice, endpoints });
    else if (endpoints.length > 0) updates.push({ slice, endpoints });
    else deletes.push(slice);
  }
  const added = [...left.values()];
  for (const { endpoints } of [...updates].sort((x, y) => y.endpoints.length - x.endpoints.length)) {
    fill(endpoints, added, limit);
  }
  const creates: Endpoint[][] = [];
  while (added.length > 0) {
    const roomy = added.length < limit ? closestToFull(unchanged, added.length, limit) : null;
    const endpoints = roomy?.endpoints ?? [];
    fill(endpoints, added, limit);
    if (roomy === null) creates.push(endpoints);
    else updates.push(roomy);
  }
  return { updates: updates.map(({ slice, endpoints }) => ({ ...slice, endpoints })), creates, deletes };
}

/** The desired ones among a slice's endpoints, as they are desired; takes them out of `left`. */
function keepDesired(slice: EndpointSlice, left: Map<string, Endpoint>): Endpoint[] {
  const kept: Endpoint[] = [];
  for (const endpoint of slice.endpoints) {
    const wanted = left.get(endpoint.pod);
    if (wanted === undefined || !isSameEndpoint(endpoint, wanted)) continue;
    left.delete(endpoint.pod);
    kept.push(equalEndpoints(endpoint, wanted) ? endpoint : wanted);
  }
  return kept;
}

function fill(endpoints: Endpoint[], added: Endpoint[], limit: number): void {
  endpoints.push(...added.splice(0, Math.max(0, limit - endpoints.length)));
}

/** The slice that can take `count` more and is then the fullest; of equals the first. */
function closestToFull(slices: readonly Filling[], count: number, limit: number): Filling | null {
  let closest: Filling | null = null;
  for (const filling of slices) {
    const size = filling.endpoints.length;
    if (size + count <= limit && (closest === null || size > closest.endpoints.length)) closest = filling;
  }
  return closest;
}
