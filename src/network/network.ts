/**
 * The network: who holds which address, who listens where, and what becomes of a connection.
 *
 * Pods reach each other without NAT, over ranges that do not overlap. A ClusterIP is no address that anybody holds: it
 * exists only in the rules of nodes, so whoever stands outside the cluster cannot reach it. What a dead address does is
 * measured (bridge CNI): a reset while the sandbox lives, then silence while the node's neighbour entry lives, then
 * host unreachable 3.06 s after the SYN.
 */
import type { Micros } from "../engine/duration.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import { type Address, type AddressRange, contains } from "../model/address.js";
import type { Flow } from "../model/flow.js";
import { OUTSIDE, type Topology } from "../model/topology.js";
import { Action, type PathRule, type Verdict } from "../model/verdict.js";
import { Host } from "./host.js";
import { type NodeRules, RULE_HOST, RULE_NO_ROUTE, RULE_NODE_DOWN, RULE_UNKNOWN_SERVICE } from "./rule.js";

/** From a SYN that finds no valid neighbour entry to host unreachable: three ARP probes (measured, Linux 6.18). */
export const NEIGHBOUR_RESOLUTION: Micros = 3_060_000;

interface NodeState {
  serviceRules: NodeRules | null;
  /** The fact of the node's crash; null while it runs. */
  downFact: FactId | null;
  /** Addresses that the node itself has for one port. */
  readonly local: LocalHost[];
}

interface LocalHost {
  readonly host: Host;
  readonly port: number;
}

export class Network {
  private readonly hosts = new Map<Address, Host>();
  /** Last holder of an address that nobody holds now. */
  private readonly departed = new Map<Address, Host>();
  private readonly nodes: NodeState[];
  private readonly pathRules: PathRule[] = [];

  constructor(
    readonly topology: Topology,
    private readonly serviceRange: AddressRange,
  ) {
    this.nodes = topology.nodes.map(() => ({ serviceRules: null, downFact: null, local: [] }));
  }

  /** Gives an address to a pod (CNI ADD). */
  attach(address: Address, pod: string, nodeIndex: number): Host {
    const holder = this.hosts.get(address);
    if (holder !== undefined) throw new Error(`${pod} cannot have an address that ${holder.pod} holds`);
    const host = new Host(address, pod, nodeIndex);
    this.hosts.set(address, host);
    this.departed.delete(address);
    return host;
  }

  /**
   * Takes a pod's address away (CNI DEL). `neighbourFailsAt` is when its node will have noticed that nobody answers
   * at the address.
   */
  detach(host: Host, now: Micros, neighbourFailsAt: Micros): void {
    if (this.hosts.get(host.address) !== host) return;
    this.hosts.delete(host.address);
    host.removedAt = now;
    host.neighbourFailsAt = neighbourFailsAt;
    this.departed.set(host.address, host);
  }

  /** Whoever holds the address now; null when nobody does. */
  holder(address: Address): Host | null {
    return this.hosts.get(address) ?? null;
  }

  /**
   * Gives a node an address of its own, for packets to one port from this node only. They reach it before any Service
   * rule: no DNAT, no connection tracking, even when it is the address of a Service. While nobody listens they are refused.
   */
  attachLocal(nodeIndex: number, address: Address, port: number, pod: string): Host {
    const host = new Host(address, pod, nodeIndex);
    this.nodes[nodeIndex]?.local.push({ host, port });
    return host;
  }

  /** Takes it away again: packets to the address pass the Service rules. */
  detachLocal(host: Host): void {
    const local = this.nodes[host.nodeIndex]?.local ?? [];
    const index = local.findIndex((each) => each.host === host);
    if (index >= 0) local.splice(index, 1);
  }

  /** The host that a node has for itself at this address and port; null when there is none. */
  localHolder(nodeIndex: number, address: Address, port: number): Host | null {
    const local = this.nodes[nodeIndex]?.local;
    if (local === undefined || local.length === 0) return null;
    return local.find((each) => each.port === port && each.host.address === address)?.host ?? null;
  }

  /** The rules that kube-proxy keeps on a node; connections from that node to Service addresses pass them. */
  setServiceRules(nodeIndex: number, rules: NodeRules | null): void {
    const node = this.nodes[nodeIndex];
    if (node !== undefined) node.serviceRules = rules;
  }

  /** The rules of a node; null when it has none (or is no node). */
  serviceRules(nodeIndex: number): NodeRules | null {
    return this.nodes[nodeIndex]?.serviceRules ?? null;
  }

  /** Adds a rule behind the service rules and before the host, after those that were added earlier. */
  addRule(rule: PathRule): void {
    this.pathRules.push(rule);
  }

  /** Takes a rule away again; nothing happens when it is not there. */
  removeRule(rule: PathRule): void {
    const index = this.pathRules.indexOf(rule);
    if (index >= 0) this.pathRules.splice(index, 1);
  }

  setNodeDown(nodeIndex: number, fact: FactId): void {
    const node = this.nodes[nodeIndex];
    if (node !== undefined) node.downFact = fact;
  }

  /** The fact of a node's crash; null while it runs. */
  nodeDownFact(nodeIndex: number): FactId | null {
    return this.nodes[nodeIndex]?.downFact ?? null;
  }

  /** Walks the rules for one new connection (or datagram), now. Fills `verdict`; allocates nothing. */
  connect(flow: Flow, verdict: Verdict, now: Micros): void {
    verdict.endpoint = flow.destination;
    verdict.endpointPort = flow.port;
    verdict.believedPod = "";
    verdict.basis = null;
    verdict.ruleFact = NO_FACT;
    verdict.host = null;
    verdict.listener = null;
    verdict.oneWay = this.topology.oneWay(flow.sourceNode, flow.sourceNode);
    const local = this.localHolder(flow.sourceNode, flow.destination, flow.port);
    if (local === null && contains(this.serviceRange, flow.destination)) {
      if (this.applyServiceRules(flow, verdict, now)) return;
    }
    this.reach(flow, verdict, now);
  }

  /** The rest of the walk, behind the service rules: for a packet of a flow that has its endpoint already. */
  reach(flow: Flow, verdict: Verdict, now: Micros): void {
    const { endpoint, endpointPort } = verdict;
    const local = this.localHolder(flow.sourceNode, endpoint, endpointPort);
    const host = local ?? this.hosts.get(endpoint) ?? this.departed.get(endpoint) ?? null;
    verdict.host = host;
    verdict.listener = null;
    verdict.ruleFact = NO_FACT;
    verdict.oneWay = this.topology.oneWay(flow.sourceNode, host?.nodeIndex ?? flow.sourceNode);
    for (const rule of this.pathRules) if (rule.apply(flow, verdict, now)) return;
    verdict.rule = RULE_HOST;
    if (host === null) {
      verdict.action = Action.blackHole;
    } else if (this.nodeDownFact(host.nodeIndex) !== null) {
      verdict.action = Action.blackHole;
      verdict.rule = RULE_NODE_DOWN;
    } else if (host.removedAt <= now) {
      this.deadAddress(host, verdict, now);
    } else {
      verdict.listener = host.listenerAt(endpointPort, flow.protocol);
      verdict.action = verdict.listener === null ? Action.refuse : Action.deliver;
    }
  }

  /** Whether a path rule loses the packet that answers one with this verdict. */
  losesReply(flow: Flow, verdict: Verdict, now: Micros): boolean {
    for (const rule of this.pathRules) if (rule.losesReply?.(flow, verdict, now) === true) return true;
    return false;
  }

  private applyServiceRules(flow: Flow, verdict: Verdict, now: Micros): boolean {
    if (flow.sourceNode === OUTSIDE) {
      verdict.rule = RULE_NO_ROUTE;
      verdict.action = Action.unknown;
      return true;
    }
    const rules = this.nodes[flow.sourceNode]?.serviceRules;
    if (rules !== null && rules !== undefined) return rules.apply(flow, verdict, now);
    verdict.rule = RULE_UNKNOWN_SERVICE;
    verdict.action = Action.unknown;
    return true;
  }

  private deadAddress(host: Host, verdict: Verdict, now: Micros): void {
    if (now < host.neighbourFailsAt) {
      verdict.action = Action.blackHole;
    } else {
      verdict.action = Action.unreachable;
      verdict.unreachableAfter = NEIGHBOUR_RESOLUTION;
    }
  }
}

/** A verdict to be filled in by `connect`; keep one per client and reuse it. */
export function newVerdict(): Verdict {
  return {
    action: Action.unknown,
    endpoint: 0,
    endpointPort: 0,
    believedPod: "",
    rule: "",
    ruleFact: NO_FACT,
    basis: null,
    oneWay: 0,
    unreachableAfter: 0,
    host: null,
    listener: null,
  };
}
