/**
 * The programs of all containers: application programs and clients. It is here that a pod becomes a client of the traffic
 * entries that it sends for, and that the end of a server is noted for the slack report.
 */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { ClientResolver } from "../model/dns.js";
import { objectKey } from "../model/objects.js";
import type { ProcessEnvironment } from "../model/process.js";
import type { PodLoad, PodLoads } from "../model/run-evidence.js";
import type { ClientSettings, TrafficEntry } from "../model/scenario.js";
import type { Topology } from "../model/topology.js";
import { ClientPod } from "../traffic/client-pod.js";
import { sendsFor } from "../traffic/default-clients.js";
import type { TrafficDriver } from "../traffic/driver.js";
import type { HttpServer } from "../traffic/http-server.js";
import { Program, type ProgramObserver } from "../traffic/program.js";
import { WebServer } from "../traffic/web-server.js";
import { ClientNodes } from "./client-nodes.js";
import type { Programs } from "./cluster.js";
import type { Workloads } from "./workloads.js";

/** The end of a server's accepting, last one of a pod counting. */
export interface StoppedServer {
  readonly node: number;
  readonly at: Micros;
  /** What it stopped by. */
  readonly fact: FactId;
}

export interface ApplicationsOptions {
  readonly workloads: Workloads;
  readonly topology: Topology;
  readonly entries: readonly TrafficEntry[];
  /** By entry. */
  readonly drivers: readonly TrafficDriver[];
  /** Makes the resolver of a client program, with its cache, when the program starts. */
  readonly resolverFor: (environment: ProcessEnvironment, client: ClientSettings) => ClientResolver;
}

export class Applications implements Programs, ProgramObserver<HttpServer>, PodLoads {
  /** Programs that run, by "namespace/name" of their pod, in the order of their start. */
  readonly running = new Map<string, Program<HttpServer>[]>();
  readonly clientNodes = new ClientNodes();
  /** When each pod last stopped accepting. */
  readonly stopped = new Map<string, StoppedServer>();

  constructor(private readonly options: ApplicationsOptions) {}

  create(environment: ProcessEnvironment): Program<HttpServer> {
    const { workloads } = this.options;
    const { pod, container } = environment;
    const { metadata } = pod;
    const settings = workloads.settingsOf(pod, container);
    return new Program({
      environment,
      settings,
      server: new WebServer(objectKey(metadata.namespace, metadata.name), settings.serviceTime),
      ports: workloads.portsOf(pod, container),
      observer: this,
    });
  }

  loadsOf(pod: string): readonly PodLoad[] {
    return (this.running.get(pod) ?? []).map(({ server }) => server);
  }

  /** Power off of a node: its programs are gone without a word. */
  powerOff(nodeIndex: number, fact: FactId): void {
    for (const programs of [...this.running.values()]) {
      for (const program of [...programs]) if (this.nodeOf(program) === nodeIndex) program.powerOff(fact);
    }
  }

  started(program: Program<HttpServer>): void {
    const programs = this.running.get(program.pod);
    if (programs === undefined) this.running.set(program.pod, [program]);
    else programs.push(program);
    const { pod, host } = program.environment;
    const sending = this.options.drivers.filter((_, index) =>
      sendsFor((this.options.entries[index] as TrafficEntry).from, pod),
    );
    // one program of a pod sends: the one in its first container
    if (sending.length === 0 || program.environment.container !== pod.spec.containers[0]) return;
    this.clientNodes.add(this.nodeOf(program));
    const resolvers = this.resolversOf(program.environment, sending);
    program.client = new ClientPod(program.pod, host.place, host.address, (user) => resolvers.get(user) ?? null);
    for (const driver of sending) driver.clientStarted(program.client);
  }

  /** By the traffic entries that need one. Entries with the same settings share a resolver: they are one program. */
  private resolversOf(environment: ProcessEnvironment, sending: readonly TrafficDriver[]): Map<object, ClientResolver> {
    const made = new Map<string, ClientResolver>();
    const resolvers = new Map<object, ClientResolver>();
    for (const [index, entry] of this.options.entries.entries()) {
      if (!sending.some((driver) => driver.index === index && driver.looksUpNames)) continue;
      const { client } = entry;
      const key = [client.resolver, client.addressOrder, client.raceLoss ?? 0, ...Object.values(client.cache)].join(
        " ",
      );
      const resolver = made.get(key) ?? this.options.resolverFor(programAfter(environment, made.size), client);
      made.set(key, resolver);
      resolvers.set(entry, resolver);
    }
    return resolvers;
  }

  stoppedSending(program: Program<HttpServer>): void {
    if (program.client === null) return;
    for (const driver of this.options.drivers) driver.clientStopped(program.client);
  }

  ended(program: Program<HttpServer>, fact: FactId): void {
    const programs = this.running.get(program.pod);
    const place = programs?.indexOf(program) ?? -1;
    if (programs !== undefined && place >= 0) programs.splice(place, 1);
    if (programs?.length === 0) this.running.delete(program.pod);
    if (program.client === null) return;
    for (const driver of this.options.drivers) driver.clientGone(program.client, fact);
    program.client = null;
  }

  stoppedAccepting(program: Program<HttpServer>, now: Micros, fact: FactId): void {
    this.stopped.set(program.pod, { node: this.nodeOf(program), at: now, fact });
  }

  private nodeOf(program: Program<HttpServer>): number {
    return this.options.topology.indexOf(program.environment.host.place.name);
  }
}

/** Programs of one pod that look names up differently draw apart from each other. */
function programAfter(environment: ProcessEnvironment, earlier: number): ProcessEnvironment {
  if (earlier === 0) return environment;
  const { context } = environment;
  return { ...environment, context: context.child(`${context.name}/program ${earlier + 1}`) };
}
