/** What a server keeps of its replies, and until when. */
import { describe, expect, test } from "vitest";
import { compile, constant } from "../../../src/engine/distribution.js";
import { type Micros, SECOND } from "../../../src/engine/duration.js";
import { type Address, parseAddress } from "../../../src/model/address.js";
import type { Answer } from "../../../src/model/dns.js";
import type { Pod } from "../../../src/model/objects.js";
import { buildPod } from "../../support/objects.js";
import { ask, corefile, namespace, ONE_WAY, type Replica, servers, service, slice, TestCluster } from "../cluster.js";

const DATABASE = "database.production.svc.cluster.local";

function populated(text = corefile()): { cluster: TestCluster; replica: Replica } {
  const cluster = new TestCluster();
  cluster.commit(namespace("production"));
  cluster.commit(service("database", "10.96.1.1"));
  cluster.commit(service("peers", "None"));
  cluster.commit(slice("peers", [{ address: "10.244.1.50" }, { address: "10.244.1.51" }]));
  const replica = cluster.replica(1, { corefile: text });
  cluster.runUntil(SECOND);
  return { cluster, replica };
}

describe("a reply", () => {
  test("is made once, and again when the records have changed, those of another name too", () => {
    const { cluster, replica } = populated();
    const first = ask(cluster, replica, DATABASE);
    expect(ask(cluster, replica, DATABASE)).toBe(first);
    expect(first.server).toBe("kube-system/coredns-1");
    cluster.commit(service("other", "10.96.1.3"));
    cluster.runUntil(2 * SECOND);
    const second = ask(cluster, replica, DATABASE);
    expect(second).not.toBe(first);
    expect(second).toEqual(first);
  });

  test("that is shuffled is made each time", () => {
    const { cluster, replica } = populated();
    const orders = Array.from({ length: 40 }, () =>
      ask(cluster, replica, "peers.production.svc.cluster.local").answers.map(({ address }) => address),
    );
    expect(new Set(orders.map(String)).size).toBe(2);
  });

  test("from the cache is the same for a second, then older", () => {
    const { cluster, replica } = populated(corefile({ cache: "cache 30" }));
    ask(cluster, replica, DATABASE);
    const at = (time: Micros): Answer => {
      cluster.runUntil(time);
      return ask(cluster, replica, DATABASE);
    };
    const hit = at(1.1 * SECOND);
    expect([hit.source, hit.age, hit.answers[0]?.ttl]).toEqual(["cache", 0, 30]);
    expect(at(2 * SECOND - 1)).toBe(hit);
    const older = at(2 * SECOND);
    expect([older.age, older.answers[0]?.ttl]).toEqual([1, 29]);
  });

  test("before the first list is not kept for the time after it, even when the list is empty", () => {
    const cluster = new TestCluster();
    const replica = cluster.replica(1, { watchDelivery: compile(constant(7 * SECOND)) });
    cluster.runUntil(6 * SECOND);
    expect(ask(cluster, replica, DATABASE).rcode).toBe("SERVFAIL");
    cluster.runUntil(8 * SECOND);
    expect(ask(cluster, replica, DATABASE).rcode).toBe("NXDOMAIN");
  });

  test("that depends on who asks, as with autopath, is made for each", () => {
    const text = ".:53 {\n autopath @kubernetes\n kubernetes cluster.local {\n pods verified\n }\n}";
    const { cluster, replica } = populated(text);
    const [here, elsewhere] = ["10.244.0.9", "10.244.0.10"].map((each) => parseAddress(each)!) as [Address, Address];
    cluster.commit(podAt(here, "production"));
    cluster.commit(namespace("other"));
    cluster.commit(podAt(elsewhere, "other"));
    cluster.runUntil(2 * SECOND);
    const from = (source: Address): unknown =>
      replica.process.ask({ name: `database.production.${SEARCHED}`, type: "A" }, cluster.simulation.now, source);
    expect([from(elsewhere), from(here), from(elsewhere)]).toMatchObject([
      { rcode: "NXDOMAIN" },
      { rcode: "NOERROR" },
      { rcode: "NXDOMAIN" },
    ]);
  });
});

/** The first element of the search list in the namespace production. */
const SEARCHED = "production.svc.cluster.local";

function podAt(podIP: Address, inNamespace: string): Pod {
  return buildPod("client", { namespace: inNamespace, status: { phase: "Running", podIP } });
}

describe("a reload", () => {
  const changed = servers(corefile({ ttl: 7 }));

  /** When the new Corefile takes over. */
  function takesOverAt(): Micros {
    const { cluster, replica } = populated();
    replica.process.configMapChanged(changed);
    while (ask(cluster, replica, DATABASE).answers[0]?.ttl === 30) cluster.simulation.advance(1);
    return cluster.simulation.now;
  }

  test.each([
    [-10, 30],
    [10, 7],
  ])("a question that arrives %d µs after it is answered with TTL %d", (after, ttl) => {
    const at = takesOverAt();
    const { cluster, replica } = populated();
    cluster.lookUp("database");
    replica.process.configMapChanged(changed);
    cluster.runUntil(at + after - ONE_WAY);
    expect(cluster.lookUp("database").answer?.answers[0]?.ttl).toBe(ttl);
  });
});
