/** What the rows of a run are made from: everything that a run leaves behind. */
import type { Micros } from "../engine/duration.js";
import type { Simulation } from "../engine/simulation.js";
import type { DnsRecorder } from "../metrics/dns-recorder.js";
import type { FiredChurn } from "../metrics/failover.js";
import type { RequestRecorder } from "../metrics/request-recorder.js";
import type { Scenario } from "../model/scenario.js";
import type { Applications } from "./applications.js";
import type { SimulatedCluster } from "./cluster.js";
import type { PodSampler } from "./pod-sampler.js";
import type { TargetWatch } from "./target-watch.js";
import type { LoggedTruth } from "./truth.js";

export interface FinishedRun {
  readonly scenario: Scenario;
  readonly run: number;
  readonly simulation: Simulation;
  readonly cluster: SimulatedCluster;
  readonly applications: Applications;
  readonly recorder: RequestRecorder;
  readonly dnsRecorder: DnsRecorder;
  /** The watch of each traffic entry's Service; null for targets without. */
  readonly watches: readonly (TargetWatch | null)[];
  readonly truth: LoggedTruth;
  readonly sampler: PodSampler;
  readonly fired: readonly FiredChurn[];
  /** When arrivals stopped. */
  readonly stopsAt: Micros;
  /** Indices of the nodes whose rules are reported. */
  observingNodes(): readonly number[];
}
