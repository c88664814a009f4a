/** Scaling: a workload gets another number of replicas. */
import * as z from "zod";
import { Phase } from "../engine/event-queue.js";
import { type AnyWorkloadKind, workloadKind } from "../model/workload.js";
import { churnAction, type EntryCheck } from "./action.js";
import { patchWorkloads } from "./patch-workloads.js";
import { workload } from "./targets/workload.js";

export const scale = churnAction({
  name: "scale",
  summary: "Sets the number of replicas of a workload.",
  target: workload,
  phase: Phase.write,
  parameters: z.strictObject({
    replicas: z.int().min(0).describe("Wanted number of pods."),
  }),
  check: (target, _parameters, entry) => checkScalable(workloadKind(target.workload.kind), entry),
  start(cluster, { target, keys }, { replicas }) {
    patchWorkloads(cluster, target.workload.kind, keys, `replicas ${replicas}`, (object, { scale }) =>
      scale === null || scale.replicas(object) === replicas ? null : scale.withReplicas(object, replicas),
    );
  },
});

/** Complains about a kind whose number of pods nobody sets. */
export function checkScalable({ kind, scale }: AnyWorkloadKind, entry: Pick<EntryCheck, "error">): void {
  if (scale === null) entry.error("target", `a ${kind} cannot be scaled`, "nobody sets its number of pods");
}
