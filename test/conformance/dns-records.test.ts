/** Statements about what the kubernetes plugin answers. */
import { beforeEach, describe, expect, test } from "vitest";
import { dnsDeployment } from "../../src/dns/addon/kube-dns.js";
import { SECOND } from "../../src/engine/duration.js";
import { parseAddress } from "../../src/model/address.js";
import type { Answer } from "../../src/model/dns.js";
import type { Pod } from "../../src/model/objects.js";
import {
  addressesOf,
  ask,
  corefile,
  namespace,
  type Replica,
  type ReplicaOptions,
  service,
  slice,
  TestCluster,
  WATCH_DELAY,
} from "../dns/cluster.js";
import { buildPod } from "../support/objects.js";

let cluster: TestCluster;
let replica: Replica;

beforeEach(() => {
  cluster = new TestCluster();
  cluster.commit(namespace("production"));
  cluster.commit(service("database", "10.96.1.1"));
  cluster.commit(slice("database", []));
  cluster.commit(service("peers", "None"));
  cluster.commit(slice("peers", []));
  replica = cluster.replica(1);
  cluster.runUntil(SECOND);
});

/** Lets what was committed now arrive. */
function arrive(): void {
  cluster.runUntil(cluster.simulation.now + WATCH_DELAY + 1);
}

/** "NOERROR" with addresses, or "NODATA", or the rcode. */
function outcome(answer: Answer): string {
  if (answer.rcode !== "NOERROR") return answer.rcode;
  return answer.answers.length === 0 ? "NODATA" : addressesOf(answer).join(" ");
}

const PEERS = "peers.production.svc.cluster.local";
const DATABASE = "database.production.svc.cluster.local";

describe("kubernetes plugin", () => {
  test("DNS-19 a ClusterIP Service without endpoints answers with its address, a headless one NXDOMAIN", () => {
    expect(outcome(ask(cluster, replica, DATABASE))).toBe("10.96.1.1");
    expect(outcome(ask(cluster, replica, PEERS, "A"))).toBe("NXDOMAIN");
    expect(outcome(ask(cluster, replica, PEERS, "AAAA"))).toBe("NXDOMAIN");
  });

  test("DNS-19 a client of a headless Service without endpoints walks the whole search list and leaks the bare name", () => {
    const lookup = cluster.lookUp("peers");
    expect(lookup).toMatchObject({ status: "EAI_NONAME", questions: 8, failedQuestions: 0 });
    // the write that emptied it is what the failure rests on
    expect(lookup.fact).toBe(cluster.log.get("EndpointSlice", "production/peers-1")!.fact);
  });

  test("DNS-20 AAAA of an IPv4 ClusterIP: NOERROR, empty, with an SOA whose minimum is the plugin's ttl", () => {
    const answer = ask(cluster, replica, DATABASE, "AAAA");
    expect(outcome(answer)).toBe("NODATA");
    expect(answer.authority.map(({ type, ttl, name }) => ({ type, ttl, name }))).toEqual([
      { type: "SOA", ttl: 30, name: "cluster.local" },
    ]);
    expect(answer.authority[0]!.data.split(" ").slice(-4)).toEqual(["7200", "1800", "86400", "30"]);
  });

  test("DNS-21 a terminating pod is absent from headless answers right after the slice event", () => {
    const serving = { address: "10.244.1.50" };
    cluster.commit(slice("peers", [serving, { address: "10.244.1.51", ready: false, terminating: true }]));
    arrive();
    expect(outcome(ask(cluster, replica, PEERS))).toBe("10.244.1.50");
    // publishNotReadyAddresses: the controller writes ready although the pod terminates
    cluster.commit(slice("peers", [serving, { address: "10.244.1.51", ready: true, terminating: true }]));
    arrive();
    expect(outcome(ask(cluster, replica, PEERS))).toBe("10.244.1.50 10.244.1.51");
  });

  test("DNS-21 addresses of several slices are merged, each once, and go with their slice", () => {
    cluster.commit(slice("peers", [{ address: "10.244.1.50" }]));
    cluster.commit(slice("peers", [{ address: "10.244.1.50" }, { address: "10.244.1.52" }], "peers-2"));
    arrive();
    expect(outcome(ask(cluster, replica, PEERS))).toBe("10.244.1.50 10.244.1.52");
    cluster.commit(slice("peers", [], "peers-2"), true);
    arrive();
    expect(outcome(ask(cluster, replica, PEERS))).toBe("10.244.1.50");
  });

  test("DNS-23 an unknown namespace is NXDOMAIN, a known one NODATA", () => {
    expect(outcome(ask(cluster, replica, "staging.svc.cluster.local"))).toBe("NXDOMAIN");
    expect(outcome(ask(cluster, replica, "production.svc.cluster.local"))).toBe("NODATA");
    expect(outcome(ask(cluster, replica, "svc.cluster.local"))).toBe("NODATA");
    expect(outcome(ask(cluster, replica, "cluster.local"))).toBe("NODATA");
    cluster.commit(namespace("production"), true);
    arrive();
    expect(outcome(ask(cluster, replica, "production.svc.cluster.local"))).toBe("NXDOMAIN");
  });

  test("DNS-24 endpoint names exist for headless and for ClusterIP Services", () => {
    cluster.commit(slice("database", [{ address: "10.244.1.60" }]));
    cluster.commit(slice("peers", [{ address: "10.244.1.50", hostname: "peer-0" }]));
    arrive();
    expect(outcome(ask(cluster, replica, `10-244-1-60.${DATABASE}`))).toBe("10.244.1.60");
    expect(outcome(ask(cluster, replica, `peer-0.${PEERS}`))).toBe("10.244.1.50");
    expect(outcome(ask(cluster, replica, `10-244-1-50.${PEERS}`))).toBe("NXDOMAIN");
  });

  test("DNS-25 underscores of port names are optional; three labels left of the Service are NXDOMAIN", () => {
    expect(outcome(ask(cluster, replica, `_http._tcp.${DATABASE}`))).toBe("10.96.1.1");
    expect(outcome(ask(cluster, replica, `http.tcp.${DATABASE}`))).toBe("10.96.1.1");
    expect(outcome(ask(cluster, replica, `http.udp.${DATABASE}`))).toBe("NXDOMAIN");
    expect(outcome(ask(cluster, replica, `a.http.tcp.${DATABASE}`))).toBe("NXDOMAIN");
    expect(outcome(ask(cluster, replica, `http.tcp.a.${DATABASE}`))).toBe("NXDOMAIN");
  });

  test("DNS-25 a port of a headless Service is one of its slices' ports", () => {
    cluster.commit(slice("peers", [{ address: "10.244.1.50" }]));
    arrive();
    expect(outcome(ask(cluster, replica, `_http._tcp.${PEERS}`))).toBe("10.244.1.50");
    expect(outcome(ask(cluster, replica, `_grpc._tcp.${PEERS}`))).toBe("NXDOMAIN");
  });

  test("DNS-22 a pod name answers without any such pod, where the namespace exists", () => {
    expect(outcome(ask(cluster, replica, "10-1-2-3.production.pod.cluster.local"))).toBe("10.1.2.3");
    expect(outcome(ask(cluster, replica, "10-1-2-3.production.pod.cluster.local", "AAAA"))).toBe("NODATA");
    expect(outcome(ask(cluster, replica, "10-1-2-3.staging.pod.cluster.local"))).toBe("NXDOMAIN");
    expect(outcome(ask(cluster, replica, "web.production.pod.cluster.local"))).toBe("NXDOMAIN");
    expect(outcome(ask(cluster, replica, "production.pod.cluster.local"))).toBe("NODATA");
  });

  test("DNS-22 pods disabled: no names; pods verified: those of pods that are known", () => {
    const disabled = another({ kubernetes: "pods disabled" });
    expect(outcome(ask(cluster, disabled, "10-1-2-3.production.pod.cluster.local"))).toBe("NXDOMAIN");
    expect(outcome(ask(cluster, disabled, "production.pod.cluster.local"))).toBe("NXDOMAIN");
    const verified = another({ kubernetes: "pods verified" });
    const name = "10-1-2-3.production.pod.cluster.local";
    expect(outcome(ask(cluster, verified, name))).toBe("NXDOMAIN");
    const web = pod("web", "10.1.2.3");
    cluster.commit(web);
    arrive();
    expect(outcome(ask(cluster, verified, name))).toBe("10.1.2.3");
    cluster.commit({ ...web, metadata: { ...web.metadata, deletionTimestamp: 1 } });
    arrive();
    expect(outcome(ask(cluster, verified, name))).toBe("10.1.2.3");
    cluster.commit(web, true);
    arrive();
    expect(outcome(ask(cluster, verified, name))).toBe("NXDOMAIN");
  });
});

let replicas = 1;

/** One more replica, synced, with another Corefile. */
function another(options: Parameters<typeof corefile>[0], setup: ReplicaOptions = {}): Replica {
  const made = cluster.replica(++replicas, { corefile: corefile(options), ...setup });
  cluster.runUntil(cluster.simulation.now + SECOND);
  return made;
}

function pod(name: string, address: string): Pod {
  const spec = dnsDeployment(1).spec.template.spec;
  const status = { phase: "Running", podIP: parseAddress(address) } as const;
  return buildPod(name, { namespace: "production", spec, status });
}
