/** What a set of manifests comes to. */
import type { ApiObject } from "../../model/objects.js";
import type { Location } from "../diagnostic.js";
import type { PlainObject } from "../documents/value.js";
import type { ManifestCorefile } from "./corefiles.js";
import type { KubeProxyOverrides } from "./kube-proxy-configuration.js";

export interface Manifests {
  /** In the order of the documents; behind them the namespaces that are used without being declared. */
  readonly objects: readonly ApiObject[];
  /** The manifests of these objects, completed, as plain values. */
  readonly documents: readonly PlainObject[];
  /** Null without a KubeProxyConfiguration. */
  readonly kubeProxy: KubeProxyOverrides | null;
  /** Null without a ConfigMap that has one. */
  readonly corefile: ManifestCorefile | null;
  /** Where an object's name stands, by `entityOf`. */
  readonly locations: ReadonlyMap<string, Location>;
}
