/** What is legal in each object by itself and suspicious in the whole: told as warnings. */
import { type Labels, matchesLabels } from "../../model/labels.js";
import { entityOf, type PodSpec, type Service } from "../../model/objects.js";
import type { Location, Report } from "../diagnostic.js";
import type { Manifests } from "./objects.js";

/** Pods, or what makes them. */
interface PodSource {
  readonly namespace: string;
  readonly labels: Labels;
  readonly spec: PodSpec;
}

const NOWHERE: Location = { file: "", line: 0, column: 0 };

export function checkReferences(manifests: Manifests, report: Report): void {
  const sources = podSources(manifests);
  const addresses = new Map<number, Service>();
  for (const service of manifests.services) {
    const location = manifests.locations.get(entityOf(service)) ?? NOWHERE;
    checkSelector(service, sources, location, report);
    const { clusterIP } = service.spec;
    if (typeof clusterIP !== "number") continue;
    const other = addresses.get(clusterIP);
    if (other !== undefined) {
      const message = `the clusterIP of this Service is also that of ${entityOf(other)}`;
      report.error(location, "spec.clusterIP", message, "leave it out and one is allocated");
    }
    addresses.set(clusterIP, service);
  }
}

function podSources(manifests: Manifests): Map<string, PodSource[]> {
  const sources = new Map<string, PodSource[]>();
  const add = (source: PodSource): void => {
    const others = sources.get(source.namespace);
    if (others === undefined) sources.set(source.namespace, [source]);
    else others.push(source);
  };
  for (const { metadata, spec } of [...manifests.deployments, ...manifests.replicaSets]) {
    add({ namespace: metadata.namespace, labels: spec.template.labels, spec: spec.template.spec });
  }
  for (const { metadata, spec } of manifests.pods) {
    add({ namespace: metadata.namespace, labels: metadata.labels, spec });
  }
  return sources;
}

function checkSelector(
  service: Service,
  sources: ReadonlyMap<string, readonly PodSource[]>,
  location: Location,
  report: Report,
): void {
  const { selector, ports } = service.spec;
  const { name, namespace } = service.metadata;
  if ((service.spec.externalName ?? null) !== null) return;
  if (selector === null) {
    const message = `Service ${name} has no selector: it will have no endpoints`;
    report.warn(location, "spec.selector", message, "endpoints that somebody else writes are not modelled", true);
    return;
  }
  const selected = (sources.get(namespace) ?? []).filter((source) => matchesLabels(selector, source.labels));
  if (selected.length === 0) {
    const message = `the selector of Service ${name} matches no pod of these manifests in namespace ${namespace}`;
    report.warn(location, "spec.selector", message, "compare it with the labels of the pod template");
  }
  for (const port of ports) {
    if (typeof port.targetPort !== "string") continue;
    for (const source of selected) {
      const found = source.spec.containers.some((container) =>
        container.ports.some((each) => each.name === port.targetPort && each.protocol === port.protocol),
      );
      if (found) continue;
      const message = `Service ${name} sends to the port named ${port.targetPort}, which a pod that it selects lacks`;
      report.warn(location, "spec.ports", message, "such pods are no endpoints of this port");
      break;
    }
  }
}
