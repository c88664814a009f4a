/** Statements about DNS clients whose datagrams pass the DNAT of their node. */
import { describe, expect, test } from "vitest";
import { DNS_NAMESPACE } from "../../src/dns/addon/kube-dns.js";
import { RESOLVERS } from "../../src/dns/client/resolver/resolvers.js";
import { createClusterTransport } from "../../src/dns/client/transport/cluster-transport.js";
import { SECOND } from "../../src/engine/duration.js";
import { NO_FACT } from "../../src/engine/facts.js";
import { Random } from "../../src/engine/random.js";
import { type Address, formatAddress, parseAddress } from "../../src/model/address.js";
import type { Answer, Lookup, Question, Resolve } from "../../src/model/dns.js";
import type { UdpConntrackMode } from "../../src/model/kubernetes-version.js";
import type { Endpoint } from "../../src/model/objects.js";
import type { Listener } from "../../src/model/verdict.js";
import { Network } from "../../src/network/network.js";
import { PacketLoss } from "../../src/network/packet-loss.js";
import { createTopology } from "../../src/network/topology.js";
import { CLUSTER_IP, endpoint, service, slice, TestCluster } from "../node/service-proxy/cluster.js";
import { DNS } from "../node/service-proxy/udp-client.js";

const NAME = "database.production.svc.cluster.local";

/** One node with a client and a kube-proxy, and DNS servers on another that answer at once. */
class Bench {
  readonly cluster = new TestCluster();
  readonly network: Network;
  readonly resolve: Resolve;
  /** Questions that reached each server. */
  readonly asked = new Map<number, number>();

  constructor(resolver: string, nameserver = CLUSTER_IP, mode: UdpConntrackMode = "event-based", raceLoss = 0) {
    const { cluster } = this;
    const nodes = [0, 1].map((index) => ({ index, name: `node-${index}`, zone: "a", pool: "node", address: index }));
    this.network = new Network(createTopology(nodes, { sameNode: 20, sameZone: 50, crossZone: 500 }));
    cluster.at(-1, () => cluster.commit(service("dns", CLUSTER_IP, [DNS])));
    const proxy = cluster.kubeProxy(0, { settings: { udpConntrack: mode } });
    const source = this.network.topology.nodes[0]!;
    source.translator = proxy.rules;
    const context = cluster.context.child("client");
    const transport = createClusterTransport({
      context,
      network: this.network,
      source,
      sourceAddress: parseAddress("10.0.1.1")!,
      raceLoss,
    });
    const found = RESOLVERS.find(({ name }) => name === resolver)!;
    this.resolve = found.create(`nameserver ${formatAddress(nameserver)}\noptions ndots:1\n`, transport, context);
    cluster.runTo(0);
  }

  /** A server at pod number `pod` of the Service; a dead one has no sandbox any more. */
  server(pod: number, dead = false): Endpoint {
    const { address } = endpoint(pod);
    const host = this.network.attach(address, `${DNS_NAMESPACE}/pod-${pod}`, this.network.topology.nodes[1]!);
    const ask = (question: Question): Answer => {
      this.asked.set(pod, (this.asked.get(pod) ?? 0) + 1);
      return answerTo(question);
    };
    const listener: Listener & { ask: typeof ask } = { protocol: "UDP", speaks: "dns", ask };
    host.listen(53, listener);
    if (dead) this.network.detach(host, this.cluster.simulation.now, Number.POSITIVE_INFINITY);
    return endpoint(pod);
  }

  /** The endpoints of the Service from now on, once the node has them. */
  serve(endpoints: readonly Endpoint[]): void {
    this.cluster.commit(slice("dns", endpoints, "1", [{ name: "dns", port: 53, protocol: "UDP" }]));
    this.cluster.runTo(this.cluster.simulation.now + 5 * SECOND);
  }

  /** Looks a name up; how long it took, in seconds, and the result. */
  lookUp(): { readonly elapsed: number; readonly lookup: Lookup } {
    const { simulation } = this.cluster;
    const start = simulation.now;
    const replies: Lookup[] = [];
    this.resolve(NAME, (list: Lookup[], lookup) => list.push(lookup), replies);
    while (replies.length === 0 && simulation.advance(1));
    return { elapsed: Math.round((simulation.now - start) / 10_000) / 100, lookup: replies[0]! };
  }

  elapsed(lookups: number): number[] {
    return Array.from({ length: lookups }, () => this.lookUp().elapsed);
  }
}

function answerTo({ name, type }: Question): Answer {
  const address: Address = parseAddress("10.96.1.1")!;
  const answers = type === "A" ? [{ name, type, ttl: 30, address, data: "" }] : [];
  return { rcode: "NOERROR", answers, authority: [], fact: NO_FACT, knownSince: 0 };
}

function countOf<T>(values: readonly T[], wanted: T): number {
  return values.filter((value) => value === wanted).length;
}

describe("choice of a server", () => {
  test.each([
    ["glibc", 10],
    ["musl", 5],
  ] as const)(
    "DNS-43 %s: one of two servers dead makes half of the rounds last %d s, not fewer tries",
    (name, slow) => {
      const bench = new Bench(name);
      bench.serve([bench.server(1), bench.server(2, true)]);
      const elapsed = bench.elapsed(400);
      expect(countOf(elapsed, 0) + countOf(elapsed, slow)).toBe(400);
      expect(Math.abs(countOf(elapsed, slow) / 400 - 0.5)).toBeLessThan(0.1);
    },
  );

  test("DNS-43 Go dials for each try: half of the lookups last 5 s once, a quarter 10 s", () => {
    const bench = new Bench("go");
    bench.serve([bench.server(1), bench.server(2, true)]);
    const elapsed = bench.elapsed(400);
    expect(Math.abs(countOf(elapsed, 0) / 400 - 0.25)).toBeLessThan(0.1);
    expect(elapsed.every((each) => each === 0 || each >= 5)).toBe(true);
  });
});

/** A lookup that begins when only server 1 is known, which is dead; server 2 takes over one second later. */
function rescued(mode: UdpConntrackMode, emptyFirst: boolean): number {
  const bench = new Bench("glibc", CLUSTER_IP, mode);
  const { cluster } = bench;
  bench.serve([bench.server(1, true)]);
  const stopped = endpoint(1, { ready: false, serving: false });
  const living = bench.server(2);
  const start = cluster.simulation.now;
  const commit = (at: number, endpoints: readonly Endpoint[]): void =>
    cluster.at(start + at, () =>
      cluster.commit(slice("dns", endpoints, "1", [{ name: "dns", port: 53, protocol: "UDP" }])),
    );
  if (emptyFirst) commit(0.5 * SECOND, [stopped]);
  else commit(0.5 * SECOND, [stopped, living]);
  if (emptyFirst) commit(7 * SECOND, [stopped, living]);
  return bench.lookUp().elapsed;
}

describe("clean-up of entries", () => {
  test("DNS-44 a sync that takes the dead server away frees the socket: the retransmission after 5 s is answered", () => {
    expect(rescued("event-based", false)).toBe(5);
    expect(rescued("reconciler", false)).toBe(5);
    expect(rescued("reconciler-zero", false)).toBe(5);
  });

  test("DNS-44 the reconciler skips a Service without a serving endpoint; later ones refuse the retransmission", () => {
    expect(rescued("reconciler", true)).toBe(10);
    expect(rescued("reconciler-zero", true)).toBe(5);
  });

  test("DNS-44 before October 2024 an endpoint that only stops serving keeps its entries while another one serves", () => {
    const bench = new Bench("glibc", CLUSTER_IP, "event-based-none");
    const [dead, living] = [bench.server(1, true), bench.server(2)];
    bench.serve([dead, living]);
    const { cluster } = bench;
    const slow = Array.from({ length: 40 }, () => {
      bench.serve([dead, living]);
      const stopped = endpoint(1, { ready: false, serving: false });
      cluster.at(cluster.simulation.now + SECOND, () =>
        cluster.commit(slice("dns", [stopped, living], "1", [{ name: "dns", port: 53, protocol: "UDP" }])),
      );
      const { elapsed } = bench.lookUp();
      cluster.runTo(cluster.simulation.now + 2 * SECOND);
      return elapsed;
    });
    expect(countOf(slow, 5)).toBe(0);
    expect(countOf(slow, 10)).toBeGreaterThan(10);
  });
});

describe("the A/AAAA race", () => {
  test.each([
    ["glibc", 5],
    ["musl", 2.5],
    ["go", 0],
  ] as const)("DNS-48 %s through the DNAT of kube-proxy: a lost race costs %d s", (name, seconds) => {
    const bench = new Bench(name, CLUSTER_IP, "event-based", 1);
    bench.serve([bench.server(1)]);
    expect(bench.lookUp()).toMatchObject({ elapsed: seconds, lookup: { status: "ok" } });
  });

  test.each(["glibc", "musl", "go"])(
    "DNS-48 %s to a server without DNAT, as NodeLocal DNSCache is: no race",
    (name) => {
      const bench = new Bench(name, endpoint(1).address, "event-based", 1);
      bench.server(1);
      expect(bench.elapsed(20)).toEqual(Array(20).fill(0));
    },
  );

  test("DNS-48 the share of slow lookups is that of lost races", () => {
    const bench = new Bench("musl", CLUSTER_IP, "event-based", 0.1);
    bench.serve([bench.server(1)]);
    const elapsed = bench.elapsed(1000);
    expect(countOf(elapsed, 0) + countOf(elapsed, 2.5)).toBe(1000);
    expect(Math.abs(countOf(elapsed, 2.5) / 1000 - 0.1)).toBeLessThan(0.03);
  });
});

describe("packet loss", () => {
  test("questions and answers are lost independently: a lookup of two questions meets a loss with 1 − (1 − p)⁴", () => {
    const bench = new Bench("musl");
    bench.serve([bench.server(1)]);
    const random = new Random("1");
    const keys = {
      sender: random.key("a", "a"),
      instant: random.key("a", "b"),
      request: random.key("a", "c"),
      reply: random.key("a", "d"),
    };
    const paths = [{ from: null, to: null }];
    bench.network.addRule(new PacketLoss({ probability: 0.1, protocol: "UDP", port: 53, paths, fact: NO_FACT, keys }));
    bench.asked.clear();
    const elapsed = bench.elapsed(1000);
    const met = 1 - countOf(elapsed, 0) / 1000;
    expect(Math.abs(met - (1 - 0.9 ** 4))).toBeLessThan(0.04);
    // answers that were lost had been asked for
    expect((bench.asked.get(1) ?? 0) / 2000).toBeGreaterThan(0.95);
  });
});
