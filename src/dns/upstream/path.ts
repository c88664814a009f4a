/**
 * The way of one DNS server's packets to other servers: through the rules of its node to pods, Services and nodes, and
 * with a fixed delay to any other address.
 */
import type { Context } from "../../engine/context.js";
import { type Key, uniform } from "../../engine/random.js";
import { type Address, type AddressRange, contains } from "../../model/address.js";
import type { Flow, Place, TrackedHop } from "../../model/flow.js";
import { Action, type Verdict } from "../../model/verdict.js";
import { UdpConntrack } from "../../network/conntrack.js";
import type { Network } from "../../network/network.js";
import type { UdpSocket } from "../../network/udp-socket.js";
import { newVerdict, pathOf } from "../../network/verdict.js";
import type { Connection } from "./connections.js";
import type { OutsideServers } from "./outside-servers.js";

const DNS_PORT = 53;

export interface UpstreamPathOptions {
  /** Of the asking process: questions and replies die with it. */
  readonly context: Context;
  readonly network: Network;
  readonly outside: OutsideServers;
  /** Addresses of Services, pods and nodes. */
  readonly clusterRanges: readonly AddressRange[];
  /** The asking process' node. */
  readonly source: Place;
  readonly sourceAddress: Address;
}

export class UpstreamPath {
  /** Of the packet that was judged last. */
  readonly verdict: Verdict = newVerdict();
  /** The reply to it will be lost. */
  replyLost = false;
  private readonly flow: Flow;
  private readonly key: Key;
  private readonly conntrack: UdpConntrack;
  /** Packets sent so far. */
  private packets = 0;

  constructor(private readonly options: UpstreamPathOptions) {
    const { context, network, source, sourceAddress } = options;
    this.key = context.key("upstream backend");
    this.conntrack = new UdpConntrack({ network, choice: this.key });
    this.flow = { source, sourceAddress, destination: 0, port: DNS_PORT, protocol: "UDP", choice: 0 };
  }

  /** A new socket, whose number chooses its backend. A TCP connection has one of the same series. */
  open(): UdpSocket {
    return this.conntrack.open();
  }

  /** Judges a packet that leaves now; `connection` is null for the first packet of a socket. */
  judge(server: Address, protocol: "UDP" | "TCP", socket: UdpSocket, connection: Connection | null): void {
    const { flow, verdict } = this;
    const { network, context, clusterRanges } = this.options;
    const { now } = context;
    this.replyLost = false;
    if (!clusterRanges.some((range) => contains(range, server))) {
      this.judgeOutside(server);
      return;
    }
    flow.destination = server;
    flow.protocol = protocol;
    flow.packet = this.packets++;
    if (protocol === "UDP") {
      this.conntrack.send(socket, flow, verdict, now);
      this.replyLost = verdict.action === Action.deliver && network.losesReply(flow, verdict, now);
    } else {
      flow.choice = uniform(this.key, socket.number);
      if (connection === null) network.connect(flow, verdict, now);
      else network.follow(flow, connection.path, verdict, now);
    }
  }

  /** The path of the packet that was judged last; empty outside the cluster. */
  keepPath(): readonly TrackedHop[] {
    return pathOf(this.flow, this.verdict, this.options.context.now);
  }

  /** A reply has come back to this socket. */
  replied(server: Address, socket: UdpSocket): void {
    this.conntrack.replied(socket, server, DNS_PORT, this.options.context.now);
  }

  /** The socket is closed for good. */
  close(socket: UdpSocket): void {
    this.conntrack.close(socket);
  }

  private judgeOutside(server: Address): void {
    const { verdict } = this;
    const { outside } = this.options;
    verdict.legs = 0;
    verdict.endpoint = server;
    verdict.endpointPort = DNS_PORT;
    verdict.action = outside.down ? Action.blackHole : Action.deliver;
    verdict.rule = "outside";
    verdict.listener = null;
    verdict.oneWay = Math.floor(outside.latency / 2);
  }
}
