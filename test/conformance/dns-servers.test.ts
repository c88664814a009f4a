/** Statements about server blocks, reload and overload of a CoreDNS replica. */
import { describe, expect, test } from "vitest";
import { CONFIG_MAP_SYNC_PERIOD } from "../../src/dns/server/coredns.js";
import { compile, constant } from "../../src/engine/distribution.js";
import { MILLISECOND, SECOND } from "../../src/engine/duration.js";
import {
  addressesOf,
  ask,
  askLate,
  corefile,
  namespace,
  servers,
  service,
  slice,
  TestCluster,
} from "../dns/cluster.js";

const NAME = "peers.production.svc.cluster.local";

function populated(seed = "1"): TestCluster {
  const cluster = new TestCluster(seed);
  cluster.commit(namespace("production"));
  cluster.commit(service("peers", "None"));
  cluster.commit(slice("peers", [{ address: "10.244.1.50" }]));
  return cluster;
}

describe("server blocks", () => {
  const text = `
    cluster.local:53 {
      kubernetes cluster.local {
        ttl 11
      }
    }
    production.svc.cluster.local {
      kubernetes cluster.local {
        ttl 22
      }
    }
    empty.example {
    }
    other.example:5353 {
      kubernetes cluster.local
    }
  `;

  test("DNS-54 the longest zone wins, label by label", () => {
    const cluster = populated();
    const replica = cluster.replica(1, { corefile: text });
    cluster.runUntil(SECOND);
    expect(ask(cluster, replica, NAME).answers[0]?.ttl).toBe(22);
    expect(ask(cluster, replica, "xproduction.svc.cluster.local").authority[0]?.ttl).toBe(11);
  });

  test("DNS-54 without a block for the name, or with an empty one, or on another port: REFUSED", () => {
    const cluster = populated();
    const replica = cluster.replica(1, { corefile: text });
    cluster.runUntil(SECOND);
    for (const name of ["api.example.com", "a.empty.example", "a.other.example"]) {
      expect([name, ask(cluster, replica, name).rcode]).toEqual([name, "REFUSED"]);
    }
    expect(replica.host.listenerAt(5353, "UDP")).not.toBe(null);
    expect(replica.host.listenerAt(53, "TCP")).not.toBe(null);
  });

  test("DNS-54 the root block takes the rest", () => {
    const cluster = populated();
    const replica = cluster.replica(1, { corefile: `${text}\n.:53 {\n forward . 8.8.8.8\n}` });
    cluster.runUntil(SECOND);
    const late = askLate(cluster, replica, "api.example.com");
    cluster.runUntil(2 * SECOND);
    expect(late.answer?.rcode).toBe("NOERROR");
    expect(ask(cluster, replica, NAME).answers[0]?.ttl).toBe(22);
  });
});

describe("reload", () => {
  test("DNS-51 a changed Corefile is in force after the ConfigMap sync and at most one interval and its jitter", () => {
    const delays: number[] = [];
    const after = CONFIG_MAP_SYNC_PERIOD + 37.5 * SECOND;
    for (let seed = 0; seed < 40; seed++) {
      const cluster = populated(`${seed}`);
      const replica = cluster.replica(1);
      cluster.runUntil(1000 * SECOND);
      replica.process.configMapChanged(servers(corefile({ ttl: 7 })));
      let at = cluster.simulation.now;
      while (ask(cluster, replica, NAME).answers[0]?.ttl === 30 && at < 2000 * SECOND) {
        at += 100 * MILLISECOND;
        cluster.runUntil(at);
      }
      delays.push(at - 1000 * SECOND);
      expect(replica.process.probe()).toBe(true);
      expect(cluster.simulation.pendingControl).toBe(0);
    }
    expect(Math.max(...delays)).toBeLessThanOrEqual(after + SECOND);
    expect(Math.max(...delays)).toBeGreaterThan(CONFIG_MAP_SYNC_PERIOD);
    expect(Math.min(...delays)).toBeLessThan(30 * SECOND);
  });

  test("DNS-51 the interval between looks lies within 30 ± 7.5 s", () => {
    const looks: number[] = [];
    for (let seed = 0; seed < 40; seed++) {
      const cluster = populated(`${seed}`);
      const replica = cluster.replica(1);
      cluster.runUntil(SECOND);
      replica.process.volumeChanged(servers(corefile({ ttl: 7 })));
      let at = cluster.simulation.now;
      while (ask(cluster, replica, NAME).answers[0]?.ttl === 30 && at < 100 * SECOND) {
        at += 100 * MILLISECOND;
        cluster.runUntil(at);
      }
      looks.push(at / SECOND);
    }
    expect(Math.min(...looks)).toBeGreaterThanOrEqual(22.5);
    expect(Math.min(...looks)).toBeLessThan(25);
    expect(Math.max(...looks)).toBeLessThanOrEqual(38);
    expect(Math.max(...looks)).toBeGreaterThan(35);
  });

  test("DNS-51 the cache begins empty, and the pod serves and stays Ready all the time", () => {
    const cluster = populated();
    const cached = corefile({ cache: "cache 300", ttl: 300 });
    const replica = cluster.replica(1, { corefile: cached, watchDelivery: compile(constant(2 * SECOND)) });
    cluster.runUntil(10 * SECOND);
    ask(cluster, replica, NAME);
    cluster.commit(slice("peers", [{ address: "10.244.1.51" }]));
    cluster.runUntil(15 * SECOND);
    expect(ask(cluster, replica, NAME).source).toBe("cache");
    expect(addressesOf(ask(cluster, replica, NAME))).toEqual(["10.244.1.50"]);
    replica.process.volumeChanged(servers(cached));
    for (let at = 15; at < 60; at++) {
      cluster.runUntil(at * SECOND);
      expect([ask(cluster, replica, NAME).rcode, replica.process.probe()]).toEqual(["NOERROR", true]);
    }
    expect(addressesOf(ask(cluster, replica, NAME))).toEqual(["10.244.1.51"]);
    expect(replica.probeChangedAt).toHaveLength(1);
  });

  test("without the plugin reload the Corefile is never read again", () => {
    const cluster = populated();
    const replica = cluster.replica(1, { corefile: ".:53 {\n kubernetes cluster.local\n}" });
    cluster.runUntil(SECOND);
    replica.process.configMapChanged(servers(corefile({ ttl: 7 })));
    cluster.runUntil(1000 * SECOND);
    expect(ask(cluster, replica, NAME).answers[0]?.ttl).toBe(5);
  });

  test("a change is told once, by whichever instance hears of it", () => {
    const cluster = populated();
    const replica = cluster.replica(1);
    cluster.runUntil(SECOND);
    replica.process.volumeChanged(servers(corefile({ ttl: 7 })));
    cluster.runUntil(100 * SECOND);
    cluster.commit(slice("peers", []));
    cluster.runUntil(101 * SECOND);
    const { changes } = replica.process.knowledge.observation("production/peers") ?? { changes: [] };
    expect(changes.map(({ committedAt }) => committedAt / SECOND)).toEqual([0, 100]);
  });
});

describe("overload", () => {
  test("questions are worked off one after the other, and lost when the queue is full", () => {
    const cluster = populated();
    const replica = cluster.replica(1, { queriesPerSecond: 100, queueCapacity: 3 });
    cluster.runUntil(SECOND);
    const late = Array.from({ length: 6 }, () => askLate(cluster, replica, NAME));
    cluster.runUntil(10 * SECOND);
    const delays = late.map(({ at }) => (at - SECOND) / MILLISECOND);
    expect(delays).toEqual([10, 20, 30, 40, Number.NaN, Number.NaN]);
  });

  test("a resolver is delayed by the queue and comes through once it is short", () => {
    const cluster = populated();
    const replica = cluster.replica(1, { queriesPerSecond: 100 });
    cluster.runUntil(SECOND);
    for (let i = 0; i < 50; i++) askLate(cluster, replica, NAME);
    const lookup = cluster.lookUp("peers");
    expect(lookup.status).toBe("ok");
    expect(cluster.simulation.now).toBeGreaterThanOrEqual(SECOND + 520 * MILLISECOND);
    expect(cluster.simulation.now).toBeLessThan(SECOND + 530 * MILLISECOND);
  });

  test("a resolver gives up on a server whose queue is longer than its patience", () => {
    const cluster = populated();
    const replica = cluster.replica(1, { queriesPerSecond: 10, queueCapacity: 500 });
    cluster.runUntil(SECOND);
    for (let i = 0; i < 400; i++) askLate(cluster, replica, NAME);
    expect(cluster.lookUp(`${NAME}.`)).toMatchObject({ status: "EAI_AGAIN", timedOut: true });
  });
});
