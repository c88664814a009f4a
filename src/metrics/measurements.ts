/**
 * Everything that measures a run. It listens to what is written to the API and to how requests end, looks at the pods
 * once an interval, and makes the rows when the run has ended. It changes nothing that is simulated.
 */
import type { Context } from "../engine/context.js";
import type { Simulation } from "../engine/simulation.js";
import type { CommitFeed } from "../model/commit-feed.js";
import type { Service } from "../model/objects.js";
import type { PodTruth, RequestSink } from "../model/recording.js";
import type { RunRecord } from "../model/result.js";
import type { PodLoads, RunEvidence } from "../model/run-evidence.js";
import type { Scenario } from "../model/scenario.js";
import type { Topology } from "../model/topology.js";
import { DnsRecorder } from "./dns-recorder.js";
import { PodHistories } from "./pod-histories.js";
import { PodSampler } from "./pod-sampler.js";
import { RecordingSink } from "./recording-sink.js";
import { RequestRecorder } from "./request-recorder.js";
import { type Measured, runRecord } from "./run-record.js";
import type { ServiceWatch } from "./service-watch.js";
import { ServiceWatches } from "./service-watches.js";
import { WorkloadHistories } from "./workload-histories.js";

export interface MeasurementOptions {
  readonly scenario: Scenario;
  /** Never ends before the run does. */
  readonly context: Context;
  readonly feed: CommitFeed;
  readonly topology: Topology;
  /** The Service behind each traffic entry's target; null for targets without. */
  readonly services: readonly (Service | null)[];
}

export class Measurements implements Measured {
  readonly scenario: Scenario;
  readonly simulation: Simulation;
  readonly requests: RequestRecorder;
  readonly lookups: DnsRecorder;
  /** The Services that are measured. Ask for one that is no target before anything is committed. */
  readonly watches: ServiceWatches;
  /** The watch of each traffic entry's Service; null for targets without. */
  readonly targets: readonly (ServiceWatch | null)[];
  readonly pods: PodHistories;
  readonly workloads: WorkloadHistories;
  /** Where traffic tells how requests end. */
  readonly sink: RequestSink;
  private sampler: PodSampler | null = null;

  constructor(private readonly options: MeasurementOptions) {
    const { scenario, context, feed, services } = options;
    const { traffic, sampling, warmup } = scenario;
    this.scenario = scenario;
    this.simulation = context.simulation;
    const samplingKey = context.simulation.random.key("requests", "sampling");
    this.pods = new PodHistories(feed);
    this.workloads = new WorkloadHistories(feed);
    this.watches = new ServiceWatches(feed);
    this.targets = services.map((service) => (service === null ? null : this.watches.of(service)));
    this.lookups = new DnsRecorder({
      entries: traffic.map(({ name, to, client }) => ({
        name,
        host: to.kind === "name" ? to.host : "",
        resolver: client.resolver,
      })),
      sampling: sampling.requests,
      samplingKey,
    });
    this.requests = new RequestRecorder({
      entries: traffic.map(({ name, to }) => ({ name, target: to.text })),
      interval: sampling.timelineInterval,
      warmup,
      sampling: sampling.requests,
      samplingKey,
      rootOf: (fact) => context.simulation.facts.rootOf(fact),
    });
    this.sink = new RecordingSink(this.requests, this.lookups);
  }

  /** What the API said of pods, for verdicts. */
  get truth(): PodTruth {
    return this.pods;
  }

  /** Begins to look at the pods once an interval. */
  start(loads: PodLoads): void {
    const { scenario, context, topology } = this.options;
    const interval = scenario.sampling.timelineInterval;
    this.sampler = new PodSampler({ context, topology, watches: [...this.watches], loads, interval });
    this.sampler.start();
  }

  /** Arrivals have stopped: the measurement that is planned is the last one. */
  stop(): void {
    this.sampler?.stop();
  }

  /** The rows, once the run has ended. */
  record(evidence: RunEvidence): RunRecord {
    return runRecord(this, this.sampler?.rows ?? [], evidence);
  }
}
