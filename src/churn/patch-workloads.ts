/** Writes to the workloads that a churn entry has selected. */
import type { Cluster } from "../model/cluster.js";
import { type AnyWorkloadKind, type Workload, type WorkloadName, workloadKind } from "../model/workload.js";

/** `change` makes a new object of the newest one, or gives null to leave it alone; `row` is that of its kind. */
export function patchWorkloads(
  cluster: Cluster,
  kind: WorkloadName,
  keys: readonly string[],
  detail: string,
  change: (workload: Workload, row: AnyWorkloadKind) => Workload | null,
): void {
  const row = workloadKind(kind);
  for (const key of keys) cluster.api.patch(row.kind, key, detail, (object) => change(object, row));
}
