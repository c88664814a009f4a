/**
 * The cluster of a scenario, wired: API server, control plane, nodes, DNS, applications. It is made in a state in which
 * nothing runs yet; `converge` lets the same components bring it to rest before time zero, without lag and without
 * client limits, and makes one `initial` fact of each object's history.
 */

import type { ClientOptions } from "../apiserver/client.js";
import { BUDGETS, type Budget } from "../apiserver/client-budget.js";
import { ApiLog } from "../apiserver/log.js";
import { installAdmission } from "../control-plane/admission.js";
import { ServiceAllocator } from "../control-plane/service-allocator.js";
import { COREDNS_IMAGE } from "../dns/addon/kube-dns.js";
import { Context } from "../engine/context.js";
import { compile, type Variate } from "../engine/distribution.js";
import { HOUR, type Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { Simulation } from "../engine/simulation.js";
import type { AddressRange } from "../model/address.js";
import type { Components, ProcessStop } from "../model/cluster.js";
import type { Heartbeats } from "../model/heartbeat.js";
import { behaviourOf } from "../model/kubernetes-version.js";
import { entityOf, KINDS } from "../model/objects.js";
import type { ContainerProcess, ProcessEnvironment } from "../model/process.js";
import type { Scenario } from "../model/scenario.js";
import type { Topology } from "../model/topology.js";
import { FactKind } from "../model/trace.js";
import { Network } from "../network/network.js";
import { createTopology } from "../network/topology.js";
import { NodeCidrAllocator } from "../node/node-cidr.js";
import { ProxyLog } from "../node/service-proxy/proxy-log.js";
import type { Applications } from "./applications.js";
import { startControlPlane } from "./control-plane.js";
import { DnsObserver } from "./dns-observer.js";
import { DnsServers } from "./dns-servers.js";
import { createInitialObjects, initialObjects } from "./initial-objects.js";
import { nodeInfos } from "./nodes.js";
import { targetPort } from "./target-service.js";
import { type NodeEnvironment, WorkerNode } from "./worker-node.js";

/** How long before time zero a cluster begins to converge. */
export const CONVERGENCE: Micros = HOUR;

export class SimulatedCluster implements Components, Heartbeats {
  readonly topology: Topology;
  readonly network: Network;
  readonly log: ApiLog;
  readonly proxyLog: ProxyLog;
  readonly root: Context;
  /** The API server's own context: what it commits happens whoever dies. */
  readonly server: Context;
  readonly dns = new DnsObserver();
  readonly nodes: WorkerNode[] = [];
  readonly watchDelivery: Variate;
  /** Moment of each node's crash, by node index. */
  readonly crashedAt = new Map<number, Micros>();
  private readonly silenceListeners: ((node: string) => void)[] = [];

  constructor(
    readonly simulation: Simulation,
    private readonly scenario: Scenario,
    applicationsFor: (cluster: SimulatedCluster) => Applications,
  ) {
    const { cluster } = scenario;
    this.root = new Context(simulation, "cluster");
    this.server = this.root.child("kube-apiserver");
    this.topology = createTopology(nodeInfos(cluster), cluster.delays);
    this.network = new Network(this.topology, cluster.serviceRange);
    this.log = new ApiLog(simulation);
    this.proxyLog = new ProxyLog(this.log, {
      background: {
        changesPerSecond: cluster.backgroundChangesPerSecond,
        services: cluster.backgroundServices,
        endpoints: cluster.backgroundEndpoints,
        stream: simulation.random.stream("background endpoint changes"),
      },
    });
    this.watchDelivery = compile(cluster.delays.watchDelivery);
    installAdmission(this.log, new ServiceAllocator(cluster.serviceRange, simulation.random));
    this.dnsServers = new DnsServers({
      settings: cluster,
      log: this.log,
      network: this.network,
      watchDelivery: this.watchDelivery,
      observer: this.dns,
      outsidePorts: new Set(scenario.traffic.map((entry) => targetPort(scenario, entry))),
    });
    this.applications = applicationsFor(this);
  }

  readonly applications: Applications;
  private readonly dnsServers: DnsServers;

  /** Client of the API server for a component with this budget. */
  clientOptions(budget: Budget): ClientOptions {
    return { budget, duration: compile(this.scenario.cluster.delays.apiWrite) };
  }

  /** Starts everything an hour before time zero and runs it until it rests, or until time zero. */
  converge(): void {
    const { simulation, scenario } = this;
    simulation.facts.recording = false;
    const ranges = this.podRanges();
    createInitialObjects(
      this.log,
      initialObjects(scenario, this.topology.nodes, (node) => ranges[node.index] as AddressRange),
    );
    startControlPlane({
      log: this.log,
      root: this.root,
      server: this.server,
      topology: this.topology,
      watchDelivery: this.watchDelivery,
      heartbeats: this,
      dnsAutoscaler: scenario.cluster.dnsAutoscaler ?? null,
      nodeMonitor: { grace: scenario.cluster.nodeMonitorGrace, period: scenario.cluster.nodeMonitorPeriod },
      clientOptions: (budget) => this.clientOptions(budget),
    });
    const environment = this.nodeEnvironment();
    for (const info of this.topology.nodes) {
      this.nodes.push(new WorkerNode(environment, info, ranges[info.index] as AddressRange));
    }
    while (simulation.advance(1e9, 0));
    simulation.skipTo(0);
    simulation.facts.recording = true;
    this.recordInitialState();
  }

  crashContainer(podKey: string, container: string): boolean {
    return this.nodes.some(({ kubelet }) => kubelet.crashContainer(podKey, container));
  }

  failProbe(podKey: string, container: string, failing: boolean): boolean {
    return this.nodes.some(({ kubelet }) => kubelet.failProbe(podKey, container, failing));
  }

  crashNode(name: string, cause: FactId): void {
    const node = this.nodes[this.topology.indexOf(name)];
    if (node === undefined || !node.context.alive) return;
    const { index } = node.info;
    const fact = node.context.record(FactKind.nodeCrashed, `Node/${name}`, "", cause);
    node.context.because(fact);
    this.crashedAt.set(index, this.simulation.now);
    this.network.setNodeDown(index, fact);
    node.kubeProxy.crash(this.simulation.now);
    node.context.crash();
    this.applications.powerOff(index, fact);
    for (const listener of this.silenceListeners) listener(name);
  }

  restartKubeProxy(name: string, downtime: Micros): boolean {
    return this.nodes[this.topology.indexOf(name)]?.restartKubeProxy(downtime) ?? false;
  }

  restartNodeLocalDns(name: string, stop: ProcessStop, downtime: Micros): boolean {
    return this.nodes[this.topology.indexOf(name)]?.nodeLocalDns?.restart(stop, downtime) ?? false;
  }

  changeCorefile(text: string): void {
    this.dnsServers.changeCorefile(text);
  }

  setUpstreamDown(down: boolean): void {
    this.dnsServers.outside.setDown(down);
  }

  lastRenewal(node: string, now: Micros): Micros {
    const index = this.topology.indexOf(node);
    const crashedAt = this.crashedAt.get(index) ?? Number.POSITIVE_INFINITY;
    return this.nodes[index]?.lease.renewedBefore(Math.min(now, crashedAt)) ?? Number.NEGATIVE_INFINITY;
  }

  onSilence(listener: (node: string) => void): void {
    this.silenceListeners.push(listener);
  }

  private podRanges(): AddressRange[] {
    const allocator = new NodeCidrAllocator(this.scenario.cluster.podRange);
    return this.topology.nodes.map((node) => {
      const range = allocator.allocateNext();
      if (typeof range === "string") throw new RangeError(`${node.name}: ${range}`);
      return range;
    });
  }

  private nodeEnvironment(): NodeEnvironment {
    const { cluster } = this.scenario;
    return {
      context: this.root,
      log: this.log,
      proxyLog: this.proxyLog,
      network: this.network,
      server: this.server,
      client: this.clientOptions(BUDGETS.kubelet),
      watchDelivery: this.watchDelivery,
      kubeletDelays: {
        sandboxCreation: compile(cluster.delays.sandboxCreation),
        sandboxRemoval: compile(cluster.delays.sandboxRemoval),
        imagePull: compile(cluster.delays.imagePull),
      },
      kubeProxy: cluster.kubeProxy,
      behaviour: behaviourOf(cluster.minor),
      processFor: (environment) => this.processFor(environment),
      nodeLocalDnsFor: (context, info) => this.dnsServers.createNodeLocal(context, info),
    };
  }

  private processFor(environment: ProcessEnvironment): ContainerProcess {
    if (environment.container.image !== COREDNS_IMAGE) return this.applications.create(environment);
    return this.dnsServers.create(environment);
  }

  private recordInitialState(): void {
    for (const kind of KINDS) {
      for (const revision of this.log.list(kind)) {
        this.log.rebase(kind, revision.key, this.server.record(FactKind.initial, entityOf(revision.object)));
      }
    }
  }
}
