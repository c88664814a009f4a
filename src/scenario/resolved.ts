/**
 * A Scenario back to the document that a user could have written for it, with every default written out. Parsed and
 * resolved again with the same manifests it gives an equal Scenario.
 */
import * as z from "zod";
import { CHURN_ACTIONS } from "../churn/actions.js";
import { formatDuration } from "../engine/duration.js";
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
import { writeDistribution } from "./distribution-schema.js";
import { formatCpu, formatMemory } from "./format-quantity.js";
import { GRACE_FLAG, PERIOD_FLAG } from "./resolve-cluster.js";
import { SETTLED } from "./schema.js";

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
      ...scenario.workloads.map(({ deployment, selector, settings, images }) => ({
        ...(deployment === null ? {} : { selector: { kind: "Deployment", ...deployment } }),
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
      },
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

function writeCoreDns({ coreDns }: ClusterSettings): PlainMap {
  return {
    replicas: coreDns.replicas,
    ttl: coreDns.ttlSeconds,
    lameduck: formatDuration(coreDns.lameduck),
    cache: coreDns.cacheSeconds ?? false,
    cacheSkipsCluster: coreDns.cacheSkipsCluster,
  };
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
      connection: { reuse: "none" },
      dns: { resolver: client.resolver },
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
  const { namespace, name, index, port, learnedAt } = to;
  return { podOf: { kind: "Deployment", name, namespace }, index, port, learnedAt: formatDuration(learnedAt) };
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
  return { name, at: formatDuration(at), ...repetition, action, target: writeChurnTarget(target), ...own };
}

function writeChurnTarget(target: ChurnTarget): PlainMap {
  switch (target.kind) {
    case "workload":
      return { kind: "Deployment", name: target.name, namespace: target.namespace };
    case "pods":
      return { pods: { ...writeSelection(target.selection), selector: writeSelector(target.selector) } };
    case "nodes": {
      const { name, zone, hosting } = target;
      const selector = {
        ...(name === "" ? {} : { name }),
        ...(zone === "" ? {} : { zone }),
        ...(hosting === null ? {} : { hosting: writeSelector(hosting) }),
      };
      return { node: { ...writeSelection(target.selection), selector } };
    }
    default:
      return target satisfies never;
  }
}

function writeSelection({ mode, value }: Selection): PlainMap {
  if (mode === "one" || mode === "all") return { mode };
  return { mode, value: mode === "fixed" ? value : `${value}%` };
}
