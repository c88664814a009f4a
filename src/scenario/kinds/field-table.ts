/** Fields of Kubernetes types: which are modelled, and what it means that others are not. Types have their generated names. */
import type { PlainObject } from "../documents/value.js";

export type Defaults = PlainObject | ((given: PlainObject) => PlainObject);

export interface FieldTable {
  /** Type → its modelled fields, with spaces between. */
  readonly modelled: Readonly<Record<string, string>>;
  /** Type → fields that are read, and of which the user is told all the same that they have no effect, or not all of it. */
  readonly partly?: Readonly<Record<string, string>>;
  /** Type → what the API server fills in where a field is left out; it may depend on the other fields. */
  readonly defaults?: Readonly<Record<string, Defaults>>;
  /** "Type.field" → values at which an unmodelled field asks for nothing but what is simulated anyway. */
  readonly neutral?: Readonly<Record<string, readonly unknown[]>>;
  /** "Type.field" → what is simulated instead, for fields whose being ignored would change the verdict. */
  readonly loud?: Readonly<Record<string, string>>;
}
