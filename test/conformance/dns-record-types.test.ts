/** Statements about SRV, PTR, TXT and CNAME records, and about options of the kubernetes plugin. */
import { beforeEach, describe, expect, test } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { Phase } from "../../src/engine/event-queue.js";
import { parseAddress } from "../../src/model/address.js";
import type { Answer } from "../../src/model/dns.js";
import {
  addressesOf,
  alias,
  ask,
  askLate,
  corefile,
  namespace,
  OUTSIDE_LATENCY,
  type Replica,
  type ReplicaOptions,
  service,
  slice,
  TestCluster,
  WATCH_DELAY,
} from "../dns/cluster.js";

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

describe("SRV, PTR, TXT", () => {
  const data = (answer: Answer): string[] => answer.answers.map((record) => record.data);

  test("SRV of a ClusterIP Service: one a port, priority 0, all the weight, with its address", () => {
    const answer = ask(cluster, replica, `_http._tcp.${DATABASE}`, "SRV");
    expect(data(answer)).toEqual([`0 100 80 ${DATABASE}.`]);
    expect(answer.additional?.map(({ name, address }) => [name, address])).toEqual([
      [DATABASE, parseAddress("10.96.1.1")],
    ]);
  });

  test("SRV of a headless Service: endpoints times ports, the weight shared and at least 1", () => {
    const endpoints = [
      { address: "10.244.1.50", hostname: "peer-0" },
      { address: "10.244.1.51" },
      { address: "10.244.1.52" },
    ];
    cluster.commit(slice("peers", endpoints));
    arrive();
    expect(data(ask(cluster, replica, `_http._tcp.${PEERS}`, "SRV"))).toEqual([
      `0 33 80 peer-0.${PEERS}.`,
      `0 33 80 10-244-1-51.${PEERS}.`,
      `0 33 80 10-244-1-52.${PEERS}.`,
    ]);
    const many = Array.from({ length: 150 }, (_, index) => ({ address: `10.244.2.${index}` }));
    cluster.commit(slice("peers", many));
    arrive();
    expect(data(ask(cluster, replica, PEERS, "SRV"))[0]).toBe(`0 1 80 10-244-2-0.${PEERS}.`);
  });

  test("SRV without ports is NODATA", () => {
    cluster.commit({ ...slice("peers", [{ address: "10.244.1.50" }]), ports: [] });
    arrive();
    expect(outcome(ask(cluster, replica, PEERS, "SRV"))).toBe("NODATA");
    expect(outcome(ask(cluster, replica, PEERS))).toBe("10.244.1.50");
  });

  test("PTR: the Service of a ClusterIP, else the endpoint's name in each Service; others fall through", () => {
    cluster.commit(slice("peers", [{ address: "10.244.1.50", hostname: "peer-0" }]));
    cluster.commit(slice("database", [{ address: "10.244.1.50" }]));
    arrive();
    expect(data(ask(cluster, replica, "1.1.96.10.in-addr.arpa", "PTR"))).toEqual([`${DATABASE}.`]);
    expect(data(ask(cluster, replica, "50.1.244.10.in-addr.arpa", "PTR")).sort()).toEqual([
      `10-244-1-50.${DATABASE}.`,
      `peer-0.${PEERS}.`,
    ]);
    const late = askLate(cluster, replica, "9.9.9.10.in-addr.arpa", "PTR");
    arrive();
    expect([late.answer?.rcode, late.answer?.source]).not.toEqual(["NXDOMAIN", "kubernetes"]);
    const { process } = cluster.replica(9, { corefile: ".:53 {\n kubernetes cluster.local in-addr.arpa\n}" });
    cluster.runUntil(cluster.simulation.now + SECOND);
    const alone = { process } as Replica;
    expect(outcome(ask(cluster, alone, "9.9.9.10.in-addr.arpa", "PTR"))).toBe("NXDOMAIN");
    expect(ask(cluster, alone, "9.9.9.10.in-addr.arpa", "PTR").authority[0]?.name).toBe("in-addr.arpa");
  });

  test("TXT dns-version is 1.1.0 for 28,800 s; other types have no such name, other names no text", () => {
    const answer = ask(cluster, replica, "dns-version.cluster.local", "TXT");
    expect(answer.answers.map(({ type, ttl, data: text }) => [type, ttl, text])).toEqual([["TXT", 28_800, '"1.1.0"']]);
    expect(outcome(ask(cluster, replica, "dns-version.cluster.local"))).toBe("NXDOMAIN");
    expect(outcome(ask(cluster, replica, DATABASE, "TXT"))).toBe("NODATA");
  });
});

describe("ExternalName", () => {
  const ALIAS = "outside.production.svc.cluster.local";
  const told = (answer: Answer | null): string[] | undefined =>
    answer?.answers.map(({ type, data, address }) => `${type} ${address === null ? data : address}`);

  test("DNS-26 the alias and its target, looked up outside through CoreDNS itself", () => {
    cluster.commit(alias("outside", "api.example.com"));
    arrive();
    const late = askLate(cluster, replica, ALIAS);
    const askedAt = cluster.simulation.now;
    cluster.runUntil(askedAt + SECOND);
    expect(late.at).toBe(askedAt + OUTSIDE_LATENCY);
    expect(told(late.answer)).toEqual(["CNAME api.example.com.", `A ${parseAddress("93.184.216.34")}`]);
    expect(late.answer?.fact).toBe(cluster.log.get("Service", "production/outside")!.fact);
  });

  test.each([
    ["NXDOMAIN", 1],
    ["SERVFAIL", 2],
  ])("DNS-26 a target that fails with %s leaves NOERROR with the alias alone", (_name, kind) => {
    const failing = another(
      {},
      kind === 1
        ? {}
        : {
            upstream: {
              exchange: (_question, _options, done, payload) => {
                cluster.context.after(SECOND, Phase.traffic, () => done(payload, "refused"), null);
              },
            },
          },
    );
    cluster.commit(alias("outside", "nowhere.example.com"));
    arrive();
    const late = askLate(cluster, failing, ALIAS);
    cluster.runUntil(cluster.simulation.now + 20 * SECOND);
    expect([late.answer?.rcode, told(late.answer)]).toEqual(["NOERROR", ["CNAME nowhere.example.com."]]);
  });

  test("a target in the zone is resolved here, at most ten aliases deep; a loop has no data", () => {
    cluster.commit(alias("outside", DATABASE));
    for (let i = 0; i < 12; i++) cluster.commit(alias(`hop-${i}`, `hop-${i + 1}.production.svc.cluster.local`));
    cluster.commit(alias("hop-12", DATABASE));
    cluster.commit(alias("self", "self.production.svc.cluster.local"));
    cluster.commit(alias("gone", "gone-for-ever.production.svc.cluster.local"));
    arrive();
    expect(told(ask(cluster, replica, ALIAS))).toEqual([`CNAME ${DATABASE}.`, `A ${parseAddress("10.96.1.1")}`]);
    expect(outcome(ask(cluster, replica, "hop-3.production.svc.cluster.local"))).not.toBe("NODATA");
    expect(outcome(ask(cluster, replica, "hop-2.production.svc.cluster.local"))).toBe("NODATA");
    expect(outcome(ask(cluster, replica, "self.production.svc.cluster.local"))).toBe("NODATA");
    expect(outcome(ask(cluster, replica, "gone.production.svc.cluster.local"))).toBe("NODATA");
  });

  test("it has no SRV, no names below it, and no name when its target is an address", () => {
    cluster.commit(alias("outside", "api.example.com"));
    cluster.commit(alias("literal", "10.0.0.1"));
    arrive();
    expect(outcome(ask(cluster, replica, ALIAS, "SRV"))).toBe("NODATA");
    expect(outcome(ask(cluster, replica, `x.${ALIAS}`))).toBe("NXDOMAIN");
    expect(outcome(ask(cluster, replica, "literal.production.svc.cluster.local"))).toBe("NXDOMAIN");
  });
});

describe("options", () => {
  test("DNS-19 ignore empty_service: a ClusterIP Service without ready endpoints does not exist", () => {
    const ignoring = another({ kubernetes: "ignore empty_service" });
    expect(outcome(ask(cluster, ignoring, DATABASE))).toBe("NXDOMAIN");
    cluster.commit(slice("database", [{ address: "10.244.1.60" }]));
    arrive();
    expect(outcome(ask(cluster, ignoring, DATABASE))).toBe("10.96.1.1");
  });

  test("DNS-24 endpoint_pod_names: the pod's name stands for an endpoint without hostname", () => {
    cluster.commit(slice("peers", [{ address: "10.244.1.50" }]));
    const named = another({ kubernetes: "endpoint_pod_names" });
    const made = slice("peers", [{ address: "10.244.1.50" }]);
    cluster.commit({ ...made, endpoints: made.endpoints.map((endpoint) => ({ ...endpoint, pod: "peer-abc" })) });
    arrive();
    expect(outcome(ask(cluster, named, `peer-abc.${PEERS}`))).toBe("10.244.1.50");
    expect(outcome(ask(cluster, named, `10-244-1-50.${PEERS}`))).toBe("NXDOMAIN");
  });

  test("DNS-23 namespaces: others do not exist", () => {
    const limited = another({ kubernetes: "namespaces staging" });
    expect(outcome(ask(cluster, limited, DATABASE))).toBe("NXDOMAIN");
    expect(outcome(ask(cluster, limited, "production.svc.cluster.local"))).toBe("NXDOMAIN");
  });

  test("fallthrough hands unknown names to the next plugin", () => {
    const falling = another({ kubernetes: "fallthrough" });
    const late = askLate(cluster, falling, "nobody.production.svc.cluster.local");
    cluster.runUntil(cluster.simulation.now + SECOND);
    expect([late.answer?.rcode, late.answer?.authority[0]?.name]).toEqual(["NXDOMAIN", ""]);
  });

  test("DNS-20 the default ttl is 5, and a TTL of 0 is allowed", () => {
    const plain = another({}, { corefile: ".:53 {\n kubernetes cluster.local\n}" });
    expect(ask(cluster, plain, DATABASE).answers[0]?.ttl).toBe(5);
    const zero = another({ ttl: 0 });
    expect(ask(cluster, zero, DATABASE).answers[0]?.ttl).toBe(0);
    expect(ask(cluster, zero, DATABASE, "AAAA").authority[0]?.ttl).toBe(0);
  });
});

let replicas = 1;

/** One more replica, synced, with another Corefile. */
function another(options: Parameters<typeof corefile>[0], setup: ReplicaOptions = {}): Replica {
  const made = cluster.replica(++replicas, { corefile: corefile(options), ...setup });
  cluster.runUntil(cluster.simulation.now + SECOND);
  return made;
}
