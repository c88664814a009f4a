/** `traffic[].to`: what is called. */
import { contains, formatAddress } from "../../../model/address.js";
import { nodeLabels } from "../../../model/node-labels.js";
import { plannedNodes } from "../../../model/node-names.js";
import type { TrafficSource, TrafficTarget } from "../../../model/scenario.js";
import type { ClusterSettings } from "../../../model/settings.js";
import { referenceTo, workloadKind } from "../../../model/workload.js";
import type { DocumentPath } from "../../documents/path.js";
import type { Resolution } from "../resolution.js";
import type { TrafficSpec } from "./schema.js";
import { ServiceNames } from "./service-names.js";
import { closed, namespaceOf, type OpenSource } from "./source.js";
import { resolveName } from "./target-name.js";
import { parseTarget } from "./target-text.js";

interface Found {
  readonly from: TrafficSource;
  readonly to: TrafficTarget;
}

/** The target, and the source, whose namespace may follow from it; null when nothing could be called (reported). */
export function resolveTarget(
  resolution: Resolution,
  cluster: ClusterSettings,
  to: TrafficSpec["to"],
  from: OpenSource,
  path: DocumentPath,
): Found | null {
  if (typeof to !== "string") return resolvePodOf(resolution, cluster, to, from, path);
  const parsed = parseTarget(to);
  switch (parsed.kind) {
    case "problem":
      resolution.error(path, parsed.message);
      return null;
    case "address": {
      const { address, port } = parsed;
      warnOfAddress(resolution, cluster, address, path);
      return { from: closed(from, "default"), to: { kind: "address", text: to, address, port } };
    }
    case "name": {
      if (from.kind === "outside") {
        const message = "names of the cluster mean nothing outside: every request will fail";
        resolution.warn(path, message, "give an address", true);
      }
      const services = new ServiceNames(resolution.objects("Service"), cluster.clusterDomain);
      const namespace = namespaceOf(from);
      const found = resolveName(resolution, cluster, services, parsed, namespace, path);
      if (found === null) return null;
      const { host, port, service } = found;
      const reached = from.kind === "outside" ? null : service;
      return {
        from: closed(from, found.namespace),
        to: { kind: "name", text: to, host, port, service: reached },
      };
    }
    default:
      return parsed satisfies never;
  }
}

function resolvePodOf(
  resolution: Resolution,
  cluster: ClusterSettings,
  to: Exclude<TrafficSpec["to"], string>,
  from: OpenSource,
  path: DocumentPath,
): Found | null {
  const { index, port, learnedAt } = to;
  const found = resolution.workload(to.podOf, [...path, "podOf"]);
  if (found === null) return null;
  const workload = referenceTo(found);
  const { namespace, name } = workload;
  const nodes = plannedNodes(cluster.nodePools).map(nodeLabels);
  const planned = workloadKind(workload.kind).planned(found, nodes);
  if (index >= planned) {
    resolution.warn([...path, "index"], `${name} has ${planned} pods at first, so there may be no pod ${index}`);
  }
  const text = `${namespace}/${name}[${index}]:${port}`;
  return {
    from: closed(from, namespace),
    to: { kind: "pod-of", text, workload, index, port, learnedAt },
  };
}

function warnOfAddress(resolution: Resolution, cluster: ClusterSettings, address: number, path: DocumentPath): void {
  const text = formatAddress(address);
  if (contains(cluster.serviceRange, address)) {
    const known = resolution.objects("Service").some((service) => service.spec.clusterIP === address);
    if (!known) resolution.warn(path, `no manifest gives a Service the address ${text}`, "set its spec.clusterIP");
  } else if (!resolution.isClaimed(address)) {
    resolution.warn(path, `${text} lies in no range of the cluster: nobody answers there`, "", true);
  }
}

export function writeTarget(to: TrafficTarget): TrafficSpec["to"] {
  if (to.kind !== "pod-of") return to.text;
  const { workload, index, port, learnedAt } = to;
  return { podOf: workload, index, port, learnedAt };
}
