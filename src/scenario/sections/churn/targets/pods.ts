/** Pods as the target of churn: some of those that labels or a workload select. */
import * as z from "zod";
import type { PodSelector } from "../../../../model/scenario.js";
import type { DocumentPath } from "../../../documents/path.js";
import { strictObject } from "../../../strict-object.js";
import type { Resolution } from "../../resolution.js";
import {
  type PodReference,
  podReference,
  selectionFields,
  selectionOf,
  workloadReference,
  writeSelection,
} from "../../selectors.js";
import { anyTarget, type ChurnTargetSpec, complainTo, targetOfKind } from "./target.js";

const somePods = strictObject({ selector: podReference.describe("The candidates."), ...selectionFields });

export const pods = z.codec(
  z.union([
    z.string().min(1),
    strictObject({ pods: somePods.describe("Pods that run, selected by labels or workload.") }),
    strictObject({ ...workloadReference.shape, ...selectionFields }),
  ]),
  anyTarget,
  {
    decode(written, payload): ChurnTargetSpec {
      const complain = complainTo(payload);
      if (typeof written === "string") {
        return { kind: "pods", selector: { name: written }, selection: { mode: "one", value: 0 } };
      }
      if ("pods" in written) {
        return { kind: "pods", selector: written.pods.selector, selection: selectionOf(written.pods, complain) };
      }
      const { kind, name, namespace } = written;
      return { kind: "pods", selector: { kind, name, namespace }, selection: selectionOf(written, complain) };
    },
    encode(target) {
      const { selector, selection } = targetOfKind(target, "pods");
      return { pods: { ...writeSelection(selection), selector: writeReference(selector) } };
    },
  },
);

/** A reference in full. A workload's is written with its kind, which a bare name leaves open. */
export function writeReference(reference: PodReference): z.output<typeof podReference> {
  if ("matchLabels" in reference) return reference;
  const { kind, name, namespace } = reference;
  if (kind === undefined) throw new Error(`the workload ${name} has not been looked up`);
  return { kind, name, namespace };
}

/** Pods by labels or workload, with a warning when there is nobody. Null when the workload is unknown (reported). */
export function resolvePods(resolution: Resolution, reference: PodReference, path: DocumentPath): PodSelector | null {
  const selector = resolution.pods(reference, path);
  if (selector !== null && resolution.selected(selector).length === 0) {
    resolution.warn(path, `no pod of the namespace ${selector.namespace} has these labels`, "nothing will be selected");
  }
  return selector;
}
