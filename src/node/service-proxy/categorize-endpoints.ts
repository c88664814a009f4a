/**
 * Which endpoints of a Service port a node's rules may send new connections to (pkg/proxy/topology.go
 * `CategorizeEndpoints`, v1.34; KEP-1669). Only the Cluster traffic policy without topology hints is modelled.
 */

/** What kube-proxy reads of an endpoint's conditions. */
export interface EndpointConditions {
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

/**
 * The ready endpoints; when there is none, those that terminate but still serve; empty when there is none either.
 * The order is kept. Terminating endpoints are never mixed with ready ones.
 */
export function categorizeEndpoints<E extends EndpointConditions>(endpoints: readonly E[]): readonly E[] {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  if (ready.length > 0) return ready;
  return endpoints.filter((endpoint) => endpoint.serving && endpoint.terminating);
}
