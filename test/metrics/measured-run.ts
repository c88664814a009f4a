/** A run without a cluster: the API's commits, the ends of requests and the observers are what a test says. */
import { Context } from "../../src/engine/context.js";
import type { Micros } from "../../src/engine/duration.js";
import { type FactId, NO_FACT } from "../../src/engine/facts.js";
import { Measurements } from "../../src/metrics/measurements.js";
import type { AddressKeeper } from "../../src/model/kept-addresses.js";
import { type ApiObject, entityOf, type Service } from "../../src/model/objects.js";
import type { EndpointObserver, Observation } from "../../src/model/observation.js";
import type { FinishedRequest } from "../../src/model/recording.js";
import type { RunRecord } from "../../src/model/result.js";
import type { FiredChurn, PodLoad, PodLoads, RunEvidence, StoppedPod } from "../../src/model/run-evidence.js";
import type { Scenario } from "../../src/model/scenario.js";
import { FactKind } from "../../src/model/trace.js";
import { createTopology } from "../../src/network/topology.js";
import { ServerHarness } from "../apiserver/harness.js";
import { observer } from "../support/observers.js";
import { open } from "../support/open.js";

const NODES = ["node-1", "node-2"];

export class MeasuredRun implements RunEvidence, PodLoads {
  readonly harness = new ServerHarness();
  readonly run = 0;
  readonly fired: FiredChurn[] = [];
  readonly stopped: StoppedPod[] = [];
  /** Who keeps addresses, whatever the Service. */
  readonly keepers: AddressKeeper[] = [];
  readonly loads = new Map<string, readonly PodLoad[]>();
  readonly measurements: Measurements;
  private readonly observations: Observation[] = [];
  private readonly server: Context;

  /** `services`: of each traffic entry of the scenario. */
  constructor(
    readonly scenario: Scenario,
    services: readonly (Service | null)[],
    readonly stopsAt: Micros = 60_000_000,
  ) {
    const { harness } = this;
    this.server = new Context(harness.simulation, "controller");
    const nodes = NODES.map((name, index) => ({ index, name, zone: "a", pool: "node", address: index + 1 }));
    const topology = createTopology(nodes, scenario.cluster.delays);
    this.measurements = new Measurements({ scenario, context: harness.process, feed: harness.log, topology, services });
  }

  observersOf(service: Service): readonly EndpointObserver[] {
    const key = `${service.metadata.namespace}/${service.metadata.name}`;
    return this.observations
      .filter((each) => each.service === key)
      .map((each) => ({ observer: each.observer, observation: () => each }));
  }

  keepersOf(): readonly AddressKeeper[] {
    return this.keepers;
  }

  loadsOf(pod: string): readonly PodLoad[] {
    return this.loads.get(pod) ?? [];
  }

  at(time: Micros, action: () => void): void {
    this.harness.at(time, action);
  }

  /** A fact about an object; gives its id. */
  fact(kind: FactKind, subject: string, parent: FactId = NO_FACT): FactId {
    return this.server.record(kind, subject, "", parent);
  }

  /** A churn event fires now; gives its fact. */
  fire(name: string, action: string): FactId {
    const fact = this.fact(FactKind.churn, name);
    const rollsOut = action === "rollout";
    this.fired.push({ name, fact, t: this.harness.simulation.now, action, rollsOut, objects: [], object: "" });
    return fact;
  }

  commit(object: ApiObject, kind: FactKind = FactKind.objectUpdated, parent: FactId = NO_FACT): void {
    this.harness.log.commit(object, kind === FactKind.objectDeleted, this.fact(kind, entityOf(object), parent));
  }

  /** An observer ("node/node-1") sent to these pods of a Service, each until the given moment. */
  sent(by: string, service: string, until: Readonly<Record<string, Micros>>, from: Micros = 0): void {
    const pods = Object.entries(until);
    const ends = pods.map(([pod, at]) => ({ at, endpoints: [], used: [], unused: [pod] }));
    this.observations.push({
      observer: observer(by),
      service,
      beliefs: [
        { at: from, endpoints: [], used: pods.map(([pod]) => pod), unused: [] },
        ...ends.sort((x, y) => x.at - y.at),
      ],
      changes: [],
    });
  }

  request(request: FinishedRequest): void {
    this.measurements.sink.arrived(request.traffic, request.arrivedAt);
    this.measurements.sink.finished(request, request.finishedAt);
  }

  /** Runs everything that was planned, and gives the rows. */
  record(): RunRecord {
    this.harness.run();
    return this.measurements.record(this);
  }
}

/** A scenario with these targets and nothing to run; what is below `spec` may be set: "warmup=1s". */
export function scenarioTo(targets: readonly string[], set: readonly string[] = []): Scenario {
  const traffic = targets.map((to) => `{to: ${to}, rps: 1, name: to-${to.replace(/\W/g, "-")}}`).join(", ");
  const objects = targets.map((target) => {
    const [name, namespace = "default"] = target.split(".");
    return `
---
apiVersion: v1
kind: Namespace
metadata: {name: ${namespace}}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec: {selector: {app: ${name}}, ports: [{port: 80, targetPort: 8080}]}`;
  });
  const spec = `
apiVersion: kubechurn/v1alpha1
kind: Scenario
metadata: {name: measured}
spec: {duration: 60s, traffic: [${traffic}]}`;
  return open(
    spec +
      [...new Set(objects.flatMap((text) => text.split("\n---")))]
        .filter((text) => text !== "")
        .map((text) => `\n---${text}`)
        .join(""),
    { set },
  );
}
