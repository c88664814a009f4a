/** The traffic of a scenario: one driver for each entry, told what its clients know. */
import { keyOf, type Service } from "../model/objects.js";
import type { PodTruth, RequestSink } from "../model/recording.js";
import type { Scenario } from "../model/scenario.js";
import { ClientPod } from "../traffic/client-pod.js";
import { TrafficDriver } from "../traffic/driver.js";
import type { SimulatedCluster } from "./cluster.js";
import { targetPort } from "./target-service.js";
import { knownTarget, PodAddresses } from "./targets.js";

export interface DriverParts {
  readonly cluster: SimulatedCluster;
  /** By traffic entry; null for targets without a Service. */
  readonly services: readonly (Service | null)[];
  readonly sink: RequestSink;
  readonly truth: PodTruth;
  /** Called after the end of the arrivals when an entry has no request in flight any more. */
  readonly whenIdle: () => void;
}

export function createDrivers(scenario: Scenario, parts: DriverParts): TrafficDriver[] {
  const { cluster, services, sink, truth, whenIdle } = parts;
  return scenario.traffic.map((entry, index) => {
    const service = services[index] ?? null;
    const addresses = new PodAddresses(cluster, service === null ? "" : keyOf(service));
    const driver = new TrafficDriver({
      context: cluster.root.child(`traffic/${entry.name}`),
      index,
      entry,
      network: cluster.network,
      sink,
      truth,
      port: targetPort(scenario, entry),
      podAt: (address) => addresses.at(address),
      known: knownTarget(cluster, entry),
      whenIdle,
    });
    if (entry.from.kind === "outside") {
      const { outside } = cluster.topology;
      driver.clientStarted(new ClientPod(outside.name, outside, 0));
    }
    return driver;
  });
}
