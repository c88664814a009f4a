/**
 * What kube-proxy reads of Services and EndpointSlices: a write that leaves all of it as it was causes no sync
 * (pkg/proxy/endpointslicecache.go `esInfoChanged`, pkg/proxy/servicechangetracker.go `Update`).
 */
import type { Address } from "../../model/address.js";
import type { Endpoint, EndpointPort, EndpointSlice, Service, ServicePort } from "../../model/objects.js";

/** Label that the EndpointSlice controller puts on slices of headless Services; kube-proxy's watch leaves them out. */
export const HEADLESS_LABEL = "service.kubernetes.io/headless";

/** What rules are made from. */
export interface ProxiedSpec {
  /** Null for a Service that kube-proxy skips: deleted, headless, or without an address yet. */
  readonly address: Address | null;
  /** None without an address. */
  readonly ports: readonly ServicePort[];
}

/** Of a Service that is not there. */
export const UNPROXIED: ProxiedSpec = { address: null, ports: [] };

export function proxiedSpecOf({ spec }: Service): ProxiedSpec {
  const { clusterIP, ports } = spec;
  return clusterIP === "None" || clusterIP === null ? UNPROXIED : { address: clusterIP, ports };
}

export function sameSpec(x: ProxiedSpec, y: ProxiedSpec): boolean {
  return x.address === y.address && sameList(x.ports, y.ports, sameServicePort);
}

/** The order of endpoints within a slice does not matter, nor does anything that only DNS or people read. */
export function sameSliceForProxy(x: EndpointSlice, y: EndpointSlice): boolean {
  return (
    sameList(x.ports, y.ports, sameEndpointPort) &&
    sameList(byAddress(x.endpoints), byAddress(y.endpoints), sameEndpoint)
  );
}

function sameServicePort(x: ServicePort, y: ServicePort): boolean {
  return x.name === y.name && x.port === y.port && x.protocol === y.protocol;
}

function sameEndpointPort(x: EndpointPort, y: EndpointPort): boolean {
  return x.name === y.name && x.port === y.port && x.protocol === y.protocol;
}

function sameEndpoint(x: Endpoint, y: Endpoint): boolean {
  return (
    x.address === y.address &&
    x.nodeName === y.nodeName &&
    x.ready === y.ready &&
    x.serving === y.serving &&
    x.terminating === y.terminating
  );
}

function byAddress(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  return [...endpoints].sort((x, y) => x.address - y.address);
}

function sameList<T>(x: readonly T[], y: readonly T[], same: (x: T, y: T) => boolean): boolean {
  return x.length === y.length && x.every((item, index) => same(item, y[index] as T));
}
