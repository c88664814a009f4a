/** Statements about clients and CoreDNS replicas behind kube-dns. */
import { describe, expect, test } from "vitest";
import type { UpstreamExchange } from "../../src/dns/upstream/upstream.js";
import { compile, constant, type Variate } from "../../src/engine/distribution.js";
import { MILLISECOND, SECOND } from "../../src/engine/duration.js";
import { Phase } from "../../src/engine/event-queue.js";
import { FactKind } from "../../src/model/trace.js";
import {
  addressesOf,
  ask,
  askLate,
  corefile,
  namespace,
  ONE_WAY,
  service,
  slice,
  TestCluster,
  WATCH_DELAY,
} from "../dns/cluster.js";

const LAMEDUCK = 5 * SECOND;
const FULL = "database.production.svc.cluster.local";
/** The first look at the informers. */
const SERVING = 100 * MILLISECOND;

/** Long after every run here. */
const NEVER = 1_000_000 * SECOND;

/** A watch whose session with the API server can be cut: what is committed from then on does not arrive. */
function deliveryOf(session: { readonly cut: boolean }): Variate {
  return { quantile: () => (session.cut ? NEVER : WATCH_DELAY), minimum: WATCH_DELAY, maximum: NEVER };
}

function populated(): TestCluster {
  const cluster = new TestCluster();
  cluster.commit(namespace("production"));
  cluster.commit(service("database", "10.96.1.1"));
  cluster.commit(service("peers", "None"));
  cluster.commit(slice("peers", [{ address: "10.244.1.50" }]));
  return cluster;
}

describe("client to CoreDNS", () => {
  test("DNS-43 a round and its retransmissions go to one replica, a new round draws anew", () => {
    const cluster = populated();
    const replicas = [1, 2].map((number) => cluster.replica(number));
    cluster.runUntil(SECOND);
    cluster.network.detach(replicas[0]!.host, cluster.simulation.now, Number.POSITIVE_INFINITY);
    let slow = 0;
    const lookups = 400;
    for (let i = 0; i < lookups; i++) {
      const start = cluster.simulation.now;
      // the trailing dot: one round; the black hole costs it 10 s, never 5 s
      const lookup = cluster.lookUp(`${FULL}.`);
      const elapsed = cluster.simulation.now - start;
      expect([2 * ONE_WAY, 10 * SECOND]).toContain(elapsed);
      expect(lookup.status).toBe(elapsed === 10 * SECOND ? "EAI_AGAIN" : "ok");
      if (elapsed === 10 * SECOND) slow++;
    }
    expect(Math.abs(slow / lookups - 0.5)).toBeLessThan(0.1);
  });

  test("DNS-43 a retransmission goes to the dead replica although the rules know only the living one by then", () => {
    const cluster = populated();
    const replicas = [1, 2].map((number) => cluster.replica(number));
    cluster.runUntil(SECOND);
    cluster.network.detach(replicas[0]!.host, SECOND, Number.POSITIVE_INFINITY);
    cluster.endpoints = [replicas[0]!.host.address];
    const finished: number[] = [];
    cluster.resolve(
      `${FULL}.`,
      (list: number[], lookup) => list.push(lookup.questions, cluster.simulation.now),
      finished,
    );
    cluster.runUntil(3 * SECOND);
    cluster.endpoints = [replicas[1]!.host.address];
    cluster.runUntil(30 * SECOND);
    expect(finished).toEqual([4, 11 * SECOND]);
    expect(cluster.lookUp(`${FULL}.`).status).toBe("ok");
  });

  test("DNS-45 kube-dns without endpoints: glibc fails fast", () => {
    const cluster = populated();
    const lookup = cluster.lookUp("database");
    expect(lookup).toMatchObject({ status: "EAI_AGAIN", timedOut: false });
    expect(cluster.simulation.now).toBeLessThan(10 * MILLISECOND);
  });

  test("DNS-38 an answer changes with the arrival of the slice, without debounce", () => {
    const cluster = populated();
    const replica = cluster.replica(1);
    cluster.runUntil(SECOND);
    cluster.commit(slice("peers", [{ address: "10.244.1.50" }, { address: "10.244.1.51" }]));
    cluster.runUntil(SECOND + WATCH_DELAY);
    expect(ask(cluster, replica, "peers.production.svc.cluster.local").answers).toHaveLength(1);
    cluster.runUntil(SECOND + WATCH_DELAY + 1);
    expect(ask(cluster, replica, "peers.production.svc.cluster.local").answers).toHaveLength(2);
    const { changes } = replica.process.knowledge.observation("production/peers") ?? { changes: [] };
    expect(changes.map(({ appliedAt }) => appliedAt)).toEqual([WATCH_DELAY, SECOND + WATCH_DELAY]);
  });
});

describe("life of a replica", () => {
  test("DNS-39 serves and is ready at the first look after the sync", () => {
    const cluster = populated();
    const replica = cluster.replica(1);
    cluster.runUntil(SERVING);
    expect([replica.process.probe(), replica.host.listenerAt(53, "UDP")]).toEqual([false, null]);
    cluster.runUntil(SERVING + 1);
    expect([replica.process.probe(), replica.host.listenerAt(53, "UDP") !== null]).toEqual([true, true]);
    expect(replica.probeChangedAt).toEqual([SERVING]);
  });

  test("DNS-39 unsynced: serves SERVFAIL from 5 s on and is not ready until the sync", () => {
    const cluster = populated();
    const replica = cluster.replica(1, { watchDelivery: compile(constant(8 * SECOND)) });
    cluster.runUntil(5 * SECOND);
    expect(replica.host.listenerAt(53, "UDP")).toBe(null);
    cluster.runUntil(5 * SECOND + 1);
    expect(replica.host.listenerAt(53, "UDP")).not.toBe(null);
    expect(ask(cluster, replica, FULL).rcode).toBe("SERVFAIL");
    expect(replica.process.probe()).toBe(false);
    cluster.runUntil(8 * SECOND + SERVING);
    expect(ask(cluster, replica, FULL).rcode).toBe("NOERROR");
    expect(replica.process.probe()).toBe(true);
  });

  test("DNS-41 SIGTERM: records freeze, /ready fails at once, DNS is served for lameduck, then the process exits", () => {
    const cluster = populated();
    const replica = cluster.replica(1);
    cluster.runUntil(SECOND);
    replica.process.terminate();
    expect(replica.process.probe()).toBe(false);
    expect(replica.probeChangedAt).toEqual([SERVING, SECOND]);
    cluster.commit(service("database", "10.96.1.1"), true);
    cluster.runUntil(SECOND + LAMEDUCK - MILLISECOND);
    expect(cluster.lookUp(`${FULL}.`).status).toBe("ok");
    expect(replica.exitedAt).toEqual([]);
    cluster.runUntil(SECOND + LAMEDUCK + 1);
    expect(replica.exitedAt).toEqual([SECOND + LAMEDUCK]);
    expect([replica.host.stoppedAt, replica.host.listenerAt(53, "UDP")]).toEqual([SECOND + LAMEDUCK, null]);
    const { facts } = cluster.simulation;
    expect(facts.kindOf(replica.host.stopFact)).toBe(FactKind.processStopsAccepting);
    expect(facts.subjectOf(replica.host.stopFact)).toBe("Pod/kube-system/coredns-1");
    expect(cluster.lookUp(`${FULL}.`)).toMatchObject({ status: "EAI_AGAIN", timedOut: false });
  });

  test.each([
    ["no lameduck", ""],
    ["lameduck 0", "lameduck 0s"],
  ])("DNS-42 %s: the process ends at SIGTERM", (_name, lameduck) => {
    const cluster = populated();
    const replica = cluster.replica(1, { corefile: corefile({ lameduck }) });
    cluster.runUntil(SECOND);
    replica.process.terminate();
    cluster.runUntil(SECOND + 1);
    expect(replica.exitedAt).toEqual([SECOND]);
  });

  test.each([
    ["an answer that is on its way is waited for", 0, 1_000],
    ["for 5 s at most", 7 * SECOND, 5 * SECOND],
  ])("DNS-41 after lameduck the sockets close and the process drains: %s", (_name, latency, drained) => {
    const cluster = populated();
    const silent: UpstreamExchange = {
      exchange: (_question, _options, done, payload) => {
        cluster.context.after(latency + 1_000, Phase.traffic, () => done(payload, "refused"), null);
      },
    };
    const replica = cluster.replica(1, { corefile: corefile({ lameduck: "" }), upstream: silent });
    cluster.runUntil(SECOND);
    const late = askLate(cluster, replica, "api.example.com");
    replica.process.terminate();
    cluster.runUntil(SECOND + 1);
    expect([replica.host.listenerAt(53, "UDP"), replica.exitedAt]).toEqual([null, []]);
    expect(replica.process.ask({ name: FULL, type: "A" }, cluster.simulation.now)).toBe(null);
    cluster.runUntil(20 * SECOND);
    const [exitedAt] = replica.exitedAt;
    if (latency === 0) expect(exitedAt).toBe(late.at);
    else expect(exitedAt).toBe(SECOND + drained);
    expect(exitedAt! - SECOND).toBeGreaterThanOrEqual(drained);
  });

  test("DNS-40 without the API server it answers from what it knows and stays Ready", () => {
    const cluster = populated();
    const session = { cut: false };
    const replica = cluster.replica(1, { watchDelivery: deliveryOf(session) });
    cluster.runUntil(SECOND);
    session.cut = true;
    cluster.commit(slice("peers", [{ address: "10.244.1.60" }]));
    cluster.commit(service("database", "10.96.1.1"), true);
    cluster.runUntil(1000 * SECOND);
    expect(addressesOf(ask(cluster, replica, "peers.production.svc.cluster.local"))).toEqual(["10.244.1.50"]);
    expect(ask(cluster, replica, FULL).rcode).toBe("NOERROR");
    expect(replica.process.probe()).toBe(true);
    expect(replica.probeChangedAt).toEqual([SERVING]);
  });

  test("without the plugin ready the readiness probe never succeeds, although it serves", () => {
    const cluster = populated();
    const replica = cluster.replica(1, { corefile: ".:53 {\n kubernetes cluster.local\n}" });
    cluster.runUntil(SECOND);
    expect([replica.process.probe(), ask(cluster, replica, FULL).rcode]).toEqual([false, "NOERROR"]);
  });
});
