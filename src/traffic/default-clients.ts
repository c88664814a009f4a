/** The client pods that the simulator adds itself: one on each node, for traffic entries without a source of their own. */

import { matchesLabels } from "../model/labels.js";
import { HOSTNAME_LABEL } from "../model/node-labels.js";
import {
  type Container,
  NEW_POD_STATUS,
  newMetadata,
  type Pod,
  type Taint,
  type Toleration,
} from "../model/objects.js";
import type { Scenario, TrafficSource } from "../model/scenario.js";
import type { NodeInfo } from "../model/topology.js";

/** Label of our own client pods. */
export const CLIENT_LABEL = "kubechurn.dev/client";

const CLIENT: Container = {
  name: "client",
  image: "kubechurn.dev/client",
  ports: [],
  cpu: 0,
  memory: 0,
  readinessProbe: null,
  preStopSleepSeconds: null,
};

/** Client pods "client-<node>" in each namespace that some entry sends from. */
export function clientPods(scenario: Scenario, nodes: readonly NodeInfo[]): Pod[] {
  const namespaces = new Set<string>();
  for (const { from } of scenario.traffic) if (from.kind === "per-node") namespaces.add(from.namespace);
  const pools = new Map(scenario.cluster.nodePools.map((pool) => [pool.name, pool]));
  const taintsOf = ({ pool }: NodeInfo): readonly Taint[] => pools.get(pool)?.taints ?? [];
  return [...namespaces].flatMap((namespace) => nodes.map((node) => clientPod(namespace, node, taintsOf(node))));
}

function clientPod(namespace: string, node: NodeInfo, taints: readonly Taint[]): Pod {
  return {
    kind: "Pod",
    metadata: newMetadata(namespace, `client-${node.name}`, { [CLIENT_LABEL]: "true" }),
    spec: {
      containers: [CLIENT],
      nodeName: "",
      nodeSelector: { [HOSTNAME_LABEL]: node.name },
      tolerations: taints.map(tolerationFor),
      terminationGracePeriodSeconds: 0,
      hostname: "",
      subdomain: "",
      hostNetwork: false,
      dnsPolicy: "ClusterFirst",
    },
    status: NEW_POD_STATUS,
  };
}

/** Our clients run wherever somebody could, also on the nodes of a pool that keeps others away. */
function tolerationFor({ key, value, effect }: Taint): Toleration {
  return { key, operator: "Equal", value, effect, tolerationSeconds: null };
}

/** Whether a pod sends this entry's requests. */
export function sendsFor(from: TrafficSource, pod: Pod): boolean {
  const { namespace, labels } = pod.metadata;
  switch (from.kind) {
    case "pods":
      return from.selector.namespace === namespace && matchesLabels(from.selector.matchLabels, labels);
    case "per-node":
      return from.namespace === namespace && labels[CLIENT_LABEL] === "true";
    case "outside":
      return false;
    default:
      return from satisfies never;
  }
}
