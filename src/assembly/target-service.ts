/** The Service and the port behind a traffic entry's target. */
import { entityOf, keyOf, objectsOf, type Service } from "../model/objects.js";
import type { Scenario, TrafficEntry } from "../model/scenario.js";
import { entityOfReference, selectsPodsOf, workloadsOf } from "../model/workload.js";

/** The Service of the scenario with this key; null when there is none. */
export function serviceOf(scenario: Scenario, key: string | null): Service | null {
  return objectsOf(scenario.objects, "Service").find((service) => keyOf(service) === key) ?? null;
}

/** The Service behind an entry's target; for an address the Service that has it, for a pod the one that selects it. */
export function targetService(scenario: Scenario, entry: TrafficEntry): Service | null {
  const { to } = entry;
  if (to.kind === "name") return serviceOf(scenario, to.service);
  const services = objectsOf(scenario.objects, "Service");
  if (to.kind === "address") return services.find((service) => service.spec.clusterIP === to.address) ?? null;
  const named = entityOfReference(to.workload);
  const workload = workloadsOf(scenario.objects).find((each) => entityOf(each) === named);
  if (workload === undefined) return null;
  return services.find((service) => selectsPodsOf(service, workload)) ?? null;
}

/** Port to connect to when the target is a name. */
export function targetPort(scenario: Scenario, entry: TrafficEntry): number {
  const { to } = entry;
  if (to.kind !== "name") return to.port;
  return to.port ?? serviceOf(scenario, to.service)?.spec.ports[0]?.port ?? 80;
}
