/**
 * One run: a converged cluster, traffic and churn from time zero on, until every request has its outcome. `advance` runs
 * a piece of it, so that whoever calls can show progress and stop in between.
 *
 * Built in this order: log and network, what measures them, the clients' traffic, then the nodes with their programs.
 */
import { BUDGETS } from "../apiserver/client-budget.js";
import { start as startChurn } from "../churn/schedule.js";
import { type Micros, SECOND } from "../engine/duration.js";
import { Phase } from "../engine/event-queue.js";
import { Simulation } from "../engine/simulation.js";
import { Measurements } from "../metrics/measurements.js";
import type { AddressKeeper } from "../model/kept-addresses.js";
import { keyOf, type Service } from "../model/objects.js";
import type { EndpointObserver } from "../model/observation.js";
import type { RunRecord } from "../model/result.js";
import type { FiredChurn, RunEvidence, StoppedPod } from "../model/run-evidence.js";
import type { Scenario } from "../model/scenario.js";
import type { TrafficDriver } from "../traffic/driver.js";
import { Applications } from "./applications.js";
import { createChurnCluster } from "./churn-cluster.js";
import { clientResolver } from "./client-resolver.js";
import { CONVERGENCE, SimulatedCluster } from "./cluster.js";
import { createDrivers } from "./drivers.js";
import { targetService } from "./target-service.js";
import { Workloads } from "./workloads.js";

/** Arrivals go on for so long after the cluster has settled, when the scenario gives no duration. */
const AFTER_SETTLING: Micros = 30 * SECOND;
const SETTLE_CHECK: Micros = SECOND;

export class ScenarioRun implements RunEvidence {
  readonly simulation: Simulation;
  readonly cluster: SimulatedCluster;
  readonly measurements: Measurements;
  readonly drivers: readonly TrafficDriver[];
  readonly applications: Applications;
  readonly fired: FiredChurn[] = [];
  /** Of each traffic entry. */
  private readonly services: readonly (Service | null)[];
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
    this.cluster = new SimulatedCluster(this.simulation, scenario);
    const { cluster } = this;
    const services = scenario.traffic.map((entry) => targetService(scenario, entry));
    this.services = services;
    const { root: context, log: feed, topology } = cluster;
    this.measurements = new Measurements({ scenario, context, feed, topology, services });
    this.drivers = createDrivers(scenario, {
      cluster,
      services,
      sink: this.measurements.sink,
      truth: this.measurements.truth,
      whenIdle: () => this.endWhenIdle(),
    });
    this.applications = new Applications({
      workloads: new Workloads(scenario, cluster.log.lookup),
      topology: cluster.topology,
      entries: scenario.traffic,
      drivers: this.drivers,
      resolverFor: (environment, client) => clientResolver(scenario.cluster, cluster.network, environment, client),
    });
    cluster.converge(this.applications);
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
    const record = this.record ?? this.measurements.record(this);
    this.record = record;
    return record;
  }

  get stopped(): readonly StoppedPod[] {
    const { topology, crashes } = this.cluster;
    return [...this.applications.stopped].map(([pod, { node, at, fact }]) => ({
      pod,
      node: topology.nodes[node]?.name ?? "",
      at,
      fact,
      crashed: crashes.crashedAt.get(node) === at,
    }));
  }

  /**
   * For a headless Service the CoreDNS replicas, for others the data planes of the nodes that have hosted clients of it, or
   * of all nodes.
   */
  observersOf(service: Service): readonly EndpointObserver[] {
    const { cluster, applications, scenario } = this;
    if (service.spec.clusterIP === "None") return cluster.dnsServers.observers;
    const key = keyOf(service);
    const observed = cluster.nodes.filter(
      ({ place }) => scenario.observeAll || applications.clientNodes.sendTo(key, place.index),
    );
    return observed.map(({ dataPlane }) => dataPlane);
  }

  /** The clients of this Service; of a headless one DNS servers too. Where DNS gives a ClusterIP, caches keep nothing of pods. */
  keepersOf(service: Service): readonly AddressKeeper[] {
    const key = keyOf(service);
    const drivers = this.drivers.filter(({ index }) => {
      const target = this.services[index] ?? null;
      return target !== null && keyOf(target) === key;
    });
    const servers = service.spec.clusterIP === "None" ? this.cluster.dnsServers.caches : [];
    return [...servers, ...drivers.flatMap(({ keepers }) => keepers)];
  }

  /** @internal Stops the arrivals, and with them the run once the requests in flight have ended. */
  stop(): void {
    this.stopsAt = this.simulation.now;
    for (const driver of this.drivers) driver.stop();
    this.measurements.stop();
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
      components: cluster.components,
      network: cluster.network,
    });
    startChurn(churn, scenario.churn, (event) => this.fired.push(event));
    for (const driver of this.drivers) driver.start();
    this.measurements.start(this.applications);
    if (scenario.duration === null) root.after(0, Phase.measurement, checkSettled, this as ScenarioRun);
    else root.at(scenario.duration, Phase.measurement, stop, this as ScenarioRun);
  }
}

function checkSettled(run: ScenarioRun): void {
  run.checkSettled();
}

function stop(run: ScenarioRun): void {
  run.stop();
}
