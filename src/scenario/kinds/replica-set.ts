/** ReplicaSets that no Deployment has made, with the defaults of the API server. */
import type { ManifestKind } from "./kind.js";
import { readMetadata } from "./names.js";
import { readReplicated } from "./replicated.js";

export const replicaSet: ManifestKind<"ReplicaSet"> = {
  kind: "ReplicaSet",
  apiVersion: "apps/v1",
  type: "V1ReplicaSet",
  names: "subdomain",
  namespaced: true,
  fields: {
    modelled: {
      V1ReplicaSet: "apiVersion kind metadata spec",
      V1ReplicaSetSpec: "replicas selector template minReadySeconds",
    },
    defaults: { V1ReplicaSetSpec: { replicas: 1, minReadySeconds: 0 } },
  },
  read: (root, namespace, name) => ({
    kind: "ReplicaSet",
    metadata: readMetadata(root, namespace, name),
    spec: readReplicated(root),
    status: { replicas: 0, ready: 0, available: 0, terminating: 0 },
  }),
};
