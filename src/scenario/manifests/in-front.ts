/**
 * What stands between clients and a Service in the cluster that the manifests describe, and is not simulated: load
 * balancers, ingresses and gateways, meshes. What a run says holds inside the cluster only then.
 */
import type { SourceDocument } from "../documents/source-document.js";
import { isPlainObject, type PlainObject } from "../documents/value.js";
import { effectOfKind, takesRequests } from "./kind-effects.js";

/** Annotations and labels by which pods, or the pods of a namespace, get a proxy of a mesh. */
const MESH_MARKS: ReadonlyMap<string, string> = new Map([
  ["istio-injection", "enabled"],
  ["sidecar.istio.io/inject", "true"],
  ["istio.io/dataplane-mode", "ambient"],
  ["linkerd.io/inject", "enabled"],
]);

/** Each of it once, in the order of the documents: "Ingress shop", "Service web of type LoadBalancer", "a mesh (Deployment web)". */
export function standingInFront(documents: readonly SourceDocument[]): readonly string[] {
  return [...new Set(documents.flatMap(inFrontOf))];
}

function inFrontOf({ apiVersion, kind, value }: SourceDocument): readonly string[] {
  const name = textAt(value, ["metadata", "name"]);
  if (kind === "Service" && textAt(value, ["spec", "type"]) === "LoadBalancer") {
    return [`Service ${name} of type LoadBalancer`];
  }
  const effect = effectOfKind(apiVersion, kind);
  if (takesRequests(effect)) return [`${kind} ${name}`];
  const marked = [
    ["metadata", "labels"],
    ["spec", "template", "metadata", "annotations"],
    ["spec", "template", "metadata", "labels"],
  ].some((path) => isMarked(valueAt(value, path)));
  return marked ? [`a mesh (${kind} ${name})`] : [];
}

function isMarked(marks: unknown): boolean {
  return isPlainObject(marks) && [...MESH_MARKS].some(([key, meant]) => String(marks[key]) === meant);
}

function textAt(value: PlainObject, path: readonly string[]): string {
  const found = valueAt(value, path);
  return typeof found === "string" ? found : "";
}

function valueAt(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return value;
  return isPlainObject(value) ? valueAt(value[key], rest) : undefined;
}
