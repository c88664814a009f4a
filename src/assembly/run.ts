/**
 * One run: a converged cluster, traffic and churn from time zero on, until every request has its outcome. `advance` runs
 * a piece of it, so that whoever calls can show progress and stop in between.
 */
import { BUDGETS } from "../apiserver/client-budget.js";
import { start as startChurn } from "../churn/schedule.js";
import { clusterDnsAddress } from "../dns/addon/kube-dns.js";
import { CLIENT_CACHES } from "../dns/client/cache/client-caches.js";
import { withAddressOrder } from "../dns/client/resolver/address-order.js";
import { resolverNamed } from "../dns/client/resolver/resolvers.js";
import { createClusterTransport } from "../dns/client/transport/cluster-transport.js";
import { type Micros, SECOND } from "../engine/duration.js";
import { Phase } from "../engine/event-queue.js";
import { Simulation } from "../engine/simulation.js";
import { DnsRecorder } from "../metrics/dns-recorder.js";
import type { FiredChurn } from "../metrics/failover.js";
import { RequestRecorder } from "../metrics/request-recorder.js";
import type { ClientResolver } from "../model/dns.js";
import type { ProcessEnvironment } from "../model/process.js";
import type { RunRecord } from "../model/result.js";
import type { ClientSettings, Scenario } from "../model/scenario.js";
import { OUTSIDE } from "../model/topology.js";
import { resolvConf } from "../node/resolv-conf.js";
import { ClientPod } from "../traffic/client-pod.js";
import { TrafficDriver } from "../traffic/driver.js";
import { Applications } from "./applications.js";
import { createChurnCluster } from "./churn-cluster.js";
import { CONVERGENCE, SimulatedCluster } from "./cluster.js";
import type { FinishedRun } from "./finished-run.js";
import { PodSampler } from "./pod-sampler.js";
import { runRecord } from "./record.js";
import { RecordingSink } from "./recording-sink.js";
import { targetPort, targetService } from "./target-service.js";
import { TargetWatch } from "./target-watch.js";
import { knownTarget, PodAddresses } from "./targets.js";
import { LoggedTruth } from "./truth.js";
import { Workloads } from "./workloads.js";

/** Arrivals go on for so long after the cluster has settled, when the scenario gives no duration. */
const AFTER_SETTLING: Micros = 30 * SECOND;
const SETTLE_CHECK: Micros = SECOND;

export class ScenarioRun implements FinishedRun {
  readonly simulation: Simulation;
  readonly cluster: SimulatedCluster;
  readonly recorder: RequestRecorder;
  readonly dnsRecorder: DnsRecorder;
  readonly drivers: readonly TrafficDriver[];
  /** The watch of each traffic entry's Service; null for targets without. */
  readonly watches: readonly (TargetWatch | null)[];
  readonly truth: LoggedTruth;
  readonly sampler: PodSampler;
  readonly fired: FiredChurn[] = [];
  /** When arrivals stop; NaN while that is not known yet. */
  stopsAt: Micros;
  private record: RunRecord | null = null;
  private ended = false;

  constructor(
    readonly scenario: Scenario,
    readonly run: number,
  ) {
    this.simulation = new Simulation({
      seed: scenario.seed,
      run,
      startAt: -CONVERGENCE,
      maxEvents: scenario.maxEvents,
    });
    this.stopsAt = scenario.duration ?? Number.NaN;
    this.cluster = new SimulatedCluster(this.simulation, scenario, (cluster) => this.applicationsOf(cluster));
    const { cluster, simulation } = this;
    this.truth = new LoggedTruth(cluster.log);
    this.watches = this.watchTargets();
    const sampling = scenario.sampling.requests;
    const samplingKey = simulation.random.key("requests", "sampling");
    this.dnsRecorder = new DnsRecorder({
      entries: scenario.traffic.map(({ name, to, client }) => ({
        name,
        host: to.kind === "name" ? to.host : "",
        resolver: client.resolver,
      })),
      sampling,
      samplingKey,
    });
    this.recorder = new RequestRecorder({
      entries: scenario.traffic.map(({ name, to }) => ({ name, target: to.text })),
      interval: scenario.sampling.timelineInterval,
      warmup: scenario.warmup,
      sampling,
      samplingKey,
      rootOf: (fact) => simulation.facts.rootOf(fact),
    });
    this.drivers = scenario.traffic.map((_, index) => this.driverOf(index));
    cluster.applications.drivers = this.drivers;
    this.sampler = new PodSampler(cluster, this.watches, scenario.sampling.timelineInterval);
    cluster.converge();
    this.begin();
  }

  get now(): Micros {
    return this.simulation.now;
  }

  /** Runs at most `maxEvents` events; true while there is more to run. */
  advance(maxEvents: number): boolean {
    if (this.ended) return false;
    const more = this.simulation.advance(maxEvents);
    if (!more && !this.ended) throw new Error("no event is left, but a request has no outcome");
    return !this.ended;
  }

  /** The rows of a finished run. */
  finish(): RunRecord {
    if (!this.ended) throw new Error("the run has not ended yet");
    const record = this.record ?? runRecord(this);
    this.record = record;
    return record;
  }

  /** Indices of the nodes whose rules are reported: those that have hosted clients, or all of them. */
  observingNodes(): readonly number[] {
    const { topology, applications } = this.cluster;
    const indices = topology.nodes.map((node) => node.index);
    return this.scenario.observeAll ? indices : indices.filter((index) => applications.clientNodes.has(index));
  }

  /** @internal Stops the arrivals, and with them the run once the requests in flight have ended. */
  stop(): void {
    this.stopsAt = this.simulation.now;
    for (const driver of this.drivers) driver.stop();
    this.sampler.stop();
    this.endWhenIdle();
  }

  /** Once arrivals have stopped, the last outcome ends the run: nothing that comes later can be asked for. */
  private endWhenIdle(): void {
    if (Number.isNaN(this.stopsAt) || this.simulation.now < this.stopsAt) return;
    if (this.drivers.some((driver) => driver.inFlight.length > 0)) return;
    this.ended = true;
    this.simulation.halt();
  }

  /** @internal Without a given duration: 30 s after nothing is left to happen in the cluster. */
  checkSettled(): void {
    const { root } = this.cluster;
    if (this.simulation.pendingControl > 0)
      root.after(SETTLE_CHECK, Phase.measurement, checkSettled, this as ScenarioRun);
    else root.after(AFTER_SETTLING, Phase.measurement, stop, this as ScenarioRun);
  }

  private begin(): void {
    const { cluster, scenario } = this;
    const { root, server, log } = cluster;
    const churn = createChurnCluster({
      context: root.child("churn"),
      log,
      client: cluster.clientOptions(BUDGETS.kubectl),
      server,
      components: cluster,
      network: cluster.network,
    });
    startChurn(churn, scenario.churn, (name, fact, t, action, object) =>
      this.fired.push({ name, fact, t, action, object }),
    );
    for (const driver of this.drivers) driver.start();
    this.sampler.start();
    if (scenario.duration === null) root.after(0, Phase.measurement, checkSettled, this as ScenarioRun);
    else root.at(scenario.duration, Phase.measurement, stop, this as ScenarioRun);
  }

  private applicationsOf(cluster: SimulatedCluster): Applications {
    return new Applications({
      workloads: new Workloads(this.scenario),
      network: cluster.network,
      entries: this.scenario.traffic,
      resolverFor: (environment, nodeIndex, client) => this.resolverOf(cluster, environment, nodeIndex, client),
    });
  }

  private resolverOf(
    cluster: SimulatedCluster,
    environment: ProcessEnvironment,
    sourceNode: number,
    { resolver, addressOrder, cache, raceLoss = 0 }: ClientSettings,
  ): ClientResolver {
    const { clusterDomain, serviceRange, nodeResolvConf } = this.scenario.cluster;
    const { context, pod, address: sourceAddress } = environment;
    const text = resolvConf({
      namespace: pod.metadata.namespace,
      clusterDns: [clusterDnsAddress(serviceRange)],
      clusterDomain,
      node: nodeResolvConf,
      dnsPolicy: pod.spec.dnsPolicy,
      dnsConfig: pod.spec.dnsConfig ?? null,
      hostNetwork: pod.spec.hostNetwork,
    });
    const { network } = cluster;
    const transport = createClusterTransport({ context, network, sourceNode, sourceAddress, raceLoss });
    const resolve = resolverNamed(resolver).create(text, transport, context);
    const kept = CLIENT_CACHES.find(({ name }) => name === cache.type);
    if (kept === undefined) throw new Error(`there is no client cache ${cache.type}`);
    return kept.wrap(withAddressOrder(addressOrder, sourceAddress, resolve), context, cache);
  }

  private watchTargets(): (TargetWatch | null)[] {
    const watches = new Map<string, TargetWatch>();
    return this.scenario.traffic.map((entry) => {
      const service = targetService(this.scenario, entry);
      if (service === null) return null;
      const watch = new TargetWatch(this.cluster.log, service);
      const known = watches.get(watch.key);
      if (known !== undefined) return known;
      watches.set(watch.key, watch);
      return watch;
    });
  }

  private driverOf(index: number): TrafficDriver {
    const { scenario, cluster } = this;
    const entry = scenario.traffic[index] as Scenario["traffic"][number];
    const addresses = new PodAddresses(cluster, this.watches[index]?.key ?? "");
    const driver = new TrafficDriver({
      context: cluster.root.child(`traffic/${entry.name}`),
      index,
      entry,
      network: cluster.network,
      sink: new RecordingSink(this.recorder, this.dnsRecorder),
      truth: this.truth,
      port: targetPort(scenario, entry),
      podAt: (address) => addresses.at(address),
      known: knownTarget(cluster, entry),
      whenIdle: () => this.endWhenIdle(),
    });
    if (entry.from.kind === "outside") driver.clientStarted(new ClientPod("outside", OUTSIDE, 0, []));
    return driver;
  }
}

function checkSettled(run: ScenarioRun): void {
  run.checkSettled();
}

function stop(run: ScenarioRun): void {
  run.stop();
}
