/** The labels of a node: those that every kubelet and cloud sets, and those of its pool. */
import type { Labels } from "./labels.js";
import type { NodePool } from "./settings.js";

/** Of a node without labels of its pool: Linux on amd64, as most are; the others name nothing that exists. */
const STANDARD: Labels = {
  "kubernetes.io/os": "linux",
  "kubernetes.io/arch": "amd64",
  "topology.kubernetes.io/region": "region",
  "node.kubernetes.io/instance-type": "standard",
};

export const HOSTNAME_LABEL = "kubernetes.io/hostname";
export const ZONE_LABEL = "topology.kubernetes.io/zone";
const POOL_LABEL = "kubechurn.dev/pool";

/** What the place of a node decides; a pool cannot set it as a label. */
export const PLACE_LABELS: readonly string[] = [HOSTNAME_LABEL, ZONE_LABEL, POOL_LABEL];

/**
 * Names that were deprecated and that manifests still select by: node lifecycle controller and cloud controller manager
 * keep them equal to the present ones (`labelReconcileInfo` of both).
 */
const FORMER: readonly (readonly [former: string, present: string])[] = [
  ["beta.kubernetes.io/os", "kubernetes.io/os"],
  ["beta.kubernetes.io/arch", "kubernetes.io/arch"],
  ["beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type"],
  ["failure-domain.beta.kubernetes.io/zone", ZONE_LABEL],
  ["failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"],
];

/** The present name of a label that manifests may select by. */
export function presentLabel(key: string): string {
  return FORMER.find(([former]) => former === key)?.[1] ?? key;
}

/** As far as it decides labels. */
export interface LabelledNode {
  readonly name: string;
  readonly zone: string;
  readonly pool: Pick<NodePool, "name" | "labels">;
}

export function nodeLabels({ name, zone, pool }: LabelledNode): Labels {
  const labels: Record<string, string> = {
    ...STANDARD,
    ...pool.labels,
    [HOSTNAME_LABEL]: name,
    [ZONE_LABEL]: zone,
    [POOL_LABEL]: pool.name,
  };
  for (const [former, present] of FORMER) labels[former] = labels[present] ?? "";
  return labels;
}
