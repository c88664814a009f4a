/** The Service and the port behind a traffic entry's target. */
import { objectKey, type Service } from "../model/objects.js";
import type { Scenario, TrafficEntry } from "../model/scenario.js";

/** The Service of the scenario with this key; null when there is none. */
export function serviceOf(scenario: Scenario, key: string | null): Service | null {
  return scenario.services.find(({ metadata }) => objectKey(metadata.namespace, metadata.name) === key) ?? null;
}

/** The Service behind an entry's target; for an address the Service that has it, for a pod the one that selects it. */
export function targetService(scenario: Scenario, entry: TrafficEntry): Service | null {
  const { to } = entry;
  if (to.kind === "name") return serviceOf(scenario, to.service);
  if (to.kind === "address") return scenario.services.find((service) => service.spec.clusterIP === to.address) ?? null;
  const deployment = scenario.deployments.find(
    ({ metadata }) => metadata.namespace === to.namespace && metadata.name === to.name,
  );
  if (deployment === undefined) return null;
  const { labels } = deployment.spec.template;
  return (
    scenario.services.find(({ metadata, spec }) => {
      if (spec.selector === null || metadata.namespace !== to.namespace) return false;
      return Object.entries(spec.selector).every(([key, value]) => labels[key] === value);
    }) ?? null
  );
}

/** Port to connect to when the target is a name. */
export function targetPort(scenario: Scenario, entry: TrafficEntry): number {
  const { to } = entry;
  if (to.kind !== "name") return to.port;
  return to.port ?? serviceOf(scenario, to.service)?.spec.ports[0]?.port ?? 80;
}
