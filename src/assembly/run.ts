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
import type { FactId } from "../engine/facts.js";
import type { Key } from "../engine/random.js";
import { Simulation } from "../engine/simulation.js";
import { DnsRecorder } from "../metrics/dns-recorder.js";
import type { FiredChurn } from "../metrics/failover.js";
import { RequestRecorder } from "../metrics/request-recorder.js";
import type { RunRecord } from "../model/result.js";
import type { Scenario } from "../model/scenario.js";
import type { TrafficDriver } from "../traffic/driver.js";
import { Applications } from "./applications.js";
import { createChurnCluster } from "./churn-cluster.js";
import { clientResolver } from "./client-resolver.js";
import { CONVERGENCE, SimulatedCluster } from "./cluster.js";
import { createDrivers } from "./drivers.js";
import type { FinishedRun } from "./finished-run.js";
import { PodSampler } from "./pod-sampler.js";
import { runRecord } from "./record.js";
import { RecordingSink } from "./recording-sink.js";
import { type TargetWatch, watchTargets } from "./target-watch.js";
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
  readonly applications: Applications;
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
    this.cluster = new SimulatedCluster(this.simulation, scenario);
    const { cluster, simulation } = this;
    this.truth = new LoggedTruth(cluster.log);
    this.watches = watchTargets(scenario, cluster.log);
    const samplingKey = simulation.random.key("requests", "sampling");
    this.dnsRecorder = dnsRecorder(scenario, samplingKey);
    this.recorder = requestRecorder(scenario, samplingKey, (fact) => simulation.facts.rootOf(fact));
    this.drivers = createDrivers(scenario, {
      cluster,
      watches: this.watches,
      sink: new RecordingSink(this.recorder, this.dnsRecorder),
      truth: this.truth,
      whenIdle: () => this.endWhenIdle(),
    });
    this.applications = new Applications({
      workloads: new Workloads(scenario, cluster.log.lookup),
      network: cluster.network,
      entries: scenario.traffic,
      drivers: this.drivers,
      resolverFor: (environment, place, client) =>
        clientResolver(scenario.cluster, cluster.network, environment, place, client),
    });
    this.sampler = new PodSampler(cluster, this.applications, this.watches, scenario.sampling.timelineInterval);
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
    const record = this.record ?? runRecord(this);
    this.record = record;
    return record;
  }

  /** Indices of the nodes whose rules are reported: those that have hosted clients, or all of them. */
  observingNodes(): readonly number[] {
    const { cluster, applications } = this;
    const indices = cluster.topology.nodes.map((node) => node.index);
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
      components: cluster.components,
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
}

function dnsRecorder({ traffic, sampling }: Scenario, samplingKey: Key): DnsRecorder {
  return new DnsRecorder({
    entries: traffic.map(({ name, to, client }) => ({
      name,
      host: to.kind === "name" ? to.host : "",
      resolver: client.resolver,
    })),
    sampling: sampling.requests,
    samplingKey,
  });
}

function requestRecorder(
  { traffic, sampling, warmup }: Scenario,
  samplingKey: Key,
  rootOf: (fact: FactId) => FactId,
): RequestRecorder {
  return new RequestRecorder({
    entries: traffic.map(({ name, to }) => ({ name, target: to.text })),
    interval: sampling.timelineInterval,
    warmup,
    sampling: sampling.requests,
    samplingKey,
    rootOf,
  });
}

function checkSettled(run: ScenarioRun): void {
  run.checkSettled();
}

function stop(run: ScenarioRun): void {
  run.stop();
}
