/** Namespaces. */
import { type Namespace, newMetadata } from "../../model/objects.js";
import type { ManifestKind } from "./kind.js";
import { warnOfMesh } from "./mesh.js";
import { readAnnotations, readLabels } from "./names.js";

export const namespace: ManifestKind<"Namespace"> = {
  kind: "Namespace",
  apiVersion: "v1",
  type: "V1Namespace",
  names: "label",
  namespaced: false,
  fields: { modelled: { V1Namespace: "apiVersion kind metadata" } },
  read(root, _namespace, name) {
    const labels = readLabels(root.at("metadata", "labels"));
    const annotations = readAnnotations(root.at("metadata", "annotations"));
    warnOfMesh(root, { ...labels, ...annotations });
    const { kind, metadata } = newNamespace(name);
    return { kind, metadata: { ...metadata, labels: { ...labels, ...metadata.labels }, annotations } };
  },
};

/** The API server labels each namespace with its name. */
export function newNamespace(name: string): Namespace {
  return { kind: "Namespace", metadata: newMetadata("", name, { "kubernetes.io/metadata.name": name }) };
}
