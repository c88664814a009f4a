/** What resolving a scenario starts from, and how its parts look names up and complain. */
import { DNS_NAMESPACE, dnsDeployment } from "../../dns/addon/kube-dns.js";
import type { Micros } from "../../engine/duration.js";
import type { Address } from "../../model/address.js";
import { matchesLabels } from "../../model/labels.js";
import { type ApiObject, entityOf, type Kind, type ObjectOfKind, objectsOf } from "../../model/objects.js";
import type { PodSelector } from "../../model/scenario.js";
import type { PodReference, WorkloadSpec } from "../../model/selector-schema.js";
import {
  NAMED_WORKLOADS,
  type PodPrototype,
  podPrototypesOf,
  podSelectorOf,
  type Workload,
  workloadNoun,
  workloadsOf,
} from "../../model/workload.js";
import type { Location, Report } from "../diagnostic.js";
import { didYouMean } from "../did-you-mean.js";
import { type DocumentPath, formatPath } from "../documents/path.js";
import type { ManifestCorefile } from "../manifests/corefiles.js";
import type { KubeProxyOverrides } from "../manifests/kube-proxy-configuration.js";

/** What the files hold beside the specification itself. */
export interface Surroundings {
  readonly objects: readonly ApiObject[];
  /** From a KubeProxyConfiguration; what the scenario itself says is stronger. */
  readonly kubeProxy?: KubeProxyOverrides | null;
  /** From a ConfigMap; options of the scenario for what it says are a conflict. */
  readonly corefile?: ManifestCorefile | null;
  /** What stands in front of Services and is not simulated. Left out: nothing. */
  readonly inFront?: readonly string[];
  /** Where a value of the Scenario document stands; paths begin with "spec". */
  readonly locate: (path: DocumentPath) => Location;
  /** Where objects of the manifests stand, by `entityOf`. */
  readonly locations?: ReadonlyMap<string, Location>;
}

export class Resolution {
  /** Pods that are or will be made: those of the manifests, one for each template, those of the DNS add-on. */
  readonly prototypes: readonly PodPrototype[];
  /** Workloads of the manifests that users name. */
  readonly workloads: readonly Workload[];
  /** When requests stop; null when the run ends by itself. */
  readonly duration: Micros | null;
  readonly #input: Surroundings;
  readonly #answering: ((address: Address) => boolean)[] = [];
  readonly #report: Report;
  /** The add-on, which no manifest defines. */
  readonly #dns: Workload;

  /** `dnsReplicas` are those of the add-on. */
  constructor(input: Surroundings, duration: Micros | null, dnsReplicas: number, report: Report) {
    this.#input = input;
    this.duration = duration;
    this.#report = report;
    this.#dns = dnsDeployment(dnsReplicas);
    this.prototypes = podPrototypesOf([...input.objects, this.#dns]);
    this.workloads = workloadsOf(input.objects, NAMED_WORKLOADS);
  }

  /** The objects of one kind among those of the manifests. */
  objects<K extends Kind>(kind: K): readonly ObjectOfKind[K][] {
    return objectsOf(this.#input.objects, kind);
  }

  /** Somebody whom a section makes answers at these addresses: who calls one of them is not warned. */
  claim(answers: (address: Address) => boolean): void {
    this.#answering.push(answers);
  }

  /** Whether anybody may answer there. */
  isClaimed(address: Address): boolean {
    return this.#answering.some((answers) => answers(address));
  }

  get kubeProxy(): KubeProxyOverrides | null {
    return this.#input.kubeProxy ?? null;
  }

  get corefile(): ManifestCorefile | null {
    return this.#input.corefile ?? null;
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

  /** Takes back what the manifests' readers said of a subject. */
  settle(subject: string): void {
    this.#report.settle(subject);
  }

  objectError(object: ApiObject, path: string, message: string, hint = ""): void {
    const location = this.#input.locations?.get(entityOf(object)) ?? this.#input.locate([]);
    this.#report.error(location, path, message, hint);
  }

  /** `path` is that within the document of `location`. */
  errorAt(location: Location, path: DocumentPath, message: string, hint: string): void {
    this.#report.error(location, formatPath(path), message, hint);
  }

  warnAt(location: Location, path: DocumentPath, message: string, hint: string): void {
    this.#report.warn(location, formatPath(path), message, hint);
  }

  /**
   * The workload of a name; without a namespace the one in "default", else the only one of this name. Reports and
   * returns null when there is none, or no telling which.
   */
  workload({ kind, name, namespace }: WorkloadSpec, path: DocumentPath): Workload | null {
    const ofKind = this.workloads.filter((each) => kind === undefined || each.kind === kind);
    const named = ofKind.filter((each) => each.metadata.name === name);
    const found =
      named.find((each) => each.metadata.namespace === (namespace ?? "default")) ??
      (namespace === undefined && named.length === 1 ? named[0] : undefined);
    if (found !== undefined) return found;
    if (name === this.#dns.metadata.name && (namespace ?? DNS_NAMESPACE) === DNS_NAMESPACE) return this.#dns;
    const noun = kind ?? workloadNoun();
    const plural = kind === undefined ? workloadNoun("plural") : `${kind}s`;
    const places = named.map((each) => each.metadata.namespace).join(", ");
    if (namespace === undefined && named.length > 1) {
      this.error(path, `${plural} called ${name} exist in several namespaces`, `give the namespace: ${places}`);
      return null;
    }
    const known = ofKind
      .filter((each) => namespace === undefined || each.metadata.namespace === namespace)
      .map((each) => each.metadata.name);
    const hint = named.length > 0 ? `there is one in ${places}` : didYouMean(name, known, plural);
    const where = namespace === undefined ? "" : ` in the namespace ${namespace}`;
    this.error(path, `there is no ${noun} ${name}${where}`, hint || `the manifests define no ${noun}`);
    return null;
  }

  /** Pods by labels; a workload stands for the labels of its pods. Null when the workload is unknown (reported). */
  pods(reference: PodReference, path: DocumentPath): PodSelector | null {
    if ("matchLabels" in reference) {
      return { namespace: reference.namespace, matchLabels: { ...reference.matchLabels } };
    }
    const workload = this.workload(reference, path);
    return workload === null ? null : podSelectorOf(workload);
  }

  selected(selector: PodSelector): readonly PodPrototype[] {
    return this.prototypes.filter(
      ({ namespace, labels }) => namespace === selector.namespace && matchesLabels(selector.matchLabels, labels),
    );
  }
}

/** `text`, or `text-2` and so on when it is taken; the result is taken from then on. */
export function unusedName(text: string, taken: Set<string>): string {
  let name = text;
  for (let number = 2; taken.has(name); number++) name = `${text}-${number}`;
  taken.add(name);
  return name;
}
