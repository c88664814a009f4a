/**
 * The cluster of a scenario, wired: API server, control plane, nodes, DNS, applications. It is made in a state in which
 * nothing runs yet; `converge` lets the same components bring it to rest before time zero, without lag and without
 * client limits, and makes one `initial` fact of each object's history.
 */

import type { ClientOptions } from "../apiserver/client.js";
import { BUDGETS, type Budget } from "../apiserver/client-budget.js";
import { ApiLog } from "../apiserver/log.js";
import { ALWAYS_UP } from "../apiserver/session.js";
import { installAdmission } from "../control-plane/admission.js";
import { NodeCidrAllocator } from "../control-plane/node-cidr-allocator.js";
import { ServiceAllocator } from "../control-plane/service-allocator.js";
import { COREDNS_IMAGE } from "../dns/addon/kube-dns.js";
import { Context } from "../engine/context.js";
import { compile, type Variate } from "../engine/distribution.js";
import { HOUR, type Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { Simulation } from "../engine/simulation.js";
import type { AddressRange } from "../model/address.js";
import type { ApiSession } from "../model/api-session.js";
import type { Components } from "../model/cluster.js";
import { behaviourOf } from "../model/kubernetes-version.js";
import { entityOf, KINDS } from "../model/objects.js";
import type { ContainerProcess, ProcessEnvironment } from "../model/process.js";
import type { Scenario } from "../model/scenario.js";
import { FactKind } from "../model/trace.js";
import { Network } from "../network/network.js";
import { OutsideTranslator } from "../network/outside-translator.js";
import type { NodePlace } from "../network/place.js";
import { type ClusterTopology, createTopology } from "../network/topology.js";
import { kubeProxies } from "../node/service-proxy/kube-proxy/kube-proxy.js";
import { ProxyLog } from "../node/service-proxy/proxy-log.js";
import { RunningComponents } from "./components.js";
import { startControlPlane } from "./control-plane.js";
import { DnsServers } from "./dns-servers.js";
import { createInitialObjects, initialObjects } from "./initial-objects.js";
import { NodeCrashes } from "./node-crashes.js";
import { NodeHeartbeats } from "./node-heartbeats.js";
import { nodeInfos } from "./nodes.js";
import { targetPort } from "./target-service.js";
import { type NodeEnvironment, WorkerNode } from "./worker-node.js";

/** How long before time zero a cluster begins to converge. */
export const CONVERGENCE: Micros = HOUR;

/** The programs of the containers that are not the cluster's own. */
export interface Programs {
  create(environment: ProcessEnvironment): ContainerProcess;
  /** Ends the programs of a node without a word. */
  powerOff(nodeIndex: number, fact: FactId): void;
}

export class SimulatedCluster {
  readonly topology: ClusterTopology;
  readonly network: Network;
  readonly log: ApiLog;
  readonly proxyLog: ProxyLog;
  readonly root: Context;
  /** The API server's own context: what it commits happens whoever dies. */
  readonly server: Context;
  readonly nodes: WorkerNode[] = [];
  readonly heartbeats: NodeHeartbeats;
  readonly crashes: NodeCrashes;
  readonly components: Components;
  private readonly watchDelivery: Variate;
  readonly dnsServers: DnsServers;
  private programs: Programs | null = null;

  constructor(
    readonly simulation: Simulation,
    private readonly scenario: Scenario,
    /** Of each node with the API server. Nothing in a scenario cuts one. */
    private readonly sessionOf: (node: NodePlace) => ApiSession = () => ALWAYS_UP,
  ) {
    const { cluster } = scenario;
    this.root = new Context(simulation, "cluster");
    this.server = this.root.child("kube-apiserver");
    this.topology = createTopology(nodeInfos(cluster), cluster.delays);
    this.topology.outside.translator = new OutsideTranslator(cluster.serviceRange);
    this.network = new Network(this.topology);
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
    installAdmission(this.log, [new ServiceAllocator(cluster.serviceRange, simulation.random)]);
    this.dnsServers = new DnsServers({
      settings: cluster,
      log: this.log,
      network: this.network,
      watchDelivery: this.watchDelivery,
      outsidePorts: new Set(scenario.traffic.map((entry) => targetPort(scenario, entry))),
    });
    const { topology, nodes, dnsServers } = this;
    this.heartbeats = new NodeHeartbeats(topology, nodes);
    this.crashes = new NodeCrashes({
      network: this.network,
      topology,
      nodes,
      heartbeats: this.heartbeats,
      powerOff: (nodeIndex, fact) => this.programs?.powerOff(nodeIndex, fact),
    });
    this.components = new RunningComponents({ simulation, topology, nodes, crashes: this.crashes, dnsServers });
  }

  /** Client of the API server for a component with this budget. */
  clientOptions(budget: Budget): ClientOptions {
    return { budget, duration: compile(this.scenario.cluster.delays.apiWrite) };
  }

  /** Starts everything an hour before time zero and runs it until it rests, or until time zero. */
  converge(programs: Programs): void {
    this.programs = programs;
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
      heartbeats: this.heartbeats,
      dnsAutoscaler: scenario.cluster.dnsAutoscaler ?? null,
      nodeMonitor: { grace: scenario.cluster.nodeMonitorGrace, period: scenario.cluster.nodeMonitorPeriod },
      behaviour: behaviourOf(scenario.cluster.minor),
      clientOptions: (budget) => this.clientOptions(budget),
    });
    const environment = this.nodeEnvironment(programs);
    for (const place of this.topology.nodes) {
      this.nodes.push(new WorkerNode(environment, place, ranges[place.index] as AddressRange));
    }
    while (simulation.advance(1e9, 0));
    simulation.skipTo(0);
    simulation.facts.recording = true;
    this.recordInitialState();
  }

  private podRanges(): AddressRange[] {
    const allocator = new NodeCidrAllocator(this.scenario.cluster.podRange);
    return this.topology.nodes.map((node) => {
      const range = allocator.allocateNext();
      if (typeof range === "string") throw new RangeError(`${node.name}: ${range}`);
      return range;
    });
  }

  private nodeEnvironment(programs: Programs): NodeEnvironment {
    const { cluster } = this.scenario;
    const behaviour = behaviourOf(cluster.minor);
    return {
      context: this.root,
      log: this.log,
      network: this.network,
      server: this.server,
      client: this.clientOptions(BUDGETS.kubelet),
      watchDelivery: this.watchDelivery,
      kubeletDelays: {
        volumeMount: compile(cluster.delays.volumeMount),
        sandboxCreation: compile(cluster.delays.sandboxCreation),
        sandboxRemoval: compile(cluster.delays.sandboxRemoval),
        imagePull: compile(cluster.delays.imagePull),
      },
      behaviour,
      sessionOf: this.sessionOf,
      processFor: (environment) =>
        environment.container.image === COREDNS_IMAGE
          ? this.dnsServers.create(environment)
          : programs.create(environment),
      dataPlaneFor: kubeProxies({
        proxyLog: this.proxyLog,
        settings: cluster.kubeProxy,
        behaviour,
        serviceRange: cluster.serviceRange,
        watchDelivery: this.watchDelivery,
      }),
      nodeLocalDnsFor: (context, place, session) => this.dnsServers.createNodeLocal(context, place, session),
    };
  }

  private recordInitialState(): void {
    for (const kind of KINDS) {
      for (const revision of this.log.list(kind)) {
        this.log.rebase(kind, revision.key, this.server.record(FactKind.initial, entityOf(revision.object)));
      }
    }
  }
}
