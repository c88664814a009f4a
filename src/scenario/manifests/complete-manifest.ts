/**
 * A manifest as the simulation takes it: the fields that are read, with the defaults of the API server. Objects are made from
 * it, and it is what `scenario.resolved.yaml` shows, so that reading that gives the same objects.
 */
import { isPlainObject, type PlainObject } from "../documents/value.js";
import type { ManifestKind } from "../kinds/kind.js";
import { defaultsOf, isRead } from "./field-effects.js";
import { fieldsOf } from "./field-types.js";

export const DEFAULT_NAMESPACE = "default";

export function completeManifest(manifest: PlainObject, { type, namespaced }: ManifestKind): PlainObject {
  const completed = completeObject(manifest, type);
  const metadata = isPlainObject(completed.metadata) ? completed.metadata : {};
  if (!namespaced) return withoutNamespace(completed, metadata);
  if ((metadata.namespace ?? "") !== "") return completed;
  return { ...completed, metadata: { ...metadata, namespace: DEFAULT_NAMESPACE } };
}

/** The API server empties the namespace of what is in none before it looks at it. */
function withoutNamespace(completed: PlainObject, metadata: PlainObject): PlainObject {
  if (!("namespace" in metadata)) return completed;
  const { namespace: _, ...rest } = metadata;
  return { ...completed, metadata: rest };
}

/** Null counts as left out, as for the API server. */
function completeObject(given: PlainObject, type: string): PlainObject {
  const fields = fieldsOf(type) ?? {};
  const completed: Record<string, unknown> = {};
  for (const [key, value] of Object.entries({ ...given, ...missing(given, defaultsOf(type, given)) })) {
    const declared = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (declared === undefined || !isRead(type, key)) continue;
    if ((value ?? null) !== null) completed[key] = completeValue(value, declared.replace("!", ""));
  }
  return completed;
}

function missing(given: PlainObject, defaults: PlainObject): PlainObject {
  return Object.fromEntries(Object.entries(defaults).filter(([key]) => (given[key] ?? null) === null));
}

/** Values of another type than the field's were reported already and stay as they are. */
function completeValue(value: unknown, type: string): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => completeValue(item, type.slice(1, -1)));
  return isPlainObject(value) && fieldsOf(type) !== null ? completeObject(value, type) : value;
}
