/** Writes to the workloads that a churn entry has selected. */
import type { Cluster } from "../model/cluster.js";
import { type AnyWorkloadKind, type Workload, workloadKind } from "../model/workload.js";
import type { Firing } from "./action.js";

/** `change` makes a new object of the newest one, or gives null to leave it alone; `row` is that of its kind. */
export function patchWorkloads(
  cluster: Cluster,
  { workload, keys }: Firing,
  detail: string,
  change: (workload: Workload, row: AnyWorkloadKind) => Workload | null,
): void {
  if (workload === null) throw new Error("this churn entry is not about workloads");
  const row = workloadKind(workload);
  for (const key of keys) cluster.api.patch(row.kind, key, detail, (object) => change(object, row));
}
