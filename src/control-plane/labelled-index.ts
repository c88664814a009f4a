/** Values by namespace and by each label of the object that they belong to, so that a selector meets few of them. */
import type { Labels } from "../model/labels.js";

export class LabelledIndex<T> {
  /** By label, then by the key of the object. */
  private readonly values = new Map<string, Map<string, T>>();

  /** Adds or replaces the value of the object `key`, which has these labels. */
  set(key: string, namespace: string, labels: Labels, value: T): void {
    for (const name of Object.keys(labels)) {
      const place = placeOf(namespace, name, labels);
      const values = this.values.get(place);
      if (values === undefined) this.values.set(place, new Map([[key, value]]));
      else values.set(key, value);
    }
  }

  delete(key: string, namespace: string, labels: Labels): void {
    for (const name of Object.keys(labels)) {
      const place = placeOf(namespace, name, labels);
      const values = this.values.get(place);
      values?.delete(key);
      if (values?.size === 0) this.values.delete(place);
    }
  }

  /** The values with the rarest of the required labels, of which there must be one; their other labels are unchecked. */
  candidates(namespace: string, required: Labels): Iterable<T> {
    let fewest: ReadonlyMap<string, T> | null = null;
    for (const name of Object.keys(required)) {
      const values = this.values.get(placeOf(namespace, name, required));
      if (values === undefined) return [];
      if (fewest === null || values.size < fewest.size) fewest = values;
    }
    if (fewest === null) throw new Error("a selector without labels has no place in the index");
    return fewest.values();
  }
}

function placeOf(namespace: string, name: string, labels: Labels): string {
  return `${namespace}\u0000${name}\u0000${labels[name]}`;
}
