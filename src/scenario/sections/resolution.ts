/** What resolving a scenario starts from, and how its parts look names up and complain. */
import { DNS_NAMESPACE, dnsDeployment } from "../../dns/addon/kube-dns.js";
import type { Micros } from "../../engine/duration.js";
import { type Labels, matchesLabels } from "../../model/labels.js";
import { type ApiObject, type Deployment, entityOf, type PodSpec } from "../../model/objects.js";
import type { PodSelector } from "../../model/scenario.js";
import type { Location, Report } from "../diagnostic.js";
import { didYouMean } from "../did-you-mean.js";
import { type DocumentPath, formatPath } from "../documents/path.js";
import type { ManifestCorefile } from "../manifests/corefiles.js";
import type { KubeProxyOverrides } from "../manifests/kube-proxy-configuration.js";
import type { ManifestObjects } from "../manifests/manifests.js";
import type { ScenarioSpec } from "../schema.js";
import type { PodReference } from "./selectors.js";

export interface ScenarioInput {
  readonly spec: ScenarioSpec;
  readonly metadata: { readonly name: string; readonly description: string };
  readonly objects: ManifestObjects;
  /** From a KubeProxyConfiguration; what the scenario itself says is stronger. */
  readonly kubeProxy?: KubeProxyOverrides | null;
  /** From a ConfigMap; options of the scenario for what it says are a conflict. */
  readonly corefile?: ManifestCorefile | null;
  /** Where a value of the Scenario document stands; paths begin with "spec". */
  readonly locate: (path: DocumentPath) => Location;
  /** Where objects of the manifests stand, by `entityOf`. */
  readonly locations?: ReadonlyMap<string, Location>;
}

/** Pods that are or will be made: those of the manifests, and one for each template. */
export interface PodPrototype {
  readonly namespace: string;
  readonly labels: Labels;
  readonly spec: PodSpec;
}

export class Resolution {
  readonly prototypes: readonly PodPrototype[];
  readonly #input: ScenarioInput;
  readonly #report: Report;
  /** The add-on, which no manifest defines. */
  readonly #dns: Deployment;

  constructor(input: ScenarioInput, report: Report) {
    this.#input = input;
    this.#report = report;
    const { deployments, replicaSets, pods } = input.objects;
    this.#dns = dnsDeployment(input.spec.cluster.components.coredns.replicas);
    this.prototypes = [
      ...[...deployments, ...replicaSets, this.#dns].map(({ metadata, spec }) => ({
        namespace: metadata.namespace,
        labels: spec.template.labels,
        spec: spec.template.spec,
      })),
      ...pods.map(({ metadata, spec }) => ({ namespace: metadata.namespace, labels: metadata.labels, spec })),
    ];
  }

  get spec(): ScenarioSpec {
    return this.#input.spec;
  }

  get objects(): ManifestObjects {
    return this.#input.objects;
  }

  get kubeProxy(): KubeProxyOverrides | null {
    return this.#input.kubeProxy ?? null;
  }

  get corefile(): ManifestCorefile | null {
    return this.#input.corefile ?? null;
  }

  /** Null when the run ends by itself. */
  get duration(): Micros | null {
    const { duration } = this.spec;
    return typeof duration === "string" ? null : duration;
  }

  /** `path` is below `spec`. */
  error(path: DocumentPath, message: string, hint = ""): void {
    const full = ["spec", ...path];
    this.#report.error(this.#input.locate(full), formatPath(full), message, hint);
  }

  warn(path: DocumentPath, message: string, hint = "", loud = false): void {
    const full = ["spec", ...path];
    this.#report.warn(this.#input.locate(full), formatPath(full), message, hint, loud);
  }

  objectError(object: ApiObject, path: string, message: string, hint = ""): void {
    const location = this.#input.locations?.get(entityOf(object)) ?? this.#input.locate([]);
    this.#report.error(location, path, message, hint);
  }

  /** `path` is that within the document of `location`. */
  errorAt(location: Location, path: DocumentPath, message: string, hint: string): void {
    this.#report.error(location, formatPath(path), message, hint);
  }

  /**
   * The Deployment of a name; without a namespace the one in "default", else the only one of this name. Reports and
   * returns null when there is none, or no telling which.
   */
  deployment(name: string, namespace: string | undefined, path: DocumentPath): Deployment | null {
    const { deployments } = this.objects;
    const named = deployments.filter((each) => each.metadata.name === name);
    const found =
      named.find((each) => each.metadata.namespace === (namespace ?? "default")) ??
      (namespace === undefined && named.length === 1 ? named[0] : undefined);
    if (found !== undefined) return found;
    if (name === this.#dns.metadata.name && (namespace ?? DNS_NAMESPACE) === DNS_NAMESPACE) return this.#dns;
    const places = named.map((each) => each.metadata.namespace).join(", ");
    if (namespace === undefined && named.length > 1) {
      this.error(path, `Deployments called ${name} exist in several namespaces`, `give the namespace: ${places}`);
      return null;
    }
    const known = deployments
      .filter((each) => namespace === undefined || each.metadata.namespace === namespace)
      .map((each) => each.metadata.name);
    const hint = named.length > 0 ? `there is one in ${places}` : didYouMean(name, known, "Deployments");
    const where = namespace === undefined ? "" : ` in the namespace ${namespace}`;
    this.error(path, `there is no Deployment ${name}${where}`, hint || "the manifests define no Deployment");
    return null;
  }

  /** Pods by labels; a Deployment stands for the labels of its pods. Null when the Deployment is unknown (reported). */
  pods(reference: PodReference, path: DocumentPath): PodSelector | null {
    if ("matchLabels" in reference) {
      return { namespace: reference.namespace, matchLabels: { ...reference.matchLabels } };
    }
    const deployment = this.deployment(reference.name, reference.namespace, path);
    return deployment === null ? null : podsOfDeployment(deployment);
  }

  selected(selector: PodSelector): readonly PodPrototype[] {
    return this.prototypes.filter(
      ({ namespace, labels }) => namespace === selector.namespace && matchesLabels(selector.matchLabels, labels),
    );
  }
}

/** Labels by which the pods of a Deployment are known: its selector, or all of theirs if it has expressions. */
export function podsOfDeployment({ metadata, spec }: Deployment): PodSelector {
  const { matchLabels, matchExpressions } = spec.selector;
  return {
    namespace: metadata.namespace,
    matchLabels: matchExpressions.length === 0 ? matchLabels : spec.template.labels,
  };
}

/** `text`, or `text-2` and so on when it is taken; the result is taken from then on. */
export function unusedName(text: string, taken: Set<string>): string {
  let name = text;
  for (let number = 2; taken.has(name); number++) name = `${text}-${number}`;
  taken.add(name);
  return name;
}
