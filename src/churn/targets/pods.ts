/** Some of the pods that run, by labels or workload. Pods that are being deleted are no candidates. */
import * as z from "zod";
import { keyOf } from "../../model/objects.js";
import type { ChurnTarget, PodSelector, Selection } from "../../model/scenario.js";
import {
  type PodReference,
  podReference,
  selectionFields,
  selectionOf,
  workloadReference,
  writeReference,
  writeSelection,
} from "../../model/selector-schema.js";
import { strictObject } from "../../model/strict-object.js";
import { isSelected, sortedKeys } from "./selected.js";
import { complainTo, targetKind } from "./target.js";

export interface PodsTarget extends ChurnTarget {
  readonly kind: "pods";
  readonly selector: PodSelector;
  readonly selection: Selection;
}

interface PodsWritten extends ChurnTarget {
  readonly kind: "pods";
  readonly selector: PodReference;
  readonly selection: Selection;
}

const some = strictObject({ selector: podReference.describe("The candidates."), ...selectionFields });

const schema = z.codec(
  z.union([
    z.string().min(1),
    strictObject({ pods: some.describe("Pods that run, selected by labels or workload.") }),
    strictObject({ ...workloadReference.shape, ...selectionFields }),
  ]),
  z.custom<PodsWritten>(),
  {
    decode(text, payload): PodsWritten {
      const complain = complainTo(payload);
      if (typeof text === "string") {
        return { kind: "pods", selector: { name: text }, selection: { mode: "one", value: 0 } };
      }
      if ("pods" in text) {
        return { kind: "pods", selector: text.pods.selector, selection: selectionOf(text.pods, complain) };
      }
      const { kind, name, namespace } = text;
      return { kind: "pods", selector: { kind, name, namespace }, selection: selectionOf(text, complain) };
    },
    encode: ({ selector, selection }) => ({
      pods: { ...writeSelection(selection), selector: writeReference(selector) },
    }),
  },
);

export const pods = targetKind<PodsTarget, PodsWritten>({
  kind: "pods",
  schema,
  nameIn: ({ selector }) => ("matchLabels" in selector ? "" : selector.name),
  resolve(written, lookup) {
    const selector = lookup.pods(written.selector);
    return selector === null ? null : { kind: "pods", selector, selection: written.selection };
  },
  candidates(api, { selector }) {
    const running = api
      .list("Pod")
      .filter((pod) => isSelected(pod, selector))
      .filter(({ status, metadata }) => status.phase === "Running" && metadata.deletionTimestamp === null);
    return sortedKeys(running.map(keyOf));
  },
  selection: ({ selection }) => selection,
  noun: () => "Pod",
  podsOf: ({ selector }) => selector,
});
