/** What every object of the API has (meta/v1 ObjectMeta, as far as it is modelled). */
import type { Micros } from "../engine/duration.js";
import type { Kind } from "./kind.js";
import type { Labels } from "./labels.js";

export interface OwnerReference {
  readonly kind: Kind;
  readonly name: string;
}

export interface Metadata {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Raised by the API server with each change of `spec` (and of pods' deletion). */
  readonly generation: number;
  readonly creationTimestamp: Micros;
  /** When a graceful deletion was accepted (the API shows this time plus the grace period); null before. */
  readonly deletionTimestamp: Micros | null;
  readonly deletionGracePeriodSeconds: number | null;
  readonly owner: OwnerReference | null;
}

/** Metadata of a new object. */
export function newMetadata(
  namespace: string,
  name: string,
  labels: Labels = {},
  owner: OwnerReference | null = null,
): Metadata {
  return {
    namespace,
    name,
    labels,
    annotations: {},
    generation: 1,
    creationTimestamp: 0,
    deletionTimestamp: null,
    deletionGracePeriodSeconds: null,
    owner,
  };
}
