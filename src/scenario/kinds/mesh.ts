/** Marks of a service mesh on a pod or namespace. */
import type { Labels } from "../../model/labels.js";
import type { Field } from "../documents/field.js";

/** Marks by which a mesh adds its proxy to a pod, or to all pods of a namespace. */
const MESH: ReadonlyMap<string, string> = new Map([
  ["sidecar.istio.io/inject", "true"],
  ["istio-injection", "enabled"],
  ["istio.io/dataplane-mode", "ambient"],
  ["linkerd.io/inject", "enabled"],
  ["consul.hashicorp.com/connect-inject", "true"],
]);

export function warnOfMesh(field: Field, marks: Labels): void {
  for (const [key, value] of MESH) {
    if (!Object.hasOwn(marks, key) || marks[key] !== value) continue;
    const text = `${key}: ${value} brings in a mesh, which is not modelled: requests go to the Service without a proxy`;
    field.at("metadata").warn(text, "the verdict may differ", true);
  }
}
