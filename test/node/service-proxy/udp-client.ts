/** A Service with a UDP port, and a client on node-1 that sends datagrams to it from sockets of its own. */
import type { Micros } from "../../../src/engine/duration.js";
import type { Address } from "../../../src/model/address.js";
import type { Flow } from "../../../src/model/flow.js";
import type { Endpoint, ServicePort } from "../../../src/model/objects.js";
import { Action, type Verdict } from "../../../src/model/verdict.js";
import { UdpConntrack } from "../../../src/network/conntrack.js";
import { Network } from "../../../src/network/network.js";
import type { NodePlace } from "../../../src/network/place.js";
import { createTopology } from "../../../src/network/topology.js";
import type { UdpSocket } from "../../../src/network/udp-socket.js";
import { newVerdict } from "../../../src/network/verdict.js";
import type { KubeProxy } from "../../../src/node/service-proxy/kube-proxy/kube-proxy.js";
import { CLUSTER_IP, type ClusterOptions, type ProxyOptions, service, slice, TestCluster } from "./cluster.js";

export const DNS: ServicePort = { name: "dns", port: 53, targetPort: 53, protocol: "UDP" };

export class UdpClient {
  readonly cluster: TestCluster;
  readonly proxy: KubeProxy;
  private readonly source: NodePlace;
  private readonly conntrack: UdpConntrack;
  private readonly sockets = new Map<number, UdpSocket>();

  /** Sends to `port` of `destination`; which Services are reached where is up to `specOf`. */
  constructor(
    endpoints: readonly Endpoint[],
    options: ProxyOptions & Pick<ClusterOptions, "specOf"> = {},
    private readonly destination: Address = CLUSTER_IP,
    private readonly port = 53,
  ) {
    const { specOf } = options;
    const cluster = new TestCluster(specOf && { specOf });
    this.cluster = cluster;
    cluster.at(-1, () => cluster.commit(service("dns", CLUSTER_IP, [DNS])));
    cluster.at(-1, () => this.commit(endpoints));
    this.proxy = cluster.kubeProxy(1, options);
    const nodes = [0, 1].map((index) => ({ index, name: `node-${index}`, zone: "a", pool: "node", address: index }));
    const topology = createTopology(nodes, { sameNode: 1, sameZone: 1, crossZone: 1 });
    const network = new Network(topology);
    this.source = topology.nodes[1]!;
    this.source.translator = this.proxy.rules;
    this.conntrack = new UdpConntrack({ network, choice: cluster.context.key("backend") });
    cluster.runTo(0);
  }

  /** Writes the endpoints of the Service now. */
  commit(endpoints: readonly Endpoint[]): void {
    this.cluster.commit(slice("dns", endpoints, "1", [{ name: "dns", port: 53, protocol: "UDP" }]));
  }

  /** Number of the pod that a datagram sent at `time` goes to; "refused" or "none" otherwise. */
  send(time: Micros, socket = 1): number | "refused" | "none" {
    this.cluster.runTo(time);
    const flow: Flow = {
      source: this.source,
      sourceAddress: 0x0a000101,
      destination: this.destination,
      port: this.port,
      protocol: "UDP",
      choice: 0,
    };
    const verdict: Verdict = newVerdict();
    const opened = this.sockets.get(socket) ?? this.conntrack.open();
    this.sockets.set(socket, opened);
    this.conntrack.send(opened, flow, verdict, time);
    if (verdict.endpoint !== this.destination) return podOf(verdict.endpoint);
    return verdict.action === Action.refuse ? "refused" : "none";
  }
}

function podOf(address: Address): number {
  return address - 0x0a000000;
}
