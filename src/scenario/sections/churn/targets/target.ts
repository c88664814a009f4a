/**
 * Whom a churn entry is about, as parsed: names are not looked up yet. A `ChurnTarget` is one whose names have been, so
 * that it is written the same way.
 */
import * as z from "zod";
import type { ProcessStop } from "../../../../model/cluster.js";
import type { Selection } from "../../../../model/scenario.js";
import type { PodReference, WorkloadSpec } from "../../selectors.js";

export type ChurnTargetSpec =
  | { readonly kind: "workload"; readonly workload: WorkloadSpec }
  | { readonly kind: "upstream" }
  | { readonly kind: "pods"; readonly selector: PodReference; readonly selection: Selection }
  | {
      readonly kind: "nodes";
      readonly name: string;
      readonly zone: string;
      readonly hosting: PodReference | null;
      readonly selection: Selection;
      readonly nodeLocalDns?: ProcessStop;
    };

type TargetOf<K extends ChurnTargetSpec["kind"]> = Extract<ChurnTargetSpec, { readonly kind: K }>;
export type NodesTarget = TargetOf<"nodes">;

/** What every target's schema gives. The action of an entry decides which of them it is. */
export const anyTarget = z.custom<ChurnTargetSpec>();

/** The target as one of a kind; the schema of an action's target is never given another. */
export function targetOfKind<K extends ChurnTargetSpec["kind"]>(target: ChurnTargetSpec, kind: K): TargetOf<K> {
  if (target.kind !== kind) throw new Error(`a target of the kind ${kind} was meant, not ${target.kind}`);
  return target as TargetOf<K>;
}

/** Where a schema complains of a value. */
export function complainTo({ value, issues }: z.core.ParsePayload): (message: string) => void {
  return (message) => issues.push({ code: "custom", message, input: value });
}
