/** `--set path=value`: changes a plain Scenario document before it is checked. Values are YAML. */
import { parse } from "yaml";
import type { Location, Report } from "./diagnostic.js";

export interface Overrides {
  readonly set?: readonly string[];
  readonly seed?: string;
}

type Plain = Record<string, unknown>;

const SEGMENT = /^([A-Za-z][A-Za-z0-9-]*)((?:\[\d+\])*)$/;

/**
 * A copy of `document` with the pairs applied below `spec`, for instance "cluster.latency.watchDelivery={lognormal:
 * {median: 1s, p99: 5s}}" or "traffic[0].rps=50". What cannot be applied is reported.
 */
export function applyOverrides(document: unknown, overrides: Overrides, report: Report, location: Location): unknown {
  const pairs = [...(overrides.set ?? [])];
  if (overrides.seed !== undefined) pairs.push(`seed=${JSON.stringify(overrides.seed)}`);
  return pairs.reduce<unknown>((changed, pair) => applyPair(changed, pair, report, location), document);
}

function applyPair(document: unknown, pair: string, report: Report, location: Location): unknown {
  const equals = pair.indexOf("=");
  const path = equals < 0 ? null : pathOf(pair.slice(0, equals));
  if (path === null) {
    const hint = "write --set path.below.spec=value, for instance duration=60s or traffic[0].rps=50";
    report.error(location, "--set", `cannot read ${JSON.stringify(pair)}`, hint);
    return document;
  }
  let value: unknown;
  try {
    value = parse(pair.slice(equals + 1), { maxAliasCount: 0 });
  } catch {
    report.error(
      location,
      "--set",
      `the value in ${JSON.stringify(pair)} is no YAML`,
      "quote it, or write it in flow style",
    );
    return document;
  }
  return replaced(document, ["spec", ...path], value);
}

function pathOf(text: string): (string | number)[] | null {
  const path: (string | number)[] = [];
  for (const segment of text.split(".")) {
    const match = SEGMENT.exec(segment);
    if (match === null) return null;
    path.push(match[1] as string, ...[...(match[2] ?? "").matchAll(/\d+/g)].map(([digits]) => Number(digits)));
  }
  return path;
}

function replaced(container: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === "number") {
    const list: unknown[] = Array.isArray(container) ? [...container] : [];
    list[step] = replaced(list[step], rest, value);
    return list;
  }
  const map: Plain = typeof container === "object" && container !== null ? { ...(container as Plain) } : {};
  const inner = Object.hasOwn(map, step) ? map[step] : undefined;
  Object.defineProperty(map, step, {
    value: replaced(inner, rest, value),
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return map;
}
