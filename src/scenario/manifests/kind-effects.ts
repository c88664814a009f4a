/**
 * What becomes of each kind of Kubernetes object: read, accepted without effect, or named because a run that ignores it
 * could give another answer than the cluster.
 */

import { KUSTOMIZE_GROUP } from "../documents/unrendered.js";
import type { ManifestKind } from "../kinds/kind.js";
import { MANIFEST_KINDS } from "../kinds/kinds.js";
import { KUBE_PROXY_CONFIGURATION } from "./kube-proxy-configuration.js";

interface ReadKind {
  readonly kind: string;
  readonly apiVersion: string;
  readonly type: string;
  readonly object: ManifestKind | null;
}

export type KindEffect =
  /** Read; `type` is its name among the field types, `object` is null for what is no object of the API. */
  | { readonly kind: "read"; readonly type: string; readonly object: ManifestKind | null }
  /** What manifests are made of, by a tool that is not here. */
  | { readonly kind: "kustomization" }
  /** Part of a cluster, but nothing that service discovery depends on. */
  | { readonly kind: "quiet" }
  /** Not modelled yet. `instead` is what is simulated; loud when that can change the verdict. */
  | { readonly kind: "ignored"; readonly instead: string; readonly loud: boolean }
  /** A built-in group has no kind that is called so, as far as is known here; `known` are those that it has. */
  | { readonly kind: "unknown"; readonly known: readonly string[]; readonly loud: boolean }
  /** The kind exists under another version. */
  | { readonly kind: "version"; readonly expected: string };

/** Documents that are read: apiVersion, kind, type, and what the loader knows of it when it is an object of the API. */
const READ: readonly ReadKind[] = [
  ...MANIFEST_KINDS.map((each) => ({ ...each, object: each })),
  KUBE_PROXY_CONFIGURATION,
];

const AT_LEAST = "a workload begins with at least its minimum of replicas, and load does not change the number";
const NO_PODS = "its pods are left out";
const NO_ROUTE = "requests go to the Service itself";

/** Kinds whose being ignored may change the verdict: group, kind, what is simulated instead. */
const LOUD: readonly (readonly [string, string, string])[] = [
  ["apps", "StatefulSet", NO_PODS],
  ["apps", "DaemonSet", NO_PODS],
  ["", "ReplicationController", NO_PODS],
  ["batch", "Job", NO_PODS],
  ["batch", "CronJob", NO_PODS],
  ["", "Endpoints", "its addresses are left out"],
  ["discovery.k8s.io", "EndpointSlice", "its addresses are left out; those of Services with a selector are computed"],
  ["", "Node", "nodes come from cluster.nodePools of the Scenario"],
  ["autoscaling", "HorizontalPodAutoscaler", AT_LEAST],
  ["policy", "PodDisruptionBudget", "nothing is held back by it"],
  ["networking.k8s.io", "Ingress", NO_ROUTE],
  ["extensions", "Ingress", NO_ROUTE],
  ["extensions", "DaemonSet", NO_PODS],
  ["extensions", "NetworkPolicy", "every connection is allowed"],
  ["batch", "ScheduledJob", NO_PODS],
  ["networking.k8s.io", "NetworkPolicy", "every connection is allowed"],
  ["kubelet.config.k8s.io", "KubeletConfiguration", "kubelets have their defaults"],
];

/** Groups outside Kubernetes proper whose kinds stand in the way of requests or make pods. */
const LOUD_GROUPS: ReadonlyMap<string, string> = new Map([
  ["gateway.networking.k8s.io", NO_ROUTE],
  ["networking.istio.io", `${NO_ROUTE}, without a mesh`],
  ["security.istio.io", `${NO_ROUTE}, without a mesh`],
  ["policy.linkerd.io", `${NO_ROUTE}, without a mesh`],
  ["linkerd.io", `${NO_ROUTE}, without a mesh`],
  ["split.smi-spec.io", `${NO_ROUTE}, without a mesh`],
  ["traefik.io", NO_ROUTE],
  ["projectcontour.io", NO_ROUTE],
  ["cilium.io", "every connection is allowed and kube-proxy routes it"],
  ["projectcalico.org", "every connection is allowed"],
  ["crd.projectcalico.org", "every connection is allowed"],
  ["argoproj.io", NO_PODS],
  ["serving.knative.dev", NO_PODS],
  ["apps.openshift.io", NO_PODS],
  ["route.openshift.io", NO_ROUTE],
  ["keda.sh", AT_LEAST],
  ["autoscaling.k8s.io", "containers keep their requests"],
]);

/**
 * Kinds without effect on service discovery, by group. Those of later versions and those that were removed are among them:
 * a document that does not matter must not stand in the way of the others.
 */
const QUIET: Readonly<Record<string, string>> = {
  "": "ConfigMap Secret ServiceAccount PersistentVolume PersistentVolumeClaim LimitRange ResourceQuota Event Binding PodTemplate ComponentStatus",
  extensions: "PodSecurityPolicy DeploymentRollback Scale",
  policy: "PodSecurityPolicy Eviction",
  apps: "ControllerRevision",
  "rbac.authorization.k8s.io": "Role RoleBinding ClusterRole ClusterRoleBinding",
  "storage.k8s.io": "StorageClass CSIDriver CSINode VolumeAttachment CSIStorageCapacity VolumeAttributesClass",
  "scheduling.k8s.io": "PriorityClass Workload PodGroup CompositePodGroup",
  "node.k8s.io": "RuntimeClass",
  "coordination.k8s.io": "Lease LeaseCandidate",
  "events.k8s.io": "Event",
  "certificates.k8s.io": "CertificateSigningRequest ClusterTrustBundle PodCertificateRequest",
  "apiextensions.k8s.io": "CustomResourceDefinition",
  "apiregistration.k8s.io": "APIService",
  "networking.k8s.io": "IngressClass IPAddress ServiceCIDR",
  "flowcontrol.apiserver.k8s.io": "FlowSchema PriorityLevelConfiguration",
  "admissionregistration.k8s.io":
    "MutatingWebhookConfiguration ValidatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding MutatingAdmissionPolicy MutatingAdmissionPolicyBinding",
  "resource.k8s.io":
    "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice DeviceTaintRule ResourcePoolStatusRequest",
  "lifecycle.k8s.io": "EvictionRequest",
  "authentication.k8s.io": "TokenReview TokenRequest SelfSubjectReview",
  "authorization.k8s.io": "SubjectAccessReview LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview",
  "storagemigration.k8s.io": "StorageVersionMigration",
  "internal.apiserver.k8s.io": "StorageVersion",
  "settings.k8s.io": "PodPreset",
  "auditregistration.k8s.io": "AuditSink",
};

/** Groups whose kinds make pods or decide where requests go: one that is unknown may do so, too. */
const MAY_MAKE_PODS: ReadonlySet<string> = new Set(["", "apps", "batch", "extensions", "discovery.k8s.io"]);

const NOTHING: readonly string[] = [];

/** What becomes of a document of this kind. */
export function effectOfKind(apiVersion: string, kind: string): KindEffect {
  const group = groupOf(apiVersion);
  if (group === KUSTOMIZE_GROUP) return { kind: "kustomization" };
  const read = READ.find((row) => row.kind === kind && groupOf(row.apiVersion) === group);
  if (read !== undefined) {
    return read.apiVersion === apiVersion
      ? { kind: "read", type: read.type, object: read.object }
      : { kind: "version", expected: read.apiVersion };
  }
  const loud = LOUD.find((row) => row[0] === group && row[1] === kind);
  if (loud !== undefined) return { kind: "ignored", instead: loud[2], loud: true };
  const loudGroup = LOUD_GROUPS.get(group);
  if (loudGroup !== undefined) return { kind: "ignored", instead: loudGroup, loud: true };
  if (quietKinds(group).includes(kind)) return { kind: "quiet" };
  const elsewhere = READ.find((row) => row.kind === kind);
  if (elsewhere !== undefined && isBuiltIn(group)) return { kind: "version", expected: elsewhere.apiVersion };
  if (isBuiltIn(group)) return { kind: "unknown", known: knownKinds(group), loud: MAY_MAKE_PODS.has(group) };
  return { kind: "ignored", instead: "", loud: false };
}

/** Whether it would take requests on their way to a Service, which go to the Service itself instead. */
export function takesRequests(effect: KindEffect): boolean {
  return effect.kind === "ignored" && effect.instead.startsWith(NO_ROUTE);
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}

function quietKinds(group: string): readonly string[] {
  return Object.hasOwn(QUIET, group) ? (QUIET[group] ?? "").split(" ") : NOTHING;
}

/** Groups of which every kind is known here. */
function isBuiltIn(group: string): boolean {
  return group === "extensions" || knownKinds(group).length > 0;
}

function knownKinds(group: string): readonly string[] {
  return [
    ...READ.filter((row) => groupOf(row.apiVersion) === group).map((row) => row.kind),
    ...LOUD.filter((row) => row[0] === group).map((row) => row[1]),
    ...quietKinds(group),
  ];
}
