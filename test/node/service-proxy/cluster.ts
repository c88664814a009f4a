/** A log, its kube-proxies, and short ways to write Services and EndpointSlices, for tests. */
import { ApiLog } from "../../../src/apiserver/log.js";
import { ALWAYS_UP } from "../../../src/apiserver/session.js";
import { Context } from "../../../src/engine/context.js";
import { compile, constant, type Distribution } from "../../../src/engine/distribution.js";
import type { Micros } from "../../../src/engine/duration.js";
import { Phase } from "../../../src/engine/event-queue.js";
import { Simulation } from "../../../src/engine/simulation.js";
import { type Address, parseRange } from "../../../src/model/address.js";
import type { ApiSession } from "../../../src/model/api-session.js";
import { type Flow, type Hop, HopAction } from "../../../src/model/flow.js";
import { behaviourOf, DEFAULT_MINOR, type Minor } from "../../../src/model/kubernetes-version.js";
import {
  type Endpoint,
  type EndpointSlice,
  entityOf,
  type Service,
  type ServicePort,
} from "../../../src/model/objects.js";
import type { KubeProxySettings } from "../../../src/model/settings.js";
import { FactKind } from "../../../src/model/trace.js";
import { Action } from "../../../src/model/verdict.js";
import { createTopology } from "../../../src/network/topology.js";
import { newVerdict, nextHop } from "../../../src/network/verdict.js";
import type { BackgroundSettings } from "../../../src/node/service-proxy/background-changes.js";
import { KubeProxy } from "../../../src/node/service-proxy/kube-proxy/kube-proxy.js";
import type { ProxyMode } from "../../../src/node/service-proxy/kube-proxy/modes/mode.js";
import { proxyModeNamed } from "../../../src/node/service-proxy/kube-proxy/modes/modes.js";
import type { SyncRecord } from "../../../src/node/service-proxy/kube-proxy/sync-history.js";
import { ProxyLog, type ProxyLogOptions } from "../../../src/node/service-proxy/proxy-log.js";
import { buildEndpoint, buildService, buildSlice } from "../../support/objects.js";

export const SETTINGS: KubeProxySettings = { mode: "iptables", minSyncPeriod: 1_000_000, syncPeriod: 30_000_000 };

export const SERVICE_RANGE = parseRange("10.96.0.0/16")!;
export const CLUSTER_IP: Address = 0x0a600001;

export const HTTP: ServicePort = { name: "http", port: 80, targetPort: "http", protocol: "TCP" };

export function service(name: string, clusterIP: Address | "None", ports: readonly ServicePort[] = [HTTP]): Service {
  return buildService(name, { ports, clusterIP });
}

export interface EndpointState {
  readonly ready?: boolean;
  readonly serving?: boolean;
  readonly terminating?: boolean;
}

/** The endpoint of pod number `pod`, at 10.0.0.0 + pod; ready unless told otherwise. */
export function endpoint(pod: number, state: EndpointState = {}): Endpoint {
  const ready = state.ready ?? true;
  return buildEndpoint({
    address: 0x0a000000 + pod,
    pod: `pod-${pod}`,
    ready,
    serving: state.serving ?? ready,
    terminating: state.terminating ?? false,
  });
}

export const TERMINATING: EndpointState = { ready: false, serving: true, terminating: true };

export function slice(
  serviceName: string,
  endpoints: readonly Endpoint[],
  suffix = "1",
  ports?: EndpointSlice["ports"],
): EndpointSlice {
  return buildSlice(serviceName, `${serviceName}-${suffix}`, endpoints, ports === undefined ? {} : { ports });
}

export interface ClusterOptions {
  readonly seed?: string;
  readonly startAt?: Micros;
  readonly changesPerSecond?: number;
  readonly services?: number;
  readonly endpoints?: number;
  /** What proxies read of a Service. Default: what the real ones do. */
  readonly specOf?: ProxyLogOptions["specOf"];
}

export interface ProxyOptions {
  readonly settings?: Partial<KubeProxySettings>;
  readonly minor?: Minor;
  readonly watchDelivery?: Distribution;
  /** Of the node with the API server. Default: it is always up. */
  readonly session?: ApiSession;
  /** Instead of the one that the settings name. */
  readonly mode?: ProxyMode;
}

export class TestCluster {
  readonly simulation: Simulation;
  readonly context: Context;
  readonly log: ApiLog;
  readonly proxyLog: ProxyLog;

  constructor(options: ClusterOptions = {}) {
    this.simulation = new Simulation({ seed: options.seed ?? "1", startAt: options.startAt ?? -1_000_000 });
    this.context = new Context(this.simulation, "test");
    this.log = new ApiLog(this.simulation);
    const background: BackgroundSettings = {
      changesPerSecond: options.changesPerSecond ?? 0,
      services: options.services ?? 0,
      endpoints: options.endpoints ?? 0,
      stream: this.simulation.random.stream("background"),
    };
    this.proxyLog = new ProxyLog(this.log, { background, ...(options.specOf && { specOf: options.specOf }) });
  }

  kubeProxy(node: number, options: ProxyOptions = {}): KubeProxy {
    return new KubeProxy({
      context: this.context.child(`kube-proxy/node-${node}`),
      node: { name: `node-${node}`, zone: "a" },
      session: options.session ?? ALWAYS_UP,
      proxyLog: this.proxyLog,
      mode: options.mode ?? proxyModeNamed(options.settings?.mode ?? SETTINGS.mode),
      settings: { ...SETTINGS, ...options.settings },
      serviceRange: SERVICE_RANGE,
      behaviour: behaviourOf(options.minor ?? DEFAULT_MINOR),
      watchDelivery: compile(options.watchDelivery ?? constant(10_000)),
    });
  }

  /** Writes now; returns the fact of the write. */
  commit(object: Service | EndpointSlice, deleted = false): number {
    const fact = this.context.record(FactKind.objectUpdated, entityOf(object));
    this.log.commit(object, deleted, fact);
    return fact;
  }

  /** Does something at a time, in the phase of writes unless another is given. */
  at(time: Micros, action: () => void, phase: Phase = Phase.write): void {
    this.context.at(time, phase, run, action);
  }

  /** Runs all planned events and moves the clock on to `time`. */
  runTo(time: Micros): void {
    this.simulation.advance(Number.MAX_SAFE_INTEGER, time + 1);
    this.simulation.skipTo(time);
  }
}

function run(action: () => void): void {
  action();
}

const CLIENT_NODE = createTopology([{ index: 0, name: "node-1", zone: "a", pool: "node", address: 1 }], {
  sameNode: 1,
  sameZone: 1,
  crossZone: 1,
}).nodes[0]!;

export function flowTo(destination: Address, port = 80, choice = 0.5): Flow {
  return { source: CLIENT_NODE, sourceAddress: 0x0a000101, destination, port, protocol: "TCP", choice };
}

/** What the node's rules say, and whether they ended the walk. */
export function verdictOf(
  proxy: KubeProxy,
  flow: Flow,
  now: Micros,
): Omit<Hop, "action"> & { ended: boolean; action: Action } {
  const hop = nextHop(newVerdict(), flow, flow.source);
  proxy.rules.route(flow, 0, now, hop);
  const ended = hop.action !== HopAction.pass && hop.action !== HopAction.translate;
  return { ...hop, ended, action: ACTIONS[hop.action] };
}

/** What becomes of a packet at a place, by what its translator says; one that goes on has no verdict yet. */
const ACTIONS = [Action.deliver, Action.deliver, Action.refuse, Action.blackHole, Action.unknown] as const;
/** The sync that brought the change at this position of the EndpointSlice stream into force. */
export function syncOf(proxy: KubeProxy, position: number): SyncRecord | undefined {
  return proxy.syncs.find(({ slices }) => slices >= position);
}

/** Runs to `time` and lets the node catch up. */
export function settled(cluster: TestCluster, proxy: KubeProxy, time: Micros): KubeProxy {
  cluster.runTo(time);
  proxy.reader.settle(time);
  return proxy;
}
