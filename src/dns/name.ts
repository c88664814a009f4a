/**
 * What a name below the cluster domain means to the kubernetes plugin (CoreDNS 1.14.7, plugin/kubernetes/parse.go).
 * Underscores of ports and protocols are optional; names have been lower-cased by then.
 */
export type ParsedName =
  /** Not below the cluster domain. */
  | { readonly kind: "outside" }
  /** The domain itself, `svc` or `pod`: exists, and has no addresses. */
  | { readonly kind: "empty" }
  /** No name that the plugin knows. */
  | { readonly kind: "invalid" }
  /** `<namespace>.svc` or `<namespace>.pod`. */
  | { readonly kind: "namespace"; readonly namespace: string }
  | { readonly kind: "service"; readonly key: string }
  | { readonly kind: "endpoint"; readonly key: string; readonly endpoint: string }
  | { readonly kind: "port"; readonly key: string; readonly port: string; readonly protocol: string };

const OUTSIDE: ParsedName = { kind: "outside" };
const EMPTY: ParsedName = { kind: "empty" };
const INVALID: ParsedName = { kind: "invalid" };

/** Parses a full name without root dot; `domain` is the cluster domain. */
export function parseName(name: string, domain: string): ParsedName {
  if (!isBelow(name, domain)) return OUTSIDE;
  if (name.length === domain.length) return EMPTY;
  const labels = name.slice(0, name.length - domain.length - 1).split(".");
  const type = labels.pop();
  if (type !== "svc" && type !== "pod") return INVALID;
  const namespace = labels.pop();
  if (namespace === undefined) return EMPTY;
  const service = labels.pop();
  if (service === undefined) return { kind: "namespace", namespace };
  if (type === "pod") return INVALID;
  const key = `${namespace}/${service}`;
  const [first, second] = labels;
  if (first === undefined) return { kind: "service", key };
  if (second === undefined) return { kind: "endpoint", key, endpoint: first };
  if (labels.length > 2) return INVALID;
  return { kind: "port", key, port: withoutUnderscore(first), protocol: withoutUnderscore(second) };
}

/** Whether `name` is `domain` or ends in it, label by label. */
export function isBelow(name: string, domain: string): boolean {
  if (!name.endsWith(domain)) return false;
  return name.length === domain.length || name.charAt(name.length - domain.length - 1) === ".";
}

function withoutUnderscore(label: string): string {
  return label.startsWith("_") ? label.slice(1) : label;
}
