/** Two nodes, an API log, CoreDNS replicas behind kube-dns, and a client on node-1. */

import { ApiLog } from "../../src/apiserver/log.js";
import { ALWAYS_UP } from "../../src/apiserver/session.js";
import { clusterDnsAddress, dnsDeployment } from "../../src/dns/addon/kube-dns.js";
import { glibc } from "../../src/dns/client/resolver/glibc.js";
import type { Resolver } from "../../src/dns/client/resolver/resolver.js";
import { createClusterTransport } from "../../src/dns/client/transport/cluster-transport.js";
import { parseCorefile } from "../../src/dns/corefile/parser.js";
import { PLUGINS } from "../../src/dns/plugins/order.js";
import { PendingAnswer } from "../../src/dns/reply.js";
import { type ConfiguredServer, configureServers } from "../../src/dns/server/configure.js";
import { CoreDns, type CoreDnsSetup } from "../../src/dns/server/coredns.js";
import { createUpstreamExchange } from "../../src/dns/upstream/exchange.js";
import { OutsideServers } from "../../src/dns/upstream/outside-servers.js";
import { Context } from "../../src/engine/context.js";
import { compile, constant } from "../../src/engine/distribution.js";
import { MILLISECOND, type Micros } from "../../src/engine/duration.js";
import { NO_FACT } from "../../src/engine/facts.js";
import { Simulation } from "../../src/engine/simulation.js";
import { type Address, formatAddress, parseAddress, parseRange } from "../../src/model/address.js";
import type { ApiSession } from "../../src/model/api-session.js";
import type { Answer, Lookup, QuestionType, Resolve } from "../../src/model/dns.js";
import { HopAction, type Translator } from "../../src/model/flow.js";
import { type ApiObject, type EndpointSlice, entityOf, type Pod, type Service } from "../../src/model/objects.js";
import { FactKind } from "../../src/model/trace.js";
import type { Host } from "../../src/network/host.js";
import { Network } from "../../src/network/network.js";
import type { NodePlace } from "../../src/network/place.js";
import { RULE_NO_ENDPOINTS, RULE_SERVICE } from "../../src/network/rule.js";
import { createTopology } from "../../src/network/topology.js";
import { buildEndpoint, buildNamespace, buildPod, buildService, buildSlice } from "../support/objects.js";
import { serviceTranslator, translateTo } from "../support/translator.js";

export const SERVICE_RANGE = parseRange("10.96.0.0/12")!;
export const DOMAIN = "cluster.local";
export const WATCH_DELAY: Micros = 20 * MILLISECOND;
export const ONE_WAY: Micros = 50;

/** From a question to a server outside until its answer. */
export const OUTSIDE_LATENCY: Micros = 10 * MILLISECOND;
export const OUTSIDE_ADDRESS = parseAddress("8.8.8.8")!;

/** kubeadm's Corefile without a cache; `cache` and `ttl` as given. */
export function corefile({ cache = "", ttl = 30, lameduck = "lameduck 5s", kubernetes = "" } = {}): string {
  return `.:53 {
    errors
    health {
      ${lameduck}
    }
    ready
    kubernetes cluster.local in-addr.arpa {
      pods insecure
      fallthrough in-addr.arpa
      ttl ${ttl}
      ${kubernetes}
    }
    forward . 8.8.8.8
    ${cache}
    loop
    reload
    loadbalance
  }`;
}

/** Sets a Corefile up; it must be without errors. */
export function servers(text: string): readonly ConfiguredServer[] {
  const parsed = parseCorefile(text);
  if (parsed.corefile === null) throw new Error(parsed.errors.map(({ message }) => message).join("; "));
  const configured = configureServers(parsed.corefile, PLUGINS, { hostSearch: [], hostNameservers: [OUTSIDE_ADDRESS] });
  const errors = [...parsed.errors, ...configured.errors];
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join("; "));
  return configured.servers;
}

/** What a replica is made with, other than the defaults. */
export interface ReplicaOptions extends Partial<CoreDnsSetup> {
  readonly corefile?: string;
  /** Of its node with the API server. Default: it is always up. */
  readonly session?: ApiSession;
}

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
  /** Of the process whose resolver this is. */
  readonly client: Context;
  readonly resolve: Resolve;
  /** Servers outside: api.example.com exists, nothing else. */
  readonly outside = new OutsideServers(
    { records: new Map([["api.example.com", [parseAddress("93.184.216.34")!]]]), aliases: new Map() },
    OUTSIDE_LATENCY,
  );
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
    this.network = new Network(createTopology(nodes, { sameNode: 20, sameZone: ONE_WAY, crossZone: 500 }));
    this.node(0).translator = this.rules();
    this.client = this.context.child("Pod/production/client");
    this.resolve = this.resolver(glibc);
  }

  /** The resolver of the client's process. */
  resolver({ create }: Resolver): Resolve {
    const transport = createClusterTransport({
      context: this.client,
      network: this.network,
      source: this.node(0),
      sourceAddress: parseAddress("10.244.0.9")!,
    });
    const dns = formatAddress(clusterDnsAddress(SERVICE_RANGE));
    return create(`nameserver ${dns}\nsearch ${SEARCH}\noptions ndots:5\n`, transport, this.client);
  }

  node(index: number): NodePlace {
    return this.network.topology.nodes[index]!;
  }

  private rules(): Translator {
    return serviceTranslator((flow, hop) => {
      const endpoint = this.endpoints[Math.floor(flow.choice * this.endpoints.length)];
      hop.action = HopAction.refuse;
      hop.rule = RULE_NO_ENDPOINTS;
      if (endpoint !== undefined)
        translateTo(hop, { endpoint, believedPod: "kube-system/coredns", rule: RULE_SERVICE });
    });
  }

  commit(object: ApiObject, deleted = false): void {
    const fact = this.context.record(FactKind.objectUpdated, entityOf(object), "", NO_FACT);
    this.log.commit(object, deleted, fact);
  }

  /** Starts a replica on node-2 at 10.244.1.(`number`) and lets the rules know it. */
  replica(
    number: number,
    { corefile: text = corefile(), session = ALWAYS_UP, ...options }: ReplicaOptions = {},
  ): Replica {
    const address = parseAddress(`10.244.1.${number}`)!;
    const host = this.network.attach(address, `kube-system/coredns-${number}`, this.node(1));
    const context = this.context.child(`Pod/kube-system/coredns-${number}`);
    const exitedAt: Micros[] = [];
    const probeChangedAt: Micros[] = [];
    const pod = dnsPod(`coredns-${number}`);
    const process = new CoreDns(
      {
        context,
        pod,
        container: pod.spec.containers[0]!,
        host,
        restart: 0,
        session,
        supervisor: {
          exited: () => exitedAt.push(context.now),
          probeChanged: () => probeChangedAt.push(context.now),
        },
      },
      {
        log: this.log,
        watchDelivery: compile(constant(WATCH_DELAY)),
        servers: servers(text),
        upstream: createUpstreamExchange({
          context,
          network: this.network,
          outside: this.outside,
          clusterRanges: [SERVICE_RANGE, parseRange("10.244.0.0/16")!],
          source: this.node(1),
          sourceAddress: address,
        }),
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

/** Asks a replica directly, at the current time; it answers at once. */
export function ask(cluster: TestCluster, replica: Replica, name: string, type: QuestionType = "A"): Answer {
  const reply = replica.process.ask({ name, type }, cluster.simulation.now);
  if (reply === null || reply instanceof PendingAnswer) throw new Error(`${name} is not answered at once`);
  return reply;
}

/** Asks a replica now; the answer is filled in when it comes. */
export function askLate(cluster: TestCluster, replica: Replica, name: string, type: QuestionType = "A"): LateAnswer {
  const late: LateAnswer = { answer: null, at: Number.NaN };
  const reply = replica.process.ask({ name, type }, cluster.simulation.now);
  const take = (answer: Answer): void => {
    late.answer = answer;
    late.at = cluster.simulation.now;
  };
  if (reply instanceof PendingAnswer) reply.whenAnswered(take);
  else if (reply !== null) take(reply);
  return late;
}

export interface LateAnswer {
  answer: Answer | null;
  at: Micros;
}

export function addressesOf(answer: Answer): string[] {
  return answer.answers.map((record) => formatAddress(record.address!)).sort();
}

export function namespace(name: string): ApiObject {
  return buildNamespace(name);
}

/** A Service of type ExternalName. */
export function alias(name: string, externalName: string): Service {
  return buildService(name, { selector: null, ports: [], externalName }, { namespace: "production" });
}

export function service(name: string, clusterIP: string, publishNotReadyAddresses = false): Service {
  const spec = {
    ports: [{ name: "http", port: 80, targetPort: 80, protocol: "TCP" }],
    clusterIP: clusterIP === "None" ? clusterIP : parseAddress(clusterIP),
    publishNotReadyAddresses,
  } as const;
  return buildService(name, spec, { namespace: "production" });
}

export interface EndpointState {
  readonly address: string;
  readonly hostname?: string;
  readonly ready?: boolean;
  readonly serving?: boolean;
  readonly terminating?: boolean;
}

export function slice(serviceName: string, states: readonly EndpointState[], name = `${serviceName}-1`): EndpointSlice {
  const endpoints = states.map(({ address, ...state }) =>
    buildEndpoint({
      ...state,
      address: parseAddress(address)!,
      pod: `${serviceName}-${address}`,
      nodeName: "node-2",
    }),
  );
  const ports = [{ name: "http", port: 80, protocol: "TCP" }] as const;
  return buildSlice(serviceName, name, endpoints, { namespace: "production", ports });
}

function dnsPod(name: string): Pod {
  const { spec, labels } = dnsDeployment(2).spec.template;
  return buildPod(name, { namespace: "kube-system", labels, spec });
}
