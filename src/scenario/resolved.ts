/**
 * A Scenario back to the document that a user could have written for it, with every default written out. Parsed and
 * resolved again with the same manifests it gives an equal Scenario.
 */
import * as z from "zod";
import type { ChurnAction } from "../churn/action.js";
import { CHURN_ACTIONS } from "../churn/actions.js";
import { formatDuration } from "../engine/duration.js";
import { formatAddress } from "../model/address.js";
import type {
  ChurnEntry,
  ChurnTarget,
  PodSelector,
  Scenario,
  Selection,
  TrafficEntry,
  TrafficSource,
  TrafficTarget,
} from "../model/scenario.js";
import type { ClusterSettings, WorkloadSettings } from "../model/settings.js";
import type { WorkloadReference } from "../model/workload.js";
import { writeDistribution } from "./distribution-schema.js";
import { formatCpu, formatMemory } from "./format-quantity.js";
import { SETTLED } from "./schema.js";
import { GRACE_FLAG, PERIOD_FLAG } from "./sections/cluster/resolve.js";
import { NO_UPSTREAM_RECORDS, writeUpstreamDns } from "./sections/cluster/upstream-dns.js";
import { writeClientCache, writeConnection } from "./sections/traffic/client-cache.js";

export type PlainMap = Readonly<Record<string, unknown>>;

/** The `spec` of the document, without `manifests`: the objects follow it in the same file. */
export function resolvedSpec(scenario: Scenario): PlainMap {
  const { requests, timelineInterval } = scenario.sampling;
  return {
    kubernetesVersion: `1.${scenario.cluster.minor}`,
    seed: scenario.seed,
    duration: scenario.duration === null ? SETTLED : formatDuration(scenario.duration),
    warmup: formatDuration(scenario.warmup),
    start: "converged",
    cluster: writeCluster(scenario.cluster),
    workloads: [
      writeWorkload(scenario.defaultWorkload),
      ...scenario.workloads.map(({ workload, selector, settings, images }) => ({
        ...(workload === null ? {} : { selector: { ...workload } }),
        ...(selector === null ? {} : { selector: writeSelector(selector) }),
        ...writeWorkload(settings),
        images: Object.fromEntries(Object.entries(images).map(([image, each]) => [image, writeWorkload(each)])),
      })),
    ],
    traffic: scenario.traffic.map(writeTraffic),
    churn: scenario.churn.map(writeChurn),
    sampling: {
      timelineInterval: formatDuration(timelineInterval),
      requests: requests.kind === "ratio" ? { ratio: requests.ratio } : requests.kind,
    },
    observe: scenario.observeAll ? "all" : "clients",
    limits: { events: scenario.maxEvents },
  };
}

function writeCluster(cluster: ClusterSettings): PlainMap {
  const { kubeProxy, delays } = cluster;
  return {
    podCIDR: cluster.podRange.text,
    serviceCIDR: cluster.serviceRange.text,
    nodeCIDR: cluster.nodeRange.text,
    clusterDomain: cluster.clusterDomain,
    upstreamDNS: writeUpstreamDns(cluster.upstreamDns ?? NO_UPSTREAM_RECORDS),
    nodeResolvConf: { ...cluster.nodeResolvConf, nameservers: cluster.nodeResolvConf.nameservers.map(formatAddress) },
    nodePools: cluster.nodePools.map(({ name, count, zones, capacity: { cpu, memory, pods } }) => ({
      name,
      count,
      zones: [...zones],
      capacity: { cpu: formatCpu(cpu), memory: formatMemory(memory), pods: String(pods) },
    })),
    cni: { type: "host-local" },
    components: {
      controllerManager: {
        args: [
          `${GRACE_FLAG}=${formatDuration(cluster.nodeMonitorGrace)}`,
          `${PERIOD_FLAG}=${formatDuration(cluster.nodeMonitorPeriod)}`,
        ],
      },
      coredns: writeCoreDns(cluster),
      kubeProxy: {
        mode: kubeProxy.mode,
        minSyncPeriod: formatDuration(kubeProxy.minSyncPeriod),
        syncPeriod: formatDuration(kubeProxy.syncPeriod),
        udpConntrack: kubeProxy.udpConntrack ?? "auto",
      },
      dnsAutoscaler: writeDnsAutoscaler(cluster),
      nodeLocalDNS: { enabled: cluster.nodeLocalDns === true },
    },
    backgroundChurn: {
      endpointChangesPerSecond: cluster.backgroundChangesPerSecond,
      services: cluster.backgroundServices,
      endpoints: cluster.backgroundEndpoints,
    },
    latency: {
      sameNode: formatDuration(delays.sameNode),
      sameZone: formatDuration(delays.sameZone),
      crossZone: formatDuration(delays.crossZone),
      watchDelivery: writeDistribution(delays.watchDelivery),
      apiWrite: writeDistribution(delays.apiWrite),
      sandboxCreation: writeDistribution(delays.sandboxCreation),
      sandboxRemoval: writeDistribution(delays.sandboxRemoval),
      imagePull: writeDistribution(delays.imagePull),
    },
  };
}

/** Without options the Corefile follows in a ConfigMap. */
function writeCoreDns({ coreDns }: ClusterSettings): PlainMap {
  const { replicas, environment, options, queriesPerSecond, queueCapacity } = coreDns;
  return {
    replicas,
    ...(options === null
      ? {}
      : {
          ttl: options.ttlSeconds,
          lameduck: formatDuration(options.lameduck),
          cache: options.cacheSeconds ?? false,
          cacheSkipsCluster: options.cacheSkipsCluster,
        }),
    ...(Object.keys(environment).length === 0 ? {} : { env: { ...environment } }),
    ...(typeof queriesPerSecond === "number" ? { queriesPerSecond } : {}),
    ...(queueCapacity === undefined ? {} : { queueCapacity }),
  };
}

function writeDnsAutoscaler({ dnsAutoscaler }: ClusterSettings): PlainMap {
  if (dnsAutoscaler === null || dnsAutoscaler === undefined) return { enabled: false };
  const { max, ...rest } = dnsAutoscaler;
  return { enabled: true, ...rest, ...(max === null ? {} : { max }) };
}

function writeWorkload({ listenAfter, readyAfter, serviceTime, onSigterm }: WorkloadSettings): PlainMap {
  return {
    listenAfter: writeDistribution(listenAfter),
    readyAfter: writeDistribution(readyAfter),
    serviceTime: writeDistribution(serviceTime),
    onSigterm,
  };
}

function writeSelector({ namespace, matchLabels }: PodSelector): PlainMap {
  return { namespace, matchLabels: { ...matchLabels } };
}

function writeTraffic({ name, from, to, rate, arrival, client }: TrafficEntry): PlainMap {
  return {
    name,
    from: writeSource(from),
    to: writeTarget(to),
    rps: rate,
    executor: "constant-arrival-rate",
    arrival,
    client: {
      connectTimeout: formatDuration(client.connectTimeout),
      requestTimeout: formatDuration(client.requestTimeout),
      synLinearTimeouts: client.synLinearTimeouts,
      connection: writeConnection(client.connection),
      dns: {
        resolver: client.resolver,
        addressOrder: client.addressOrder,
        raceLoss: client.raceLoss ?? 0,
        cache: writeClientCache(client.cache),
      },
      connect: "non-blocking",
    },
  };
}

function writeSource(from: TrafficSource): PlainMap | string {
  switch (from.kind) {
    case "pods":
      return { pods: writeSelector(from.selector) };
    case "per-node":
      return { perNode: { namespace: from.namespace } };
    case "outside":
      return "outside";
    default:
      return from satisfies never;
  }
}

function writeTarget(to: TrafficTarget): PlainMap | string {
  if (to.kind !== "pod-of") return to.text;
  const { workload, index, port, learnedAt } = to;
  return { podOf: writeReference(workload), index, port, learnedAt: formatDuration(learnedAt) };
}

function writeReference({ kind, name, namespace }: WorkloadReference): PlainMap {
  return { kind, name, namespace };
}

function writeChurn({ name, action, at, every, target, parameters }: ChurnEntry): PlainMap {
  const found = CHURN_ACTIONS.find((each) => each.name === action);
  if (found === undefined) throw new Error(`there is no churn action ${action}`);
  const repetition =
    every === null
      ? {}
      : {
          every: formatDuration(every.period),
          until: formatDuration(every.until),
          jitter: formatDuration(every.jitter),
        };
  const own = z.encode(found.parameters, parameters as PlainMap);
  return { name, at: formatDuration(at), ...repetition, action, target: writeTargetOf(found, target), ...own };
}

function writeTargetOf(action: ChurnAction, target: ChurnTarget): PlainMap | string {
  if (action.target !== "component") return writeChurnTarget(target);
  if (target.kind !== "nodes") return { component: "coredns" };
  const { nodeLocalDns: stop } = target;
  const component = stop === undefined ? { component: "kube-proxy" } : { component: "node-local-dns", stop };
  return { ...component, ...writeSelection(target.selection), ...writeNodes(target) };
}

function writeNodes({ name, zone, hosting }: Extract<ChurnTarget, { kind: "nodes" }>): PlainMap {
  return {
    ...(name === "" ? {} : { name }),
    ...(zone === "" ? {} : { zone }),
    ...(hosting === null ? {} : { hosting: writeSelector(hosting) }),
  };
}

function writeChurnTarget(target: ChurnTarget): PlainMap | string {
  switch (target.kind) {
    case "workload":
      return writeReference(target.workload);
    case "pods":
      return { pods: { ...writeSelection(target.selection), selector: writeSelector(target.selector) } };
    case "upstream":
      return "all";
    case "nodes":
      return { node: { ...writeSelection(target.selection), selector: writeNodes(target) } };
    default:
      return target satisfies never;
  }
}

function writeSelection({ mode, value }: Selection): PlainMap {
  if (mode === "one" || mode === "all") return { mode };
  return { mode, value: mode === "fixed" ? value : `${value}%` };
}
