/** What a set of manifests comes to. */
import type { Deployment, Namespace, Pod, ReplicaSet, Service } from "../../model/objects.js";
import type { Location } from "../diagnostic.js";
import type { ManifestCorefile } from "./corefiles.js";
import type { KubeProxyOverrides } from "./kube-proxy-configuration.js";

/** What manifests define, each list in the order of the documents. */
export interface ManifestObjects {
  readonly namespaces: readonly Namespace[];
  readonly deployments: readonly Deployment[];
  readonly replicaSets: readonly ReplicaSet[];
  readonly pods: readonly Pod[];
  readonly services: readonly Service[];
}

export interface Manifests extends ManifestObjects {
  /** Null without a KubeProxyConfiguration. */
  readonly kubeProxy: KubeProxyOverrides | null;
  /** Null without a ConfigMap that has one. */
  readonly corefile: ManifestCorefile | null;
  /** Where an object's name stands, by `entityOf`. */
  readonly locations: ReadonlyMap<string, Location>;
}
