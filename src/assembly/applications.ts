/**
 * The programs of all containers: application servers and clients. It is here that a pod becomes a client of the traffic
 * entries that it sends for, and that the end of a server is noted for the slack report.
 */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { ClientResolver } from "../model/dns.js";
import type { Place } from "../model/flow.js";
import type { ProcessEnvironment } from "../model/process.js";
import type { ClientSettings, TrafficEntry } from "../model/scenario.js";
import type { Network } from "../network/network.js";
import { ClientPod } from "../traffic/client-pod.js";
import type { TrafficDriver } from "../traffic/driver.js";
import { type ServerObserver, WebServer } from "../traffic/server.js";
import { sendsFor } from "./client-pods.js";
import type { Programs } from "./cluster.js";
import type { Workloads } from "./workloads.js";

/** The end of a server's accepting, last one of a pod counting. */
export interface StoppedServer {
  readonly node: number;
  readonly at: Micros;
}

export interface ApplicationsOptions {
  readonly workloads: Workloads;
  readonly network: Network;
  readonly entries: readonly TrafficEntry[];
  /** By entry. */
  readonly drivers: readonly TrafficDriver[];
  /** Makes the resolver of a client program, with its cache, when the program starts. */
  readonly resolverFor: (environment: ProcessEnvironment, place: Place, client: ClientSettings) => ClientResolver;
}

export class Applications implements Programs, ServerObserver {
  /** Servers that run, by "namespace/name" of their pod, in the order of their start. */
  readonly running = new Map<string, WebServer[]>();
  /** Nodes that have hosted a client. */
  readonly clientNodes = new Set<number>();
  /** When each pod last stopped accepting. */
  readonly stopped = new Map<string, StoppedServer>();

  constructor(private readonly options: ApplicationsOptions) {}

  create(environment: ProcessEnvironment): WebServer {
    const { workloads, network } = this.options;
    const { pod, container } = environment;
    return new WebServer(
      environment,
      workloads.settingsOf(pod, container),
      workloads.portsOf(pod, container),
      network,
      this,
    );
  }

  /** Power off of a node: its servers and clients are gone without a word. */
  powerOff(nodeIndex: number, fact: FactId): void {
    for (const servers of [...this.running.values()]) {
      for (const server of [...servers]) if (this.nodeOf(server) === nodeIndex) server.powerOff(fact);
    }
  }

  clientStarted(server: WebServer): void {
    const servers = this.running.get(server.pod);
    if (servers === undefined) this.running.set(server.pod, [server]);
    else servers.push(server);
    const { pod, address } = server.environment;
    const sending = this.options.drivers.filter((_, index) =>
      sendsFor((this.options.entries[index] as TrafficEntry).from, pod),
    );
    // one program of a pod sends: the one in its first container
    if (sending.length === 0 || server.environment.container !== pod.spec.containers[0]) return;
    const node = this.nodeOf(server);
    this.clientNodes.add(node);
    const place = this.options.network.topology.nodes[node] as Place;
    const resolvers = this.resolversOf(server.environment, place, sending);
    server.client = new ClientPod(server.pod, place, address, resolvers);
    for (const driver of sending) driver.clientStarted(server.client);
  }

  /** By traffic entry. Entries with the same settings share a resolver: they are one program. */
  private resolversOf(
    environment: ProcessEnvironment,
    place: Place,
    sending: readonly TrafficDriver[],
  ): (ClientResolver | null)[] {
    const made = new Map<string, ClientResolver>();
    return this.options.entries.map(({ client }, index) => {
      if (!sending.some((driver) => driver.index === index && driver.looksUpNames)) return null;
      const key = [client.resolver, client.addressOrder, client.raceLoss ?? 0, ...Object.values(client.cache)].join(
        " ",
      );
      const resolver = made.get(key) ?? this.options.resolverFor(program(environment, made.size), place, client);
      made.set(key, resolver);
      return resolver;
    });
  }

  clientStopped(server: WebServer): void {
    if (server.client === null) return;
    for (const driver of this.options.drivers) driver.clientStopped(server.client);
  }

  clientGone(server: WebServer, fact: FactId): void {
    const servers = this.running.get(server.pod);
    const place = servers?.indexOf(server) ?? -1;
    if (servers !== undefined && place >= 0) servers.splice(place, 1);
    if (servers?.length === 0) this.running.delete(server.pod);
    if (server.client === null) return;
    for (const driver of this.options.drivers) driver.clientGone(server.client, fact);
    server.client = null;
  }

  stoppedAccepting(server: WebServer, now: Micros): void {
    this.stopped.set(server.pod, { node: this.nodeOf(server), at: now });
  }

  private nodeOf(server: WebServer): number {
    return this.options.network.topology.indexOf(server.environment.nodeName);
  }
}

/** Programs of one pod that look names up differently draw apart from each other. */
function program(environment: ProcessEnvironment, earlier: number): ProcessEnvironment {
  if (earlier === 0) return environment;
  const { context } = environment;
  return { ...environment, context: context.child(`${context.name}/program ${earlier + 1}`) };
}
