/**
 * What the names of a Service stand for (CoreDNS 1.14.7, plugin/kubernetes/kubernetes.go `findServices`): an address and a
 * port each. The ClusterIP whatever the endpoints; ready endpoints for a headless Service and for names of endpoints.
 */
import { type Address, formatAddress } from "../../../model/address.js";
import type { Endpoint, EndpointPort, ServicePort } from "../../../model/objects.js";
import { readyEndpoints, type ServiceEntry } from "../../record-index.js";
import type { ServiceName } from "./name.js";

const LONGEST_LABEL = 63;

export interface Candidate {
  readonly address: Address;
  /** Null for a Service or slice without ports: it has no SRV record. */
  readonly port: number | null;
  /** Whose name an SRV record points to; null: the Service's. */
  readonly endpoint: Endpoint | null;
}

export interface CandidateOptions {
  readonly endpointPodNames: boolean;
  readonly ignoreEmptyServices: boolean;
}

/** Null: there is no such name. Never empty. */
export function findCandidates(
  entry: ServiceEntry,
  name: ServiceName,
  options: CandidateOptions,
): readonly Candidate[] | null {
  const { service } = entry;
  if (service === null || (service.spec.externalName ?? null) !== null) return null;
  const { clusterIP, ports } = service.spec;
  const found: Candidate[] = [];
  if (clusterIP === "None" || name.kind === "endpoint") {
    addEndpoints(found, entry, name, options);
  } else if (clusterIP !== null && !(options.ignoreEmptyServices && readyEndpoints(entry).length === 0)) {
    for (const port of portsOrNone(ports)) {
      if (matches(name, port)) found.push({ address: clusterIP, port: port?.port ?? null, endpoint: null });
    }
  }
  return found.length === 0 ? null : found;
}

function addEndpoints(found: Candidate[], entry: ServiceEntry, name: ServiceName, options: CandidateOptions): void {
  for (const slice of entry.slices.values()) {
    for (const endpoint of slice.endpoints) {
      if (!endpoint.ready) continue;
      if (name.kind === "endpoint" && endpointName(endpoint, options.endpointPodNames) !== name.endpoint) continue;
      for (const port of portsOrNone(slice.ports)) {
        if (matches(name, port)) found.push({ address: endpoint.address, port: port?.port ?? null, endpoint });
      }
    }
  }
}

/** The hostname; or the pod's name where that is asked for and fits; or the address with dashes. */
export function endpointName(endpoint: Endpoint, podNames: boolean): string {
  if (endpoint.hostname !== "") return endpoint.hostname;
  if (podNames && endpoint.pod !== "" && endpoint.pod.length <= LONGEST_LABEL) return endpoint.pod;
  return formatAddress(endpoint.address).replaceAll(".", "-");
}

type Port = ServicePort | EndpointPort;

function portsOrNone(ports: readonly Port[]): readonly (Port | null)[] {
  return ports.length === 0 ? [null] : ports;
}

function matches(name: ServiceName, port: Port | null): boolean {
  if (name.kind !== "port") return true;
  return port !== null && port.name === name.port && port.protocol.toLowerCase() === name.protocol;
}
