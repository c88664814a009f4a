/**
 * Kubernetes manifests to the objects of the model: checks fields and kinds, fills in what the API server would, and
 * makes the namespaces that are used without being declared.
 */
import {
  type ApiObject,
  type Deployment,
  entityOf,
  type Namespace,
  newMetadata,
  type Pod,
  type ReplicaSet,
  type Service,
} from "../../model/objects.js";
import type { Location, Report } from "../diagnostic.js";
import { nearest } from "../did-you-mean.js";
import { Field, quoted } from "../documents/field.js";
import type { SourceDocument } from "../documents/source-document.js";
import { readAnnotations, readLabels, readName } from "../kinds/names.js";
import { readPod, warnOfMesh } from "../kinds/pod.js";
import { readDeployment, readReplicaSet } from "../kinds/replicated.js";
import { readService } from "../kinds/service.js";
import { LIMITS } from "../limits.js";
import { ManifestCorefiles } from "./corefiles.js";
import { checkFields } from "./field-classes.js";
import { IgnoredFields } from "./ignored-fields.js";
import { effectOfKind, type KindEffect } from "./kind-effects.js";
import { type KubeProxyOverrides, readKubeProxy } from "./kube-proxy-configuration.js";
import type { Manifests } from "./objects.js";
import { checkReferences } from "./references.js";

export type { ManifestObjects, Manifests } from "./objects.js";

export function readManifests(documents: readonly SourceDocument[], report: Report, strict: boolean): Manifests {
  const collection = new Collection(report);
  for (const document of documents) collection.add(document);
  return collection.finish(strict);
}

const DEFAULT_NAMESPACE = "default";
/** Namespaces that every cluster has and that the simulator needs. */
const BUILT_IN_NAMESPACES = [DEFAULT_NAMESPACE, "kube-system"];

/** Counts above are no 32-bit integers, which was reported already. */
const LARGEST_INT32 = 2147483647;

class Collection {
  readonly #report: Report;
  readonly #ignored = new IgnoredFields();
  readonly #locations = new Map<string, Location>();
  readonly #namespaces: Namespace[] = [];
  readonly #deployments: Deployment[] = [];
  readonly #replicaSets: ReplicaSet[] = [];
  readonly #pods: Pod[] = [];
  readonly #services: Service[] = [];
  #kubeProxy: KubeProxyOverrides | null = null;
  readonly #corefiles = new ManifestCorefiles();
  #podCount = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  add(document: SourceDocument): void {
    const effect = effectOfKind(document.apiVersion, document.kind);
    if (effect.kind === "read") this.#read(document, effect.type);
    else if (effect.kind === "quiet") this.#readConfigMap(document);
    else this.#leaveOut(document, effect);
  }

  /** ConfigMaps in which clusters keep the configuration of CoreDNS and kube-proxy. */
  #readConfigMap(document: SourceDocument): void {
    if (document.kind !== "ConfigMap") return;
    this.#corefiles.add(document, this.#report);
    const config = Field.root(document, this.#report).at("data", "config.conf");
    if (!config.text().includes("KubeProxyConfiguration")) return;
    const hint = "give the KubeProxyConfiguration as a document of its own";
    config.warn("kube-proxy's configuration is not read out of a ConfigMap", hint, true);
  }

  #leaveOut(document: SourceDocument, effect: Exclude<KindEffect, { kind: "read" | "quiet" }>): void {
    const { apiVersion, kind } = document;
    if (effect.kind === "ignored") {
      const text = `the kind ${kind} (${apiVersion.slice(0, 80)})`;
      this.#ignored.add(document.locate(["kind"]), "kind", text, effect.loud ? effect.instead : "");
    } else if (effect.kind === "version") {
      const hint = `write apiVersion: ${effect.expected}`;
      const message = `Kubernetes does not serve ${kind} as ${quoted(apiVersion)}`;
      this.#report.error(document.locate(["apiVersion"]), "apiVersion", message, hint);
    } else {
      const near = nearest(kind, effect.known);
      const message = `Kubernetes has no kind ${quoted(kind)} in ${quoted(apiVersion)}`;
      this.#report.error(document.locate(["kind"]), "kind", message, near === null ? "" : `did you mean ${near}?`);
    }
  }

  #read(document: SourceDocument, type: string): void {
    checkFields(document, type, this.#report, this.#ignored);
    const root = Field.root(document, this.#report);
    if (document.kind === "KubeProxyConfiguration") {
      if (this.#kubeProxy !== null) root.at("kind").error("a second KubeProxyConfiguration: the cluster has one");
      this.#kubeProxy = readKubeProxy(root);
      return;
    }
    if (isControlled(root)) {
      const text = `a ${document.kind} that a controller made`;
      this.#ignored.add(document.locateKey(["metadata", "ownerReferences"]), "metadata.ownerReferences", text, "");
      return;
    }
    this.#keep(document, root);
  }

  #keep(document: SourceDocument, root: Field): void {
    const nameField = root.at("metadata", "name");
    if (document.kind === "Namespace") {
      const name = readName(nameField, "label");
      if (root.at("metadata", "namespace").text() !== "")
        root.at("metadata", "namespace").error("a Namespace is in none");
      this.#push(document, this.#namespaces, readNamespace(root, name));
      return;
    }
    const namespaceField = root.at("metadata", "namespace");
    const namespace = namespaceField.text() === "" ? DEFAULT_NAMESPACE : readName(namespaceField, "label");
    const name = readName(nameField, document.kind === "Service" ? "label" : "subdomain");
    if (document.kind === "Deployment") {
      const deployment = readDeployment(root, namespace, name);
      this.#countPods(document, deployment.spec.replicas);
      this.#push(document, this.#deployments, deployment);
    } else if (document.kind === "ReplicaSet") {
      const replicaSet = readReplicaSet(root, namespace, name);
      this.#countPods(document, replicaSet.spec.replicas);
      this.#push(document, this.#replicaSets, replicaSet);
    } else if (document.kind === "Pod") {
      this.#countPods(document, 1);
      this.#push(document, this.#pods, readPod(root, namespace, name));
    } else {
      this.#push(document, this.#services, readService(root, namespace, name));
    }
  }

  #countPods(document: SourceDocument, count: number): void {
    const before = this.#podCount;
    if (count > LARGEST_INT32) return;
    this.#podCount += count;
    if (before > LIMITS.pods || this.#podCount <= LIMITS.pods) return;
    const message = `up to here the manifests ask for ${this.#podCount} pods, the limit is ${LIMITS.pods}`;
    this.#report.error(document.locate(["spec", "replicas"]), "spec.replicas", message, "see scenario/limits.ts");
  }

  #push<T extends ApiObject>(document: SourceDocument, list: T[], object: T): void {
    const entity = entityOf(object);
    const location = document.locate(["metadata", "name"]);
    const first = this.#locations.get(entity);
    if (object.metadata.name === "") return;
    if (first !== undefined) {
      const message = `${object.kind} ${quoted(object.metadata.name)} is defined a second time`;
      const hint = `the first is at ${first.file}:${first.line}; keep one of them`;
      this.#report.error(location, "metadata.name", message, hint);
      return;
    }
    if (this.#locations.size === LIMITS.objects) {
      this.#report.error(location, "", `more than ${LIMITS.objects} objects`, "see scenario/limits.ts");
    }
    this.#locations.set(entity, location);
    list.push(object);
  }

  finish(strict: boolean): Manifests {
    this.#ignored.report(this.#report, strict);
    const objects = [...this.#deployments, ...this.#replicaSets, ...this.#pods, ...this.#services];
    const declared = new Set(this.#namespaces.map((each) => each.metadata.name));
    for (const name of [...BUILT_IN_NAMESPACES, ...objects.map((each) => each.metadata.namespace)]) {
      if (!declared.has(name)) this.#namespaces.push(newNamespace(name));
      declared.add(name);
    }
    const manifests: Manifests = {
      namespaces: this.#namespaces,
      deployments: this.#deployments,
      replicaSets: this.#replicaSets,
      pods: this.#pods,
      services: this.#services,
      kubeProxy: this.#kubeProxy,
      corefile: this.#corefiles.choose(),
      locations: this.#locations,
    };
    checkReferences(manifests, this.#report);
    return manifests;
  }
}

/** Exports of a running cluster hold the ReplicaSets and Pods of its Deployments: here their controllers make them. */
function isControlled(root: Field): boolean {
  return root
    .at("metadata", "ownerReferences")
    .items()
    .some((owner) => owner.at("controller").boolean());
}

function readNamespace(root: Field, name: string): Namespace {
  const labels = readLabels(root.at("metadata", "labels"));
  const annotations = readAnnotations(root.at("metadata", "annotations"));
  warnOfMesh(root, { ...labels, ...annotations });
  const namespace = newNamespace(name);
  return {
    kind: "Namespace",
    metadata: { ...namespace.metadata, labels: { ...labels, ...namespace.metadata.labels }, annotations },
  };
}

/** The API server labels each namespace with its name. */
function newNamespace(name: string): Namespace {
  return { kind: "Namespace", metadata: newMetadata("", name, { "kubernetes.io/metadata.name": name }) };
}
