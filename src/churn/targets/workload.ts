/** A workload: by its name, or by kind, name and namespace. */
import * as z from "zod";
import { objectKey } from "../../model/objects.js";
import type { ChurnTarget } from "../../model/scenario.js";
import { type WorkloadSpec, workloadKinds, workloadReference } from "../../model/selector-schema.js";
import { strictObject } from "../../model/strict-object.js";
import type { WorkloadReference } from "../../model/workload.js";
import { targetKind } from "./target.js";

export interface WorkloadTarget extends ChurnTarget {
  readonly kind: "workload";
  readonly workload: WorkloadReference;
}

interface WorkloadWritten extends ChurnTarget {
  readonly kind: "workload";
  readonly workload: WorkloadSpec;
}

const schema = z.codec(
  z.union([
    z.string().min(1),
    strictObject({
      ...workloadReference.shape,
      kind: workloadKinds.optional().describe("The kind of the workload; by default any that has the name."),
    }),
  ]),
  z.custom<WorkloadWritten>(),
  {
    decode: (text): WorkloadWritten => ({
      kind: "workload",
      workload: typeof text === "string" ? { name: text } : text,
    }),
    encode: (target) => ({ ...target.workload }),
  },
);

export const workload = targetKind<WorkloadTarget, WorkloadWritten>({
  kind: "workload",
  schema,
  nameIn: (written) => written.workload.name,
  resolve(written, lookup) {
    const found = lookup.workload(written.workload);
    return found === null ? null : { kind: "workload", workload: found };
  },
  candidates(api, { workload: { kind, namespace, name } }) {
    const key = objectKey(namespace, name);
    return api.get(kind, key) === null ? [] : [key];
  },
  noun: ({ workload: { kind } }) => kind,
  podsOf: ({ workload: reference }, lookup) => lookup.pods(reference),
});
