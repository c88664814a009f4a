/** Services that are reached elsewhere than at their ClusterIP: at an address of every node, and at one outside. */
import { describe, expect, it } from "vitest";
import { SECOND } from "../../../src/engine/duration.js";
import { type Address, parseAddress } from "../../../src/model/address.js";
import type { Place } from "../../../src/model/flow.js";
import type { Service } from "../../../src/model/objects.js";
import { Action, type Verdict } from "../../../src/model/verdict.js";
import { Network } from "../../../src/network/network.js";
import { RULE_HOST, RULE_NO_ENDPOINTS, RULE_SERVICE } from "../../../src/network/rule.js";
import { type ClusterTopology, createTopology } from "../../../src/network/topology.js";
import { newVerdict } from "../../../src/network/verdict.js";
import { NODE_ADDRESS, type ProxiedSpec, proxiedSpecOf } from "../../../src/node/service-proxy/proxied-fields.js";
import { CLUSTER_IP, endpoint, flowTo, HTTP, service, slice, TestCluster } from "./cluster.js";
import { UdpClient } from "./udp-client.js";

const NODES = [1, 2].map((index) => ({
  index: index - 1,
  name: `node-${index}`,
  zone: "a",
  pool: "node",
  address: parseAddress(`192.168.0.1${index}`) as Address,
}));
const [FIRST, SECOND_NODE] = NODES.map(({ address }) => address) as [Address, Address];
const EXTERNAL = parseAddress("203.0.113.9") as Address;
const POD = 0x0a000001;

/** As a Service with node ports (its ports and 30000) and an external address at the same ports would be read. */
function specOf(read: Service): ProxiedSpec {
  const spec = proxiedSpecOf(read);
  const frontends = spec.frontends.flatMap((frontend) => [
    frontend,
    { ...frontend, address: EXTERNAL },
    { ...frontend, address: NODE_ADDRESS, port: 30_000 + frontend.port },
  ]);
  return { ...spec, frontends };
}

/** Two nodes before the Services web, with pod 1, and empty, with none. */
class Bench {
  readonly cluster = new TestCluster({ specOf });
  readonly topology: ClusterTopology = createTopology(NODES, { sameNode: 1, sameZone: 10, crossZone: 100 });
  readonly network = new Network(this.topology);

  constructor() {
    const { cluster, topology, network } = this;
    for (const [index, place] of topology.nodes.entries()) place.translator = cluster.kubeProxy(index + 1).rules;
    network.attach(POD, "default/pod-1", topology.nodes[0]!).listen(8080, { protocol: "TCP", speaks: "http" });
    cluster.at(-1, () => cluster.commit(service("web", CLUSTER_IP)));
    cluster.at(-1, () => cluster.commit(service("empty", CLUSTER_IP + 1, [{ ...HTTP, port: 81 }])));
    cluster.at(-1, () => cluster.commit(slice("web", [endpoint(1)])));
  }

  sent(destination: Address, port: number, source: Place = this.topology.outside, time = SECOND): Verdict {
    this.cluster.runTo(time);
    const verdict = newVerdict();
    this.network.connect({ ...flowTo(destination, port), source }, verdict, time);
    return verdict;
  }
}

function via({ via: hops, legs }: Verdict): string[] {
  return hops.slice(0, legs).map(({ place }) => place.name);
}

const REACHED = {
  action: Action.deliver,
  rule: RULE_HOST,
  endpoint: POD,
  endpointPort: 8080,
  believedPod: "default/pod-1",
};

describe("a port of every node", () => {
  it("leads from outside through that node, which sends it on as its own", () => {
    const bench = new Bench();
    const verdict = bench.sent(SECOND_NODE, 30_080);
    expect(verdict).toMatchObject({ ...REACHED, oneWay: 110, basis: { source: "rules" } });
    expect(via(verdict)).toEqual(["outside", "node-2"]);
    expect(verdict.via[1]).toMatchObject({ rule: RULE_SERVICE, sourceAddress: SECOND_NODE });
    expect(verdict.via[1]?.source.name).toBe("node-2");
  });

  it("is one of the node that is called: others send it there, although they have the port too", () => {
    const bench = new Bench();
    const [here] = bench.topology.nodes;
    expect(via(bench.sent(SECOND_NODE, 30_080, here))).toEqual(["node-1", "node-2"]);
    expect(via(bench.sent(FIRST, 30_080, here))).toEqual(["node-1"]);
  });

  it("refuses without endpoints, and so does a port that no Service has", () => {
    const bench = new Bench();
    expect(bench.sent(SECOND_NODE, 30_081)).toMatchObject({ action: Action.refuse, rule: RULE_NO_ENDPOINTS });
    const unknown = bench.sent(SECOND_NODE, 80);
    expect(unknown).toMatchObject({ action: Action.refuse, rule: RULE_HOST, basis: null, host: null });
  });

  it("is another one from the sync on that brings it", () => {
    const bench = new Bench();
    const { cluster } = bench;
    cluster.at(2 * SECOND, () => cluster.commit(service("web", CLUSTER_IP, [{ ...HTTP, port: 90 }])));
    const actions = [2 * SECOND, 5 * SECOND].map((time) =>
      [30_080, 30_090].map((port) => bench.sent(SECOND_NODE, port, bench.topology.outside, time).action),
    );
    expect(actions).toEqual([
      [Action.deliver, Action.refuse],
      [Action.refuse, Action.deliver],
    ]);
  });

  it("leads datagrams of a socket to the same endpoint until the clean-up of a sync", () => {
    // the address of the client's own node
    const client = new UdpClient([endpoint(1)], { specOf }, 1, 30_053);
    client.cluster.at(SECOND, () => client.commit([endpoint(2)]));
    expect([client.send(0), client.send(SECOND), client.send(5 * SECOND)]).toEqual([1, 1, 2]);
  });
});

describe("an address outside the range of Services", () => {
  it("is translated where the client is, and keeps the sender", () => {
    const bench = new Bench();
    const [here] = bench.topology.nodes;
    const verdict = bench.sent(EXTERNAL, 80, here);
    expect(verdict).toMatchObject(REACHED);
    expect(verdict.via[0]).toMatchObject({ rule: RULE_SERVICE, source: here, sourceAddress: 0x0a000101 });
    expect(bench.sent(EXTERNAL, 80)).toMatchObject({ action: Action.blackHole, host: null });
  });

  it("is no Service's at a port that none has there", () => {
    const bench = new Bench();
    const verdict = bench.sent(EXTERNAL, 99, bench.topology.nodes[0]);
    expect(verdict).toMatchObject({ action: Action.blackHole, rule: RULE_HOST, basis: null });
  });
});
