/** Two nodes, an API log, CoreDNS replicas behind kube-dns, and a client on node-1. */
import { ApiLog } from "../../src/apiserver/log.js";
import { clusterDnsAddress, dnsDeployment } from "../../src/dns/addon.js";
import { CoreDns, type CoreDnsOptions } from "../../src/dns/coredns.js";
import { createGlibcResolver } from "../../src/dns/resolver/glibc.js";
import { createClusterTransport } from "../../src/dns/server-transport.js";
import { Context } from "../../src/engine/context.js";
import { compile, constant } from "../../src/engine/distribution.js";
import { MILLISECOND, type Micros } from "../../src/engine/duration.js";
import { NO_FACT } from "../../src/engine/facts.js";
import { Simulation } from "../../src/engine/simulation.js";
import { type Address, formatAddress, parseAddress, parseRange } from "../../src/model/address.js";
import type { Answer, Lookup, QuestionType, Resolve } from "../../src/model/dns.js";
import { Action } from "../../src/model/flow.js";
import {
  type ApiObject,
  type Endpoint,
  type EndpointSlice,
  entityOf,
  NEW_POD_STATUS,
  newMetadata,
  type Pod,
  type Service,
} from "../../src/model/objects.js";
import { FactKind } from "../../src/model/trace.js";
import type { Host } from "../../src/network/host.js";
import { Network } from "../../src/network/network.js";
import { RULE_NO_ENDPOINTS, RULE_SERVICE, type Rule } from "../../src/network/rule.js";
import { createTopology } from "../../src/network/topology.js";

export const SERVICE_RANGE = parseRange("10.96.0.0/12")!;
export const DOMAIN = "cluster.local";
export const WATCH_DELAY: Micros = 20 * MILLISECOND;
export const ONE_WAY: Micros = 50;

export const SEARCH = "production.svc.cluster.local svc.cluster.local cluster.local";

export interface Replica {
  readonly process: CoreDns;
  readonly host: Host;
  readonly context: Context;
  /** Times of the calls that the kubelet got. */
  readonly exitedAt: Micros[];
  readonly probeChangedAt: Micros[];
}

export class TestCluster {
  readonly simulation: Simulation;
  readonly context: Context;
  readonly log: ApiLog;
  readonly network: Network;
  readonly resolve: Resolve;
  /** Endpoints that the rules of node-1 know for kube-dns. */
  endpoints: Address[] = [];

  constructor(seed = "1") {
    this.simulation = new Simulation({ seed });
    this.context = new Context(this.simulation, "test");
    this.log = new ApiLog(this.simulation);
    const nodes = [0, 1].map((index) => ({
      index,
      name: `node-${index + 1}`,
      zone: "a",
      pool: "default",
      address: parseAddress(`192.168.0.${index + 1}`)!,
    }));
    this.network = new Network(
      createTopology(nodes, { sameNode: 20, sameZone: ONE_WAY, crossZone: 500 }),
      SERVICE_RANGE,
    );
    this.network.setServiceRules(0, this.rules());
    const client = this.context.child("Pod/production/client");
    const transport = createClusterTransport({
      context: client,
      network: this.network,
      sourceNode: 0,
      sourceAddress: parseAddress("10.244.0.9")!,
    });
    const dns = formatAddress(clusterDnsAddress(SERVICE_RANGE));
    this.resolve = createGlibcResolver(`nameserver ${dns}\nsearch ${SEARCH}\noptions ndots:5\n`, transport, client);
  }

  private rules(): Rule {
    return {
      apply: (flow, verdict) => {
        const endpoint = this.endpoints[Math.floor(flow.choice * this.endpoints.length)];
        if (endpoint === undefined) {
          verdict.action = Action.refuse;
          verdict.rule = RULE_NO_ENDPOINTS;
          return true;
        }
        verdict.endpoint = endpoint;
        verdict.believedPod = "kube-system/coredns";
        verdict.rule = RULE_SERVICE;
        return false;
      },
    };
  }

  commit(object: ApiObject, deleted = false): void {
    const fact = this.context.record(FactKind.objectUpdated, entityOf(object), "", NO_FACT);
    this.log.commit(object, deleted, fact);
  }

  /** Starts a replica on node-2 at 10.244.1.(`number`) and lets the rules know it. */
  replica(number: number, options: Partial<CoreDnsOptions> = {}): Replica {
    const address = parseAddress(`10.244.1.${number}`)!;
    const host = this.network.attach(address, `kube-system/coredns-${number}`, 1);
    const context = this.context.child(`Pod/kube-system/coredns-${number}`);
    const exitedAt: Micros[] = [];
    const probeChangedAt: Micros[] = [];
    const pod = dnsPod(`coredns-${number}`);
    const process = new CoreDns(
      {
        context,
        pod,
        container: pod.spec.containers[0]!,
        address,
        nodeName: "node-2",
        restart: 0,
        host: {
          exited: () => exitedAt.push(context.now),
          probeChanged: () => probeChangedAt.push(context.now),
        },
      },
      {
        log: this.log,
        network: this.network,
        watchDelivery: compile(constant(WATCH_DELAY)),
        settings: { replicas: 2, ttlSeconds: 30, cacheSeconds: null, cacheSkipsCluster: true, lameduck: 5_000_000 },
        clusterDomain: DOMAIN,
        ...options,
      },
    );
    process.start();
    this.endpoints.push(address);
    return { process, host, context, exitedAt, probeChangedAt };
  }

  runUntil(time: Micros): void {
    while (this.simulation.advance(1000, time));
    this.simulation.skipTo(time);
  }

  /** Looks a name up now and runs until the answer is there. */
  lookUp(name: string): Lookup {
    const replies: Lookup[] = [];
    this.resolve(name, (list: Lookup[], lookup) => list.push(lookup), replies);
    while (replies.length === 0 && this.simulation.advance(1));
    return replies[0]!;
  }
}

/** Asks a replica directly, at the current time. */
export function ask(cluster: TestCluster, replica: Replica, name: string, type: QuestionType = "A"): Answer {
  return replica.process.ask({ name, type }, cluster.simulation.now)!;
}

export function addressesOf(answer: Answer): string[] {
  return answer.answers.map((record) => formatAddress(record.address!)).sort();
}

export function namespace(name: string): ApiObject {
  return { kind: "Namespace", metadata: newMetadata("", name) };
}

export function service(name: string, clusterIP: string, publishNotReadyAddresses = false): Service {
  return {
    kind: "Service",
    metadata: newMetadata("production", name),
    spec: {
      selector: { app: name },
      ports: [{ name: "http", port: 80, targetPort: 80, protocol: "TCP" }],
      clusterIP: clusterIP === "None" ? "None" : parseAddress(clusterIP),
      publishNotReadyAddresses,
    },
  };
}

export interface EndpointState {
  readonly address: string;
  readonly hostname?: string;
  readonly ready?: boolean;
  readonly serving?: boolean;
  readonly terminating?: boolean;
}

export function slice(serviceName: string, states: readonly EndpointState[], name = `${serviceName}-1`): EndpointSlice {
  const endpoints = states.map(
    ({ address, hostname = "", ready = true, serving = true, terminating = false }): Endpoint => ({
      address: parseAddress(address)!,
      pod: `${serviceName}-${address}`,
      nodeName: "node-2",
      zone: "a",
      hostname,
      ready,
      serving,
      terminating,
    }),
  );
  return {
    kind: "EndpointSlice",
    metadata: newMetadata("production", name, {}, { kind: "Service", name: serviceName }),
    ports: [{ name: "http", port: 80, protocol: "TCP" }],
    endpoints,
  };
}

function dnsPod(name: string): Pod {
  const { spec, labels } = dnsDeployment(2).spec.template;
  return { kind: "Pod", metadata: newMetadata("kube-system", name, labels), spec, status: NEW_POD_STATUS };
}
