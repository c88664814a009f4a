/** What whoever sends (the clients of a traffic entry, a program that asks others) knows beforehand, and whom an address means. */
import type { Micros } from "../engine/duration.js";
import type { Address } from "../model/address.js";
import { keyOf, objectKey } from "../model/objects.js";
import type { TrafficEntry } from "../model/scenario.js";
import { serviceKeyOf } from "../model/slice-service.js";
import { isPodOf, type WorkloadReference } from "../model/workload.js";
import type { KnownTarget } from "../traffic/attempts.js";
import type { SimulatedCluster } from "./cluster.js";

/** What they know without a look-up; null for names. A pod's address is learned once and kept. */
export function knownTarget(cluster: SimulatedCluster, sender: Pick<TrafficEntry, "to">): () => KnownTarget | null {
  const { to } = sender;
  if (to.kind === "name") return () => null;
  if (to.kind === "address") {
    const known = { address: to.address, port: to.port, believedPod: "" };
    return () => known;
  }
  let learned: KnownTarget | null = null;
  return () => {
    if (learned === null && cluster.simulation.now >= to.learnedAt) learned = learnPod(cluster, to);
    return learned;
  };
}

interface PodOf {
  readonly workload: WorkloadReference;
  readonly index: number;
  readonly port: number;
  readonly learnedAt: Micros;
}

function learnPod(cluster: SimulatedCluster, { workload, index, port }: PodOf): KnownTarget | null {
  const pods = cluster.log.list("Pod").filter(({ object }) => isPodOf(object, workload, cluster.log.lookup));
  const pod = pods[index]?.object;
  if (pod === undefined || pod.status.podIP === null) return null;
  return { address: pod.status.podIP, port, believedPod: keyOf(pod) };
}

/** Newest pod that the slices of a Service have named at an address; "" when none ever was. For headless Services. */
export class PodAddresses {
  private readonly pods = new Map<Address, string>();

  constructor(cluster: SimulatedCluster, service: string) {
    cluster.log.onCommit("EndpointSlice", ({ object }) => {
      if (serviceKeyOf(object) !== service) return;
      const { namespace } = object.metadata;
      for (const { address, pod } of object.endpoints) this.pods.set(address, objectKey(namespace, pod));
    });
  }

  at(address: Address): string {
    return this.pods.get(address) ?? "";
  }
}
