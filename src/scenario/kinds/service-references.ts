/** What is legal in a Service by itself and suspicious among the objects around it. */
import { matchesLabels } from "../../model/labels.js";
import { entityOf, type Service } from "../../model/objects.js";
import type { PodPrototype } from "../../model/workload.js";
import type { Location, Report } from "../diagnostic.js";
import type { ObjectsAround } from "./kind.js";

export function checkService(service: Service, around: ObjectsAround, location: Location, report: Report): void {
  checkSelector(service, around.podsIn(service.metadata.namespace), location, report);
  const { clusterIP } = service.spec;
  const first = typeof clusterIP === "number" ? around.serviceAt(clusterIP) : null;
  if (first === null || first === service) return;
  const message = `the clusterIP of this Service is also that of ${entityOf(first)}`;
  report.error(location, "spec.clusterIP", message, "leave it out and one is allocated");
}

function checkSelector(service: Service, pods: readonly PodPrototype[], location: Location, report: Report): void {
  const { selector, ports } = service.spec;
  const { name, namespace } = service.metadata;
  if ((service.spec.externalName ?? null) !== null) return;
  if (selector === null) {
    const message = `Service ${name} has no selector: it will have no endpoints`;
    report.warn(location, "spec.selector", message, "endpoints that somebody else writes are not modelled", true);
    return;
  }
  const selected = pods.filter((pod) => matchesLabels(selector, pod.labels));
  if (selected.length === 0) {
    const message = `the selector of Service ${name} matches no pod of these manifests in namespace ${namespace}`;
    report.warn(location, "spec.selector", message, "compare it with the labels of the pod template");
  }
  for (const port of ports) {
    if (typeof port.targetPort !== "string") continue;
    for (const pod of selected) {
      const found = pod.spec.containers.some((container) =>
        container.ports.some((each) => each.name === port.targetPort && each.protocol === port.protocol),
      );
      if (found) continue;
      const message = `Service ${name} sends to the port named ${port.targetPort}, which a pod that it selects lacks`;
      report.warn(location, "spec.ports", message, "such pods are no endpoints of this port");
      break;
    }
  }
}
