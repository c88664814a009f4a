/** Taints and tolerations (component-helpers scheduling/corev1, api core/v1 `ToleratesTaint`). */
import type { Node, Taint, TaintEffect, Toleration } from "../model/objects.js";

export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== "" && toleration.effect !== taint.effect) return false;
  // an empty key stands for every key, and only together with Exists
  if (toleration.key === "" ? toleration.operator !== "Exists" : toleration.key !== taint.key) return false;
  return toleration.operator === "Exists" || toleration.value === taint.value;
}

/** The first toleration that matches; null when the taint is not tolerated. */
export function tolerationOf(tolerations: readonly Toleration[], taint: Taint): Toleration | null {
  for (const toleration of tolerations) if (tolerates(toleration, taint)) return toleration;
  return null;
}

export function hasTaint(node: Node, key: string, effect: TaintEffect): boolean {
  return node.spec.taints.some((taint) => taint.key === key && taint.effect === effect);
}

/** The node with the taint added; null when it has it already. */
export function withTaint(node: Node, taint: Taint): Node | null {
  if (hasTaint(node, taint.key, taint.effect)) return null;
  return { ...node, spec: { ...node.spec, taints: [...node.spec.taints, taint] } };
}

/** The node without the taint; null when it has none such. */
export function withoutTaint(node: Node, key: string, effect: TaintEffect): Node | null {
  if (!hasTaint(node, key, effect)) return null;
  const taints = node.spec.taints.filter((taint) => taint.key !== key || taint.effect !== effect);
  return { ...node, spec: { ...node.spec, taints } };
}
