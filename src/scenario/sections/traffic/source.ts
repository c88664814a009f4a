/** `traffic[].from`: who sends. */
import type { TrafficSource } from "../../../model/scenario.js";
import type { DocumentPath } from "../../documents/path.js";
import type { Resolution } from "../resolution.js";
import type { TrafficSpec } from "./schema.js";

/** A source, or only the wish for clients of our own while their namespace is open. */
export type OpenSource = TrafficSource | { readonly kind: "per-node"; readonly namespace: null };

/** Null when a workload is unknown, which is reported. */
export function resolveSource(
  resolution: Resolution,
  from: TrafficSpec["from"],
  path: DocumentPath,
): OpenSource | null {
  if (from === undefined || from === "per-node") return { kind: "per-node", namespace: null };
  if (from === "outside") return { kind: "outside" };
  if ("perNode" in from) return { kind: "per-node", namespace: from.perNode.namespace };
  const selector = resolution.pods(from.pods, [...path, "pods"]);
  if (selector === null) return null;
  if (resolution.selected(selector).length === 0) {
    const message = `no pod of the namespace ${selector.namespace} has these labels: nobody sends`;
    resolution.warn([...path, "pods"], message, "", true);
  }
  return { kind: "pods", selector };
}

/** Namespace of the clients; null while it is open. Outside there is none: names are as in "default". */
export function namespaceOf(from: OpenSource): string | null {
  if (from.kind === "pods") return from.selector.namespace;
  return from.kind === "outside" ? "default" : from.namespace;
}

/** The source with the namespace that its target has given, if it was open. */
export function closed(from: OpenSource, namespace: string): TrafficSource {
  if (from.kind !== "per-node") return from;
  return { kind: "per-node", namespace: from.namespace ?? namespace };
}

export function writeSource(from: TrafficSource): TrafficSpec["from"] {
  switch (from.kind) {
    case "pods":
      return { pods: from.selector };
    case "per-node":
      return { perNode: { namespace: from.namespace } };
    case "outside":
      return "outside";
    default:
      return from satisfies never;
  }
}
