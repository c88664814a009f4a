/**
 * Who may select an object with given labels, without asking everybody: values by namespace and by one of the labels that
 * they require.
 */
import type { Labels } from "./labels.js";

export class SelectorIndex<T> {
  private readonly values = new Map<string, Set<T>>();

  /** `selector` is a plain map of required labels; a value that requires none is a candidate for its whole namespace. */
  add(namespace: string, selector: Labels, value: T): void {
    const place = placeOf(namespace, selector);
    const values = this.values.get(place);
    if (values === undefined) this.values.set(place, new Set([value]));
    else values.add(value);
  }

  delete(namespace: string, selector: Labels, value: T): void {
    const place = placeOf(namespace, selector);
    const values = this.values.get(place);
    values?.delete(value);
    if (values?.size === 0) this.values.delete(place);
  }

  /** Values that require one of these labels or none, each once, in a fixed order. Their other labels are unchecked. */
  candidates(namespace: string, labels: Labels): T[] {
    const candidates: T[] = [];
    for (const value of this.values.get(namespace) ?? []) candidates.push(value);
    for (const key of Object.keys(labels)) {
      for (const value of this.values.get(labelPlace(namespace, key, labels[key] ?? "")) ?? []) candidates.push(value);
    }
    return candidates;
  }
}

function placeOf(namespace: string, selector: Labels): string {
  const key = Object.keys(selector)[0];
  return key === undefined ? namespace : labelPlace(namespace, key, selector[key] ?? "");
}

function labelPlace(namespace: string, key: string, value: string): string {
  return `${namespace}\u0000${key}\u0000${value}`;
}
