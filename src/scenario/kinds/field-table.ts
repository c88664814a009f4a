/** Fields of Kubernetes types: which are modelled, and what it means that others are not. Types have their generated names. */
export interface FieldTable {
  /** Type → its modelled fields, with spaces between. */
  readonly modelled: Readonly<Record<string, string>>;
  /** "Type.field" → values at which an unmodelled field asks for nothing but what is simulated anyway. */
  readonly neutral?: Readonly<Record<string, readonly unknown[]>>;
  /** "Type.field" → what is simulated instead, for fields whose being ignored would change the verdict. */
  readonly loud?: Readonly<Record<string, string>>;
}
