/**
 * Kubernetes manifests to the objects of the model: checks fields and kinds, fills in what the API server would, and
 * makes the namespaces that are used without being declared.
 */
import { type ApiObject, entityOf, KINDS, type Kind, type Namespace, objectsOf } from "../../model/objects.js";
import { workloadKind, workloadsOf } from "../../model/workload.js";
import type { Location, Report } from "../diagnostic.js";
import { nearest } from "../did-you-mean.js";
import { Field, quoted } from "../documents/field.js";
import { formatPath } from "../documents/path.js";
import type { SourceDocument } from "../documents/source-document.js";
import { RENDER_KUSTOMIZATION } from "../documents/unrendered.js";
import type { PlainObject } from "../documents/value.js";
import type { ManifestKind } from "../kinds/kind.js";
import { MANIFEST_KINDS } from "../kinds/kinds.js";
import { readName } from "../kinds/names.js";
import { newNamespace } from "../kinds/namespace.js";
import { LIMITS } from "../limits.js";
import { Autoscalers } from "./autoscalers.js";
import { checkFields } from "./check-fields.js";
import { completeManifest, DEFAULT_NAMESPACE } from "./complete-manifest.js";
import { type ManifestCorefile, ManifestCorefiles } from "./corefiles.js";
import { IgnoredFields } from "./ignored-fields.js";
import { standingInFront } from "./in-front.js";
import { effectOfKind, type KindEffect } from "./kind-effects.js";
import { type KubeProxyOverrides, readKubeProxy } from "./kube-proxy-configuration.js";
import { objectsAround } from "./objects-around.js";

/** What a set of manifests comes to. */
export interface Manifests {
  /** In the order of the documents; behind them the namespaces that are used without being declared. */
  readonly objects: readonly ApiObject[];
  /** The manifests of these objects, completed, as plain values. */
  readonly documents: readonly PlainObject[];
  /** Null without a KubeProxyConfiguration. */
  readonly kubeProxy: KubeProxyOverrides | null;
  /** Null without a ConfigMap that has one. */
  readonly corefile: ManifestCorefile | null;
  /** What stands in front of Services and is not simulated, in words. */
  readonly inFront: readonly string[];
  /** Where an object's name stands, by `entityOf`. */
  readonly locations: ReadonlyMap<string, Location>;
}

export function readManifests(documents: readonly SourceDocument[], report: Report, strict: boolean): Manifests {
  const collection = new Collection(report, new Autoscalers(documents));
  for (const document of documents) collection.add(document);
  return { ...collection.finish(strict), inFront: standingInFront(documents) };
}

/** Namespaces that every cluster has and that the simulator needs. */
const BUILT_IN_NAMESPACES = [DEFAULT_NAMESPACE, "kube-system"];

const NOWHERE: Location = { file: "", line: 0, column: 0 };

/** Counts above are no 32-bit integers, which was reported already. */
const LARGEST_INT32 = 2147483647;

class Collection {
  readonly #report: Report;
  readonly #ignored = new IgnoredFields();
  readonly #locations = new Map<string, Location>();
  readonly #objects: ApiObject[] = [];
  readonly #documents: PlainObject[] = [];
  #kubeProxy: KubeProxyOverrides | null = null;
  readonly #corefiles = new ManifestCorefiles();
  readonly #autoscalers: Autoscalers;
  readonly #kustomizations: SourceDocument[] = [];
  #podCount = 0;

  constructor(report: Report, autoscalers: Autoscalers) {
    this.#report = report;
    this.#autoscalers = autoscalers;
  }

  add(document: SourceDocument): void {
    const effect = effectOfKind(document.apiVersion, document.kind);
    if (effect.kind === "read") this.#read(document, effect.type, effect.object);
    else if (effect.kind === "quiet") this.#readConfigMap(document);
    else if (effect.kind === "kustomization") this.#kustomizations.push(document);
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

  #leaveOut(document: SourceDocument, effect: Exclude<KindEffect, { kind: "read" | "quiet" | "kustomization" }>): void {
    const { apiVersion, kind } = document;
    if (effect.kind === "ignored") {
      const text = `the kind ${kind} (${apiVersion.slice(0, 80)})`;
      this.#ignored.add(document.locate(["kind"]), "kind", kind, text, effect.loud ? effect.instead : "");
    } else if (effect.kind === "version") {
      const hint = `write apiVersion: ${effect.expected}`;
      const message = `Kubernetes does not serve ${kind} as ${quoted(apiVersion)}`;
      this.#report.error(document.locate(["apiVersion"]), "apiVersion", message, hint);
    } else {
      const near = nearest(kind, effect.known);
      const message = `no kind ${quoted(kind)} is known in ${quoted(apiVersion)}: this document is left out`;
      const hint = near === null ? "" : `did you mean ${near}?`;
      this.#report.warn(document.locate(["kind"]), "kind", message, hint, effect.loud || near !== null);
    }
  }

  #read(document: SourceDocument, type: string, kind: ManifestKind | null): void {
    checkFields(document, type, this.#report, this.#ignored, kind === null);
    const root = Field.root(document, this.#report);
    if (kind === null) {
      if (this.#kubeProxy !== null) root.at("kind").error("a second KubeProxyConfiguration: the cluster has one");
      this.#kubeProxy = readKubeProxy(root);
    } else if (isControlled(root)) {
      const text = `a ${document.kind} that a controller made`;
      const path = ["metadata", "ownerReferences"];
      this.#ignored.add(document.locateKey(path), formatPath(path), `owned ${document.kind}s`, text, "");
    } else {
      const manifest = this.#autoscalers.atRest(document.value, kind.kind);
      this.#keep({ ...document, value: completeManifest(manifest, kind) }, kind);
    }
  }

  /** Keeps what a completed manifest says. */
  #keep(document: SourceDocument, kind: ManifestKind): void {
    const object = readObject(Field.root(document, this.#report), kind);
    this.#countPods(document, podsOf(object));
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
    this.#objects.push(object);
    this.#documents.push(document.value);
  }

  #countPods(document: SourceDocument, count: number): void {
    const before = this.#podCount;
    if (count > LARGEST_INT32) return;
    this.#podCount += count;
    if (before > LIMITS.pods || this.#podCount <= LIMITS.pods) return;
    const message = `up to here the manifests ask for ${this.#podCount} pods, the limit is ${LIMITS.pods}`;
    this.#report.error(document.locate(["spec", "replicas"]), "spec.replicas", message, "see scenario/limits.ts");
  }

  finish(strict: boolean): Omit<Manifests, "inFront"> {
    this.#ignored.report(this.#report, strict);
    this.#tellKustomizations();
    const objects = [...this.#objects, ...missingNamespaces(this.#objects)];
    this.#checkReferences(objects);
    return {
      objects,
      documents: this.#documents,
      kubeProxy: this.#kubeProxy,
      corefile: this.#corefiles.choose(),
      locations: this.#locations,
    };
  }

  /** Nobody applies them here: alone they are nothing, and what lies beside them is not yet what a cluster gets. */
  #tellKustomizations(): void {
    for (const document of this.#kustomizations) {
      const location = document.locate([]);
      if (this.#objects.length === 0) {
        this.#report.error(location, "", "a kustomization is no manifest yet", RENDER_KUSTOMIZATION);
        continue;
      }
      const message =
        "this kustomization is not applied: the files beside it are taken as they are, without its changes";
      this.#report.warn(location, "", message, RENDER_KUSTOMIZATION, true);
    }
  }

  #checkReferences(objects: readonly ApiObject[]): void {
    const around = objectsAround(objects);
    for (const object of objects) {
      const kind = MANIFEST_KINDS.find((each) => each.kind === object.kind);
      const location = this.#locations.get(entityOf(object)) ?? NOWHERE;
      kind?.checkReferences?.(object, around, location, this.#report);
    }
  }
}

function readObject(root: Field, kind: ManifestKind): ApiObject {
  const namespace = kind.namespaced ? readName(root.at("metadata", "namespace"), "label") : "";
  return kind.read(root, namespace, readName(root.at("metadata", "name"), kind.names));
}

/** How many pods an object asks for, apart from those that there are on each node: nodes have a limit of their own. */
function podsOf(object: ApiObject): number {
  return workloadsOf([object]).reduce(
    (sum, each) => sum + workloadKind(each.kind).planned(each, []),
    object.kind === "Pod" ? 1 : 0,
  );
}

/** Whose namespaces come first. It is the order in which they are created, and so part of the results. */
const BY_USE: readonly Kind[] = [...KINDS.filter((kind) => kind !== "Service"), "Service"];

/** Namespaces that every cluster has, and those that objects are in, as far as they are not among the objects. */
function missingNamespaces(objects: readonly ApiObject[]): Namespace[] {
  const declared = new Set(objectsOf(objects, "Namespace").map(({ metadata }) => metadata.name));
  const inOrder = BY_USE.flatMap((kind): ApiObject[] => objectsOf(objects, kind));
  const used = new Set([...BUILT_IN_NAMESPACES, ...inOrder.map(({ metadata }) => metadata.namespace)]);
  return [...used].filter((name) => name !== "" && !declared.has(name)).map(newNamespace);
}

/** Exports of a running cluster hold the ReplicaSets and Pods of its Deployments: here their controllers make them. */
function isControlled(root: Field): boolean {
  return root
    .at("metadata", "ownerReferences")
    .items()
    .some((owner) => owner.at("controller").boolean());
}
