/**
 * What an observer that reads EndpointSlices believes of one Service, and what each slice that it applies changes in that.
 * A change costs what its slice costs, however many endpoints there are.
 */
import { formatAddress } from "./address.js";
import { BelievedPort, type EndpointReading } from "./believed-port.js";
import { ONLY_READY } from "./endpoint-use.js";
import { type Endpoint, type EndpointPort, type EndpointSlice, objectKey } from "./objects.js";
import type { BeliefDifference, ObservedEndpoint } from "./observation.js";

/** How an observer reads slices. */
export interface SliceReading extends EndpointReading {
  /** The ports of a slice that it tells apart; null for "whatever port", of an observer that knows none. */
  portsOf(slice: EndpointSlice): readonly (EndpointPort | null)[];
}

/** As the API and DNS servers read slices: the first port stands for all, and only what is ready is used. */
export const EVERY_ENDPOINT: SliceReading = {
  portsOf: ({ ports }) => [ports[0] ?? null],
  identityOf: ({ text, pod }) => `${text} ${pod}`,
  use: ONLY_READY,
};

/** A slice in force. One that is replaced keeps its rank among the others. */
interface RankedSlice {
  readonly rank: number;
  readonly slice: EndpointSlice;
}

export class BelievedSlices {
  private readonly slices = new Map<string, RankedSlice>();
  private readonly whole: BelievedPort;
  /** By name and protocol: who is used is decided for each port. */
  private readonly ports = new Map<string, BelievedPort>();
  private readonly used = new Set<string>();
  private ranks = 0;

  constructor(private readonly reading: SliceReading) {
    this.whole = new BelievedPort(reading);
  }

  /** The slice with this key becomes another one, or disappears. */
  apply(key: string, slice: EndpointSlice | null): BeliefDifference {
    const former = this.slices.get(key);
    const rank = former?.rank ?? this.ranks++;
    if (slice === null) this.slices.delete(key);
    else this.slices.set(key, { rank, slice });
    const lost = this.onlyIn(former?.slice ?? null, slice);
    const gained = this.onlyIn(slice, former?.slice ?? null);
    const endpoints = this.whole.exchange(rank, [...lost.values()].flat(), [...gained.values()].flat());
    const pods = new Set<string>();
    for (const name of new Set([...lost.keys(), ...gained.keys()])) {
      const port = this.port(name);
      const usedBefore = port.usedGroups;
      for (const { before, after } of port.exchange(rank, lost.get(name) ?? [], gained.get(name) ?? [])) {
        pods.add(((before ?? after) as ObservedEndpoint).pod);
      }
      const used = port.usedGroups;
      if (used === usedBefore) continue;
      for (const pod of port.podsOf(usedBefore)) pods.add(pod);
      for (const pod of port.podsOf(used)) pods.add(pod);
    }
    return { endpoints, ...this.useOf(pods) };
  }

  private useOf(pods: Iterable<string>): { readonly used: readonly string[]; readonly unused: readonly string[] } {
    const used: string[] = [];
    const unused: string[] = [];
    for (const pod of pods) {
      let isUsed = false;
      for (const port of this.ports.values()) if (port.uses(pod)) isUsed = true;
      if (isUsed === this.used.has(pod)) continue;
      if (isUsed) this.used.add(pod);
      else this.used.delete(pod);
      (isUsed ? used : unused).push(pod);
    }
    return { used, unused };
  }

  private port(name: string): BelievedPort {
    let port = this.ports.get(name);
    if (port === undefined) {
      port = new BelievedPort(this.reading);
      this.ports.set(name, port);
    }
    return port;
  }

  /** By port, the endpoints of `slice` that the other one does not have as they are. */
  private onlyIn(slice: EndpointSlice | null, other: EndpointSlice | null): Map<string, ObservedEndpoint[]> {
    const found = new Map<string, ObservedEndpoint[]>();
    if (slice === null) return found;
    const shared = other !== null && samePorts(slice, other) ? new Set(other.endpoints) : null;
    const endpoints = slice.endpoints.filter((endpoint) => shared?.has(endpoint) !== true);
    for (const port of this.reading.portsOf(slice)) {
      found.set(
        port === null ? "" : `${port.name}/${port.protocol}`,
        endpoints.map((endpoint) => observed(slice, endpoint, port)),
      );
    }
    return found;
  }
}

function observed({ metadata }: EndpointSlice, endpoint: Endpoint, port: EndpointPort | null): ObservedEndpoint {
  const address = formatAddress(endpoint.address);
  const { nodeName, ready, serving, terminating } = endpoint;
  return {
    text: port === null ? address : `${address}:${port.port}`,
    pod: objectKey(metadata.namespace, endpoint.pod),
    nodeName,
    ready,
    serving,
    terminating,
  };
}

function samePorts({ ports: x }: EndpointSlice, { ports: y }: EndpointSlice): boolean {
  return (
    x.length === y.length &&
    x.every(({ name, port, protocol }, index) => {
      const other = y[index];
      return other?.name === name && other.port === port && other.protocol === protocol;
    })
  );
}
