/** What the loader knows of one kind of Kubernetes object. A new kind is a file beside this one and a line in `kinds.ts`. */
import type { Address } from "../../model/address.js";
import type { Kind } from "../../model/kind.js";
import type { ObjectOfKind, Service } from "../../model/objects.js";
import type { PodPrototype } from "../../model/workload.js";
import type { Location, Report } from "../diagnostic.js";
import type { Field } from "../documents/field.js";
import type { FieldTable } from "./field-table.js";

/** The objects of all manifests, as references between them are checked. */
export interface ObjectsAround {
  /** Pods that are or will be in a namespace. */
  podsIn(namespace: string): readonly PodPrototype[];
  /** The first Service that asks for an address. */
  serviceAt(address: Address): Service | null;
}

export interface ManifestKind<K extends Kind = Kind> {
  readonly kind: K;
  /** The one in which Kubernetes serves it: "apps/v1". */
  readonly apiVersion: string;
  /** Name of its type among the generated ones: "V1Deployment". */
  readonly type: string;
  /** What its names may be. */
  readonly names: "label" | "subdomain";
  /** False: its objects are in no namespace. */
  readonly namespaced: boolean;
  /** The fields of the types that belong to it alone. */
  readonly fields: FieldTable;
  /** The object of a manifest whose fields have been checked; `namespace` and `name` have been read. */
  read(root: Field, namespace: string, name: string): ObjectOfKind[K];
  /** Reports what is legal in the object by itself and suspicious among the others. */
  checkReferences?(object: ObjectOfKind[K], around: ObjectsAround, location: Location, report: Report): void;
}
