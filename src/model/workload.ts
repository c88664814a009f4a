/**
 * Workloads: objects from whose template a controller makes pods. What differs between their kinds stands in one table;
 * whoever acts on a workload (churn, scenarios, measurements) asks its row and names no kind.
 */
import { type LabelSelector, type Labels, matchesLabels, type PodSelector } from "./labels.js";
import {
  type ApiObject,
  type Kind,
  type Metadata,
  type ObjectOfKind,
  objectKey,
  objectsOf,
  type Pod,
  type PodSpec,
  type PodTemplate,
  type Service,
} from "./objects.js";

/** One row: where a kind keeps what all workloads have. Nothing is changed: `with…` give new objects. */
export interface WorkloadKind<K extends Kind = Kind> {
  readonly kind: K;
  /** The kind of the objects that own its pods, one for each template it has had. Null: it owns its pods itself. */
  readonly revisions: Kind | null;
  template(workload: ObjectOfKind[K]): PodTemplate;
  withTemplate(workload: ObjectOfKind[K], template: PodTemplate): ObjectOfKind[K];
  selector(workload: ObjectOfKind[K]): LabelSelector;
  /** Pods that it will want on nodes with these labels, known before anything runs. */
  planned(workload: ObjectOfKind[K], nodes: readonly Labels[]): number;
  /** Pods that it wants now, as its specification or its controller says. */
  desired(workload: ObjectOfKind[K]): number;
  /** Of them, those that are made of its present template and available, as far as its status tells: never more. */
  updated(workload: ObjectOfKind[K]): number;
  /** Null for a kind whose number of pods nobody sets, such as one pod a node. */
  readonly scale: {
    replicas(workload: ObjectOfKind[K]): number;
    withReplicas(workload: ObjectOfKind[K], replicas: number): ObjectOfKind[K];
  } | null;
}

/** All kinds of workloads. A new one is a row here. */
export const WORKLOADS = [
  row<"Deployment">({
    kind: "Deployment",
    revisions: "ReplicaSet",
    ...replicated(),
    // which pods are unavailable is not told: all of them may be updated ones
    updated: ({ status }) => Math.max(0, status.updated + status.available - status.replicas),
  }),
  row<"ReplicaSet">({
    kind: "ReplicaSet",
    revisions: null,
    ...replicated(),
    // its pods are those of its own template, apart from ones made before that was changed by hand
    updated: ({ status }) => status.available,
  }),
] as const;

export type WorkloadName = (typeof WORKLOADS)[number]["kind"];
export type Workload = ObjectOfKind[WorkloadName];
export type AnyWorkloadKind = WorkloadKind<WorkloadName>;
/** A table; where none is given, it is the one above. */
type WorkloadKinds = readonly AnyWorkloadKind[];

/** The kinds that users name: those that no other kind makes as its revisions. */
export const NAMED_WORKLOADS = namedAmong(WORKLOADS);

/** The kinds that own their pods themselves. */
export const POD_OWNERS: WorkloadKinds = WORKLOADS.filter(({ revisions }) => revisions === null);

/** What users can name, within a sentence: "Deployment", "Deployment or StatefulSet"; the plural is that of each kind. */
export function workloadNoun(
  number: "singular" | "plural" = "singular",
  kinds: WorkloadKinds = NAMED_WORKLOADS,
): string {
  const nouns = kinds.map(({ kind }) => (number === "plural" ? `${kind}s` : kind));
  const last = nouns.pop() ?? "";
  return nouns.length === 0 ? last : `${nouns.join(", ")} or ${last}`;
}

/** Names one workload. */
export interface WorkloadReference {
  readonly kind: WorkloadName;
  readonly namespace: string;
  readonly name: string;
}

export function referenceTo({ kind, metadata }: Workload): WorkloadReference {
  return { kind, namespace: metadata.namespace, name: metadata.name };
}

/** Stable name of the workload that is meant, as `entityOf` gives it. */
export function entityOfReference({ kind, namespace, name }: WorkloadReference): string {
  return `${kind}/${objectKey(namespace, name)}`;
}

/** Of kinds those that no other one makes as its revisions. */
export function namedAmong(kinds: WorkloadKinds): WorkloadKinds {
  return kinds.filter(({ kind }) => !kinds.some(({ revisions }) => revisions === kind));
}

/** The row of a workload's kind. */
export function workloadKind(kind: WorkloadName, kinds: WorkloadKinds = WORKLOADS): AnyWorkloadKind {
  const found = kinds.find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`${kind} is no kind of workload`);
  return found;
}

/** The workloads of the given kinds among objects, in the order given. */
export function workloadsOf(objects: readonly ApiObject[], kinds: WorkloadKinds = WORKLOADS): readonly Workload[] {
  return objects.filter((each): each is Workload => kinds.some(({ kind }) => kind === each.kind));
}

export function templateOf(workload: Workload, kinds: WorkloadKinds = WORKLOADS): PodTemplate {
  return workloadKind(workload.kind, kinds).template(workload);
}

/** Labels by which the pods of a workload are known: its selector, or all of theirs if it has expressions. */
export function podSelectorOf(workload: Workload, kinds: WorkloadKinds = WORKLOADS): PodSelector {
  const { matchLabels, matchExpressions } = workloadKind(workload.kind, kinds).selector(workload);
  return {
    namespace: workload.metadata.namespace,
    matchLabels: matchExpressions.length === 0 ? matchLabels : templateOf(workload, kinds).labels,
  };
}

/** Whether a Service selects the pods that a workload makes. */
export function selectsPodsOf(
  { metadata, spec }: Service,
  workload: Workload,
  kinds: WorkloadKinds = WORKLOADS,
): boolean {
  if (spec.selector === null || metadata.namespace !== workload.metadata.namespace) return false;
  return matchesLabels(spec.selector, templateOf(workload, kinds).labels);
}

/** What a pod is or will be made from. */
export interface PodPrototype {
  readonly namespace: string;
  readonly labels: Labels;
  readonly spec: PodSpec;
}

/** Prototypes of the pods among objects: one for each template, then the pods themselves. */
export function podPrototypesOf(objects: readonly ApiObject[], kinds: WorkloadKinds = WORKLOADS): PodPrototype[] {
  const templates = workloadsOf(objects, kinds).map((workload) => ({
    ...workload.metadata,
    ...templateOf(workload, kinds),
  }));
  const pods = objectsOf(objects, "Pod").map(({ metadata, spec }) => ({ ...metadata, spec }));
  return [...templates, ...pods].map(({ namespace, labels, spec }) => ({ namespace, labels, spec }));
}

/** An object as it is now; null when there is none. */
export type Lookup = <K extends Kind>(kind: K, key: string) => ObjectOfKind[K] | null;

/** Whether a pod is one of a workload's: the workload owns it, or what owns it. */
export function isPodOf(pod: Pod, workload: WorkloadReference, lookup: Lookup): boolean {
  const { namespace } = pod.metadata;
  if (namespace !== workload.namespace) return false;
  let { owner }: Pick<Metadata, "owner"> = pod.metadata;
  while (owner !== null) {
    if (owner.kind === workload.kind && owner.name === workload.name) return true;
    owner = lookup(owner.kind, objectKey(namespace, owner.name))?.metadata.owner ?? null;
  }
  return false;
}

function row<K extends Kind>(columns: WorkloadKind<K>): WorkloadKind<K> {
  return columns;
}

interface Templated {
  readonly spec: { readonly selector: LabelSelector; readonly template: PodTemplate };
}

interface Replicated extends Templated {
  readonly spec: Templated["spec"] & { readonly replicas: number };
}

/** Columns of a kind whose `spec` has `selector` and `template`. */
function templated() {
  return {
    template: ({ spec }: Templated) => spec.template,
    withTemplate: <W extends Templated>(workload: W, template: PodTemplate): W => ({
      ...workload,
      spec: { ...workload.spec, template },
    }),
    selector: ({ spec }: Templated) => spec.selector,
  };
}

/** Columns of a kind whose `spec` has `replicas` as well. */
function replicated() {
  return {
    ...templated(),
    planned: ({ spec }: Replicated) => spec.replicas,
    desired: ({ spec }: Replicated) => spec.replicas,
    scale: {
      replicas: ({ spec }: Replicated) => spec.replicas,
      withReplicas: <W extends Replicated>(workload: W, replicas: number): W => ({
        ...workload,
        spec: { ...workload.spec, replicas },
      }),
    },
  };
}
