/** `spec.traffic` with every target and source looked up. */
import { SECOND } from "../../../engine/duration.js";
import { contains, formatAddress } from "../../../model/address.js";
import type { ClientSettings, TrafficEntry, TrafficSource, TrafficTarget } from "../../../model/scenario.js";
import type { ClusterSettings } from "../../../model/settings.js";
import { referenceTo, workloadKind } from "../../../model/workload.js";
import type { DocumentPath } from "../../documents/path.js";
import { omit } from "../../omit.js";
import { isOutsideAddress } from "../cluster/upstream-dns.js";
import { type Resolution, unusedName } from "../resolution.js";
import type { ResolvedSection } from "../resolved-section.js";
import { resolveClientCache } from "./client-cache.js";
import { checkConnection } from "./connection.js";
import type { TrafficSpec } from "./schema.js";
import { ServiceNames } from "./service-names.js";
import { resolveName } from "./target-name.js";
import { parseTarget } from "./target-text.js";

/** Above one arrival a microsecond, time has no room between requests. */
const MOST_RPS = 1_000_000;

export function resolveTraffic(
  resolution: Resolution,
  given: readonly TrafficSpec[],
  cluster: ClusterSettings,
  mostEvents: number,
): ResolvedSection<readonly TrafficSpec[], readonly TrafficEntry[]> {
  const names = new Set<string>();
  for (const [index, { name }] of given.entries()) {
    if (name === undefined) continue;
    if (names.has(name)) resolution.error(["traffic", index, "name"], `there are two entries called ${name}`);
    names.add(name);
  }
  const entries = given.flatMap((entry, index) => {
    const path = ["traffic", index];
    const rate = resolveRate(resolution, entry, mostEvents, path);
    return resolveEntry(resolution, cluster, { ...entry, rate }, path, names) ?? [];
  });
  return { spec: entries.map(({ spec }) => spec), settings: entries.map(({ settings }) => settings) };
}

function resolveEntry(
  resolution: Resolution,
  cluster: ClusterSettings,
  entry: TrafficSpec & { readonly rate: number },
  path: DocumentPath,
  names: Set<string>,
): ResolvedSection<TrafficSpec, TrafficEntry> | null {
  const source = resolveSource(resolution, entry.from, [...path, "from"]);
  if (source === null) return null;
  const found = resolveTarget(resolution, cluster, entry.to, source, [...path, "to"]);
  if (found === null) return null;
  const { from, to } = found;
  const client = resolveClient(resolution, entry.client, [...path, "client"]);
  const name = entry.name ?? unusedName(to.kind === "pod-of" ? to.workload.name : to.text, names);
  const { rate, arrival, executor } = entry;
  return {
    spec: { name, from: writeSource(from), to: writeTarget(to), rps: rate, executor, arrival, client: client.spec },
    settings: { name, from, to, rate, arrival, client: client.settings },
  };
}

function resolveClient(
  resolution: Resolution,
  given: TrafficSpec["client"],
  path: DocumentPath,
): ResolvedSection<TrafficSpec["client"], ClientSettings> {
  const { connectTimeout, requestTimeout, connection } = given;
  if (connectTimeout === 0 || requestTimeout === 0) resolution.error(path, "a timeout must be above 0");
  checkConnection(resolution, connection, [...path, "connection"]);
  const cache = resolveClientCache(resolution, given.dns.cache, [...path, "dns", "cache"]);
  return {
    spec: { ...given, dns: { ...given.dns, cache: cache.spec } },
    settings: {
      ...omit(given, "dns", "connect", "retries"),
      ...given.dns,
      cache: cache.settings,
      connection: { reuse: connection.reuse, balance: connection.balance, maxAge: connection.maxAge ?? null },
    },
  };
}

/** A source, or only the wish for clients of our own while their namespace is open. */
type OpenSource = TrafficSource | { readonly kind: "per-node"; readonly namespace: null };

function resolveSource(resolution: Resolution, from: TrafficSpec["from"], path: DocumentPath): OpenSource | null {
  if (from === undefined || from === "per-node") return { kind: "per-node", namespace: null };
  if (from === "outside") return { kind: "outside" };
  if ("perNode" in from) return { kind: "per-node", namespace: from.perNode.namespace };
  const selector = resolution.pods(from.pods, [...path, "pods"]);
  if (selector === null) return null;
  if (resolution.selected(selector).length === 0) {
    const message = `no pod of the namespace ${selector.namespace} has these labels: nobody sends`;
    resolution.warn([...path, "pods"], message, "", true);
  }
  return { kind: "pods", selector };
}

/** Requests a second. */
function resolveRate(
  resolution: Resolution,
  { rps, rate, timeUnit }: TrafficSpec,
  mostEvents: number,
  path: DocumentPath,
): number {
  if (rps !== undefined && rate !== undefined)
    resolution.error([...path, "rate"], "rps and rate say the same", "keep one");
  if (rps === undefined && rate === undefined) resolution.error(path, "how many requests?", "add rps: 100");
  if (rate === undefined && timeUnit !== undefined) {
    resolution.error([...path, "timeUnit"], "timeUnit belongs to rate", "write rate instead of rps");
  }
  if (timeUnit === 0) resolution.error([...path, "timeUnit"], "must be above 0");
  const field = [...path, rps === undefined ? "rate" : "rps"];
  const perSecond = rps ?? ((rate ?? 0) * SECOND) / (timeUnit || SECOND);
  if (perSecond === 0 && (rps ?? rate) === 0) resolution.warn(field, "the rate is 0: no request will be sent");
  if (perSecond > MOST_RPS) resolution.error(field, `more than ${MOST_RPS} requests a second cannot be simulated`);
  const seconds = (resolution.duration ?? 0) / SECOND;
  if (perSecond <= MOST_RPS && perSecond * seconds > mostEvents) {
    const message = `${perSecond * seconds} requests are more than the limit of ${mostEvents} events`;
    resolution.error(field, message, "lower the rate or the duration, or raise limits.events");
  }
  return perSecond;
}

function writeSource(from: TrafficSource): TrafficSpec["from"] {
  switch (from.kind) {
    case "pods":
      return { pods: from.selector };
    case "per-node":
      return { perNode: { namespace: from.namespace } };
    case "outside":
      return "outside";
    default:
      return from satisfies never;
  }
}

function writeTarget(to: TrafficTarget): TrafficSpec["to"] {
  if (to.kind !== "pod-of") return to.text;
  const { workload, index, port, learnedAt } = to;
  return { podOf: workload, index, port, learnedAt };
}

interface Found {
  readonly from: TrafficSource;
  readonly to: TrafficTarget;
}

function resolveTarget(
  resolution: Resolution,
  cluster: ClusterSettings,
  to: TrafficSpec["to"],
  from: OpenSource,
  path: DocumentPath,
): Found | null {
  if (typeof to !== "string") return resolvePodOf(resolution, to, from, path);
  const parsed = parseTarget(to);
  switch (parsed.kind) {
    case "problem":
      resolution.error(path, parsed.message);
      return null;
    case "address": {
      const { address, port } = parsed;
      warnOfAddress(resolution, cluster, address, path);
      return { from: closed(from, "default"), to: { kind: "address", text: to, address, port } };
    }
    case "name": {
      if (from.kind === "outside") {
        const message = "names of the cluster mean nothing outside: every request will fail";
        resolution.warn(path, message, "give an address", true);
      }
      const services = new ServiceNames(resolution.objects("Service"), cluster.clusterDomain);
      const namespace = namespaceOf(from);
      const found = resolveName(resolution, cluster, services, parsed, namespace, path);
      if (found === null) return null;
      const { host, port, service } = found;
      const reached = from.kind === "outside" ? null : service;
      return {
        from: closed(from, found.namespace),
        to: { kind: "name", text: to, host, port, service: reached },
      };
    }
    default:
      return parsed satisfies never;
  }
}

/** Namespace of the clients; null while it is open. Outside there is none: names are as in "default". */
function namespaceOf(from: OpenSource): string | null {
  if (from.kind === "pods") return from.selector.namespace;
  return from.kind === "outside" ? "default" : from.namespace;
}

function closed(from: OpenSource, namespace: string): TrafficSource {
  if (from.kind !== "per-node") return from;
  return { kind: "per-node", namespace: from.namespace ?? namespace };
}

function resolvePodOf(
  resolution: Resolution,
  to: Exclude<TrafficSpec["to"], string>,
  from: OpenSource,
  path: DocumentPath,
): Found | null {
  const { index, port, learnedAt } = to;
  const found = resolution.workload(to.podOf, [...path, "podOf"]);
  if (found === null) return null;
  const workload = referenceTo(found);
  const { namespace, name } = workload;
  const replicas = workloadKind(workload.kind).desired(found);
  if (index >= replicas) {
    resolution.warn([...path, "index"], `${name} has ${replicas} pods at first, so there may be no pod ${index}`);
  }
  const text = `${namespace}/${name}[${index}]:${port}`;
  return {
    from: closed(from, namespace),
    to: { kind: "pod-of", text, workload, index, port, learnedAt },
  };
}

function warnOfAddress(resolution: Resolution, cluster: ClusterSettings, address: number, path: DocumentPath): void {
  const text = formatAddress(address);
  if (contains(cluster.serviceRange, address)) {
    const known = resolution.objects("Service").some((service) => service.spec.clusterIP === address);
    if (!known) resolution.warn(path, `no manifest gives a Service the address ${text}`, "set its spec.clusterIP");
  } else if (
    !contains(cluster.podRange, address) &&
    !contains(cluster.nodeRange, address) &&
    !isOutsideAddress(cluster, address)
  ) {
    resolution.warn(path, `${text} lies in no range of the cluster: nobody answers there`, "", true);
  }
}
