/** A workload as the target of churn: its name, or its name with kind and namespace. */
import * as z from "zod";
import type { ChurnTarget } from "../../../../model/scenario.js";
import { referenceTo } from "../../../../model/workload.js";
import type { DocumentPath } from "../../../documents/path.js";
import { strictObject } from "../../../strict-object.js";
import type { Resolution } from "../../resolution.js";
import { type WorkloadSpec, workloadKinds, workloadReference } from "../../selectors.js";
import { anyTarget, type ChurnTargetSpec, targetOfKind } from "./target.js";

export const workload = z.codec(
  z.union([
    z.string().min(1),
    strictObject({
      ...workloadReference.shape,
      kind: workloadKinds.optional().describe("The kind of the workload; by default any that has the name."),
    }),
  ]),
  anyTarget,
  {
    decode: (written): ChurnTargetSpec => ({
      kind: "workload",
      workload: typeof written === "string" ? { name: written } : written,
    }),
    encode: (target) => ({ ...targetOfKind(target, "workload").workload }),
  },
);

export function resolveWorkload(resolution: Resolution, spec: WorkloadSpec, path: DocumentPath): ChurnTarget | null {
  const found = resolution.workload(spec, path);
  return found === null ? null : { kind: "workload", workload: referenceTo(found) };
}
