/**
 * How many pods a workload has at rest that an autoscaler sizes. Leaving `replicas` out is the recommended form beside one: the
 * API server then fills in 1, and the autoscaler raises it to its minimum long before a run begins. Load changes nothing here.
 */
import type { SourceDocument } from "../documents/source-document.js";
import { isPlainObject, type PlainObject } from "../documents/value.js";
import { DEFAULT_NAMESPACE } from "./complete-manifest.js";

interface Kind {
  readonly kind: string;
  readonly apiGroup: string;
  readonly least: string;
  readonly most: string;
}

/** Those that keep a least number of pods, and where they say so. Without it, it is 1. */
const KINDS: readonly Kind[] = [
  { kind: "HorizontalPodAutoscaler", apiGroup: "autoscaling/", least: "minReplicas", most: "maxReplicas" },
  { kind: "ScaledObject", apiGroup: "keda.sh/", least: "minReplicaCount", most: "maxReplicaCount" },
];

interface Bounds {
  readonly least: number;
  readonly most: number;
}

export class Autoscalers {
  readonly #bounds = new Map<string, Bounds>();

  constructor(documents: readonly SourceDocument[]) {
    for (const { apiVersion, kind, value } of documents) {
      const known = KINDS.find((each) => each.kind === kind && apiVersion.startsWith(each.apiGroup));
      if (known !== undefined && isPlainObject(value.spec)) this.#add(known, value.spec, namespaceOf(value));
    }
  }

  #add(known: Kind, spec: PlainObject, namespace: string): void {
    const target = isPlainObject(spec.scaleTargetRef) ? spec.scaleTargetRef : {};
    const least = count(spec[known.least]) ?? 1;
    const most = count(spec[known.most]) ?? Number.POSITIVE_INFINITY;
    // A ScaledObject means a Deployment where it names no kind.
    const kind = target.kind === undefined ? "Deployment" : text(target.kind);
    this.#bounds.set(`${kind}/${namespace}/${text(target.name)}`, { least: Math.max(least, 1), most });
  }

  /** The manifest with the replicas that its autoscaler leaves it with. Zero stays zero: that switches autoscaling off. */
  atRest(manifest: PlainObject, kind: string): PlainObject {
    const name = isPlainObject(manifest.metadata) ? text(manifest.metadata.name) : "";
    const bounds = this.#bounds.get(`${kind}/${namespaceOf(manifest)}/${name}`);
    const { spec } = manifest;
    if (bounds === undefined || !isPlainObject(spec)) return manifest;
    const given = spec.replicas ?? 1;
    if (typeof given !== "number" || given === 0) return manifest;
    const replicas = Math.min(Math.max(given, bounds.least), bounds.most);
    return { ...manifest, spec: { ...spec, replicas } };
  }
}

function namespaceOf({ metadata }: PlainObject): string {
  return (isPlainObject(metadata) ? text(metadata.namespace) : "") || DEFAULT_NAMESPACE;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function count(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : null;
}
