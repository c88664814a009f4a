/** Statements about NodeLocal DNSCache: what its end does to the pods of its node, and what it spares them. */
import { describe, expect, test, vi } from "vitest";
import { ALWAYS_UP } from "../../src/apiserver/session.js";
import { clusterDnsAddress } from "../../src/dns/addon/kube-dns.js";
import { NODE_LOCAL_ADDRESS, nodeLocalCorefile } from "../../src/dns/addon/node-local-corefile.js";
import { NodeLocalDns } from "../../src/dns/addon/node-local-dns.js";
import { createGlibcResolver } from "../../src/dns/client/resolver/glibc.js";
import { createClusterTransport } from "../../src/dns/client/transport/cluster-transport.js";
import { createUpstreamExchange } from "../../src/dns/upstream/exchange.js";
import { compile, constant } from "../../src/engine/distribution.js";
import { SECOND } from "../../src/engine/duration.js";
import { Phase } from "../../src/engine/event-queue.js";
import { type Address, formatAddress, parseAddress } from "../../src/model/address.js";
import type { ProcessStop } from "../../src/model/cluster.js";
import type { Lookup, Resolve } from "../../src/model/dns.js";
import { FactKind } from "../../src/model/trace.js";
import {
  corefile,
  namespace,
  ONE_WAY,
  type Replica,
  SERVICE_RANGE,
  servers,
  service,
  TestCluster,
  WATCH_DELAY,
} from "../dns/cluster.js";

const UPSTREAM = parseAddress("10.96.3.7")!;
const CLUSTER_DNS = clusterDnsAddress(SERVICE_RANGE);
const NODE_ADDRESS = parseAddress("192.168.0.1")!;
const NAME = "database.production.svc.cluster.local.";
const DOWNTIME = 20 * SECOND;
/** There and back on one node, and between the nodes of the client and of CoreDNS. */
const LOCAL = 2 * 20;
const REMOTE = 2 * ONE_WAY;

/** A node with a client and, if wanted, a cache; CoreDNS on another node, with a ttl of 60 s and no cache of its own. */
class Bench {
  readonly cluster = new TestCluster();
  readonly coreDns: Replica;
  readonly cache: NodeLocalDns;
  /** Probability that an A/AAAA race for a conntrack entry is lost. */
  raceLoss = 0;
  private clients = 0;

  constructor(cached = true) {
    const { cluster } = this;
    const { network, outside } = cluster;
    cluster.commit(namespace("production"));
    cluster.commit(service("database", "10.96.1.1"));
    this.coreDns = cluster.replica(1, { corefile: corefile({ ttl: 60 }) });
    const node = cluster.context.child("Node/node-1");
    this.cache = new NodeLocalDns({
      session: ALWAYS_UP,
      node,
      place: cluster.node(0),
      nodeName: "node-1",
      log: cluster.log,
      network,
      watchDelivery: compile(constant(WATCH_DELAY)),
      servers: servers(nodeLocalCorefile("cluster.local", UPSTREAM)),
      clusterDns: CLUSTER_DNS,
      upstreamFor: (context) =>
        createUpstreamExchange({
          context,
          network,
          outside,
          clusterRanges: [SERVICE_RANGE],
          source: cluster.node(0),
          sourceAddress: NODE_ADDRESS,
        }),
    });
    if (cached) this.cache.start();
    cluster.runUntil(SECOND);
  }

  /** What a lookup through this server (kube-dns by default) comes to, and how long it takes. */
  lookUp(server = CLUSTER_DNS, name = NAME): { readonly status: string; readonly timedOut: boolean; elapsed: number } {
    const { simulation } = this.cluster;
    const start = simulation.now;
    const replies: Lookup[] = [];
    this.client(server)(name, (list: Lookup[], lookup) => list.push(lookup), replies);
    while (replies.length === 0 && simulation.advance(1));
    const { status, timedOut } = replies[0]!;
    return { status, timedOut, elapsed: simulation.now - start };
  }

  /** A resolver of its own, like that of a new process. */
  private client(server: Address): Resolve {
    const context = this.cluster.context.child(`Pod/production/client-${this.clients++}`);
    const transport = createClusterTransport({
      context,
      network: this.cluster.network,
      source: this.cluster.node(0),
      sourceAddress: parseAddress("10.244.0.8")!,
      raceLoss: this.raceLoss,
    });
    return createGlibcResolver(`nameserver ${formatAddress(server)}\noptions ndots:1\n`, transport, context);
  }

  /** Ends the process; the next one starts DOWNTIME later. */
  restart(how: ProcessStop): boolean {
    const { cluster, cache } = this;
    const stopped = cache.stop(how);
    if (stopped) cluster.context.after(DOWNTIME, Phase.crash, (each: NodeLocalDns) => each.start(), cache);
    return stopped;
  }

  /** Questions that CoreDNS gets for it. */
  asked(lookUp: () => void): number {
    const { process } = this.coreDns;
    const asked = vi.spyOn(process, "ask");
    const expected = vi.spyOn(process, "expect");
    lookUp();
    const owed = expected.mock.results.filter(({ value }) => value === "owed");
    const count = asked.mock.calls.length + owed.length;
    vi.restoreAllMocks();
    return count;
  }

  listeningAt(): number[] {
    const { facts } = this.cluster.simulation;
    const all = Array.from({ length: facts.length }, (_, fact) => fact);
    return all
      .filter((fact) => facts.kindOf(fact) === FactKind.processListening)
      .filter((fact) => facts.subjectOf(fact) === "node-local-dns/node-1")
      .map((fact) => facts.timeOf(fact));
  }
}

const ok = (elapsed: number) => ({ status: "ok", timedOut: false, elapsed });

describe("the end of a node cache", () => {
  test("DNS-47 a graceful stop: questions go to kube-dns at once, until the next process takes them, its cache empty", () => {
    const bench = new Bench();
    const { cluster, cache } = bench;
    bench.lookUp();
    expect(bench.lookUp()).toEqual(ok(LOCAL));
    expect(bench.lookUp(NODE_LOCAL_ADDRESS)).toEqual(ok(LOCAL));
    const stopped = cluster.simulation.now;
    expect(bench.restart("graceful")).toBe(true);
    expect([cache.running, cache.stop("kill")]).toEqual([false, false]);
    expect(bench.asked(() => expect(bench.lookUp()).toEqual(ok(REMOTE)))).toBe(2);
    cluster.runUntil(stopped + DOWNTIME - 1000);
    expect(bench.lookUp()).toEqual(ok(REMOTE));
    cluster.runUntil(stopped + DOWNTIME + 1);
    expect(bench.listeningAt()).toEqual([0, stopped + DOWNTIME]);
    // two handshakes and two questions, side by side, behind the client's own way
    expect(bench.asked(() => expect(bench.lookUp()).toEqual(ok(LOCAL + 2 * REMOTE)))).toBe(2);
    expect(bench.asked(() => expect(bench.lookUp()).toEqual(ok(LOCAL)))).toBe(0);
  });

  test("DNS-47 SIGKILL: every question of the node is refused, whatever kube-dns could do, until the next process", () => {
    const bench = new Bench();
    const { cluster } = bench;
    bench.lookUp();
    const stopped = cluster.simulation.now;
    expect(bench.restart("kill")).toBe(true);
    for (const server of [CLUSTER_DNS, NODE_LOCAL_ADDRESS]) {
      const refused = bench.lookUp(server);
      expect(refused).toMatchObject({ status: "EAI_AGAIN", timedOut: false });
      expect(refused.elapsed).toBeLessThan(1000);
    }
    cluster.runUntil(stopped + DOWNTIME - 1000);
    expect(bench.asked(() => expect(bench.lookUp().status).toBe("EAI_AGAIN"))).toBe(0);
    cluster.runUntil(stopped + DOWNTIME + 1);
    expect(bench.listeningAt()).toEqual([0, stopped + DOWNTIME]);
    expect(bench.lookUp()).toEqual(ok(LOCAL + 2 * REMOTE));
    expect(bench.lookUp()).toEqual(ok(LOCAL));
  });
});

describe("a node cache", () => {
  test("DNS-48 takes questions to kube-dns before DNAT: no race that could be lost, as soon and as long as it runs", () => {
    const bench = new Bench(false);
    bench.raceLoss = 1;
    const { cache } = bench;
    // the second try asks one question after the other
    expect(bench.lookUp()).toEqual(ok(5 * SECOND + 2 * REMOTE));
    cache.start();
    bench.lookUp();
    for (let lookup = 0; lookup < 20; lookup++) expect(bench.lookUp()).toEqual(ok(LOCAL));
    expect(cache.stop("graceful")).toBe(true);
    expect(bench.lookUp().elapsed).toBe(5 * SECOND + 2 * REMOTE);
  });

  test("keeps an answer for 30 s and a denial for 5 s", () => {
    const bench = new Bench();
    const { cluster } = bench;
    const missing = "nobody.production.svc.cluster.local.";
    bench.lookUp();
    const start = cluster.simulation.now;
    bench.lookUp(CLUSTER_DNS, missing);
    const denied = cluster.simulation.now;
    cluster.runUntil(denied + 5 * SECOND - 1000);
    expect(bench.asked(() => bench.lookUp(CLUSTER_DNS, missing))).toBe(0);
    cluster.runUntil(denied + 5 * SECOND);
    expect(bench.asked(() => bench.lookUp(CLUSTER_DNS, missing))).toBe(2);
    cluster.runUntil(start + 30 * SECOND - 1000);
    // the NODATA of AAAA is a denial, and gone by now
    expect(bench.asked(() => bench.lookUp())).toBe(1);
    cluster.runUntil(start + 30 * SECOND);
    expect(bench.asked(() => bench.lookUp())).toBe(1);
  });

  test("asks the nameserver of the node for other names", () => {
    const bench = new Bench();
    const asked = bench.asked(() => expect(bench.lookUp(CLUSTER_DNS, "api.example.com.").status).toBe("ok"));
    expect(asked).toBe(0);
    expect(bench.lookUp(CLUSTER_DNS, "api.example.com.")).toEqual(ok(LOCAL));
  });
});
