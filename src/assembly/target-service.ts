/** The Service and the port behind the target of whoever sends: a traffic entry, or a program that asks others. */
import { entityOf, keyOf, objectsOf, type Service } from "../model/objects.js";
import type { Scenario, TrafficEntry } from "../model/scenario.js";
import { entityOfReference, selectsPodsOf, workloadsOf } from "../model/workload.js";

/** The Service of the scenario with this key; null when there is none. */
export function serviceOf(scenario: Scenario, key: string | null): Service | null {
  return objectsOf(scenario.objects, "Service").find((service) => keyOf(service) === key) ?? null;
}

/** The Service behind a target; for an address the Service that has it, for a pod the one that selects it. */
export function targetService(scenario: Scenario, sender: Pick<TrafficEntry, "to">): Service | null {
  const { to } = sender;
  if (to.kind === "name") return serviceOf(scenario, to.service);
  const services = objectsOf(scenario.objects, "Service");
  if (to.kind === "address") return services.find((service) => service.spec.clusterIP === to.address) ?? null;
  const named = entityOfReference(to.workload);
  const workload = workloadsOf(scenario.objects).find((each) => entityOf(each) === named);
  if (workload === undefined) return null;
  return services.find((service) => selectsPodsOf(service, workload)) ?? null;
}

/** Port to connect to when the target is a name. */
export function targetPort(scenario: Scenario, sender: Pick<TrafficEntry, "to">): number {
  const { to } = sender;
  if (to.kind !== "name") return to.port;
  return to.port ?? serviceOf(scenario, to.service)?.spec.ports[0]?.port ?? 80;
}
