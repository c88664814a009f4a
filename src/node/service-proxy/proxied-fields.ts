/**
 * What kube-proxy reads of Services and EndpointSlices: a write that leaves all of it as it was causes no sync
 * (pkg/proxy/endpointslicecache.go `esInfoChanged`, pkg/proxy/servicechangetracker.go `Update`).
 */
import type { Address } from "../../model/address.js";
import type { Flow, Place } from "../../model/flow.js";
import type { Endpoint, EndpointPort, EndpointSlice, Protocol, Service } from "../../model/objects.js";

/** Label that the EndpointSlice controller puts on slices of headless Services; kube-proxy's watch leaves them out. */
export const HEADLESS_LABEL = "service.kubernetes.io/headless";

/** Stands for every address of the node that the rules are on. What comes there goes on from the node itself. */
export const NODE_ADDRESS: Address = -1;

type Destination = Pick<Flow, "destination" | "port" | "protocol">;

/** An address and port at which a Service is reached, and the Service port behind them. */
export interface Frontend {
  readonly address: Address;
  readonly port: number;
  readonly protocol: Protocol;
  /** Of the Service port. */
  readonly name: string;
}

/** Under which address the rules of a place have a packet's destination. */
export function frontendAddress({ destination, port, protocol }: Destination, place: Pick<Place, "owns">): Address {
  return place.owns(destination, port, protocol) ? NODE_ADDRESS : destination;
}

/** What rules are made from. */
export interface ProxiedSpec {
  /** None for a Service that kube-proxy skips: deleted, headless, or without an address yet. */
  readonly frontends: readonly Frontend[];
  /** How many ports it has, for the cost of a sync; 0 when it is skipped. */
  readonly ports: number;
}

/** Of a Service that is not there. */
export const UNPROXIED: ProxiedSpec = { frontends: [], ports: 0 };

export function proxiedSpecOf({ spec }: Service): ProxiedSpec {
  const { clusterIP: address, ports } = spec;
  if (address === "None" || address === null) return UNPROXIED;
  return {
    frontends: ports.map(({ port, protocol, name }) => ({ address, port, protocol, name })),
    ports: ports.length,
  };
}

export function sameSpec(x: ProxiedSpec, y: ProxiedSpec): boolean {
  return sameList(x.frontends, y.frontends, sameFrontend);
}

/** The order of endpoints within a slice does not matter, nor does anything that only DNS or people read. */
export function sameSliceForProxy(x: EndpointSlice, y: EndpointSlice): boolean {
  return (
    sameList(x.ports, y.ports, sameEndpointPort) &&
    sameList(byAddress(x.endpoints), byAddress(y.endpoints), sameEndpoint)
  );
}

function sameFrontend(x: Frontend, y: Frontend): boolean {
  return x.address === y.address && sameEndpointPort(x, y);
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
