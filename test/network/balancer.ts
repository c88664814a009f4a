/**
 * A cluster behind a load balancer, as far as the wire goes: a place of its own outside, whose translator deals connections
 * out to node ports in turn; nodes whose rules send a node port on to a pod and make the node the sender; pods.
 */
import type { Micros } from "../../src/engine/duration.js";
import { type Address, parseAddress } from "../../src/model/address.js";
import {
  type Established,
  type Flow,
  type Hop,
  HopAction,
  type KeptConnections,
  type Place,
  type TrackedHop,
  type Translator,
} from "../../src/model/flow.js";
import type { Listener } from "../../src/model/verdict.js";
import { Network } from "../../src/network/network.js";
import type { NodePlace } from "../../src/network/place.js";
import { createTopology } from "../../src/network/topology.js";
import { buildBasis } from "../support/basis.js";

const address = (text: string): Address => parseAddress(text)!;
export const VIRTUAL = address("203.0.113.7");
export const NODE_PORT = 30_080;
export const POD = address("10.244.1.5");
export const CLIENT = address("198.51.100.1");
export const LISTENER: Listener = { protocol: "TCP", speaks: "http" };
/** From the client to the balancer. */
export const TO_BALANCER: Micros = 4_000;
/** From the balancer to any node. */
export const TO_NODE: Micros = 1_000;
export const CROSS_ZONE: Micros = 500;

/** Nothing that the network knows by class: a place is what has these members. */
export class Balancer implements Place {
  readonly name = "balancer";
  readonly zone = null;
  connections: KeptConnections | null = null;
  downFact: number | null = null;

  constructor(readonly translator: Translator) {}

  latencyTo(place: Place): Micros {
    return place === this ? 0 : TO_NODE;
  }

  owns(owned: Address, port: number): boolean {
    return owned === VIRTUAL && port === 443;
  }
}

/** A client's process, far away. */
class Client implements Place {
  readonly name = "client";
  readonly zone = null;
  readonly translator = null;
  readonly connections = null;
  readonly downFact = null;

  latencyTo(): Micros {
    return TO_BALANCER;
  }

  owns(): boolean {
    return false;
  }
}

/** Deals out new connections in turn; what becomes of the others is up to the test. */
export class RoundRobin implements Translator {
  /** Connections dealt out so far. */
  turn = 0;
  answer: Established = "keep";
  /** Entries that were asked about. */
  readonly asked: TrackedHop[] = [];

  constructor(readonly targets: readonly Address[]) {}

  route(flow: Flow, _leg: number, _now: Micros, hop: Hop): void {
    if (flow.destination !== VIRTUAL || flow.port !== 443) return;
    hop.action = HopAction.translate;
    hop.rule = "balancer";
    hop.endpoint = this.targets[this.turn % this.targets.length]!;
    hop.endpointPort = NODE_PORT;
  }

  committed(): void {
    this.turn++;
  }

  established(entry: TrackedHop): Established {
    this.asked.push(entry);
    return this.answer;
  }

  validUntil(): Micros {
    return 0;
  }
}

/** Rules of a node: its port leads to the pod, and the node is the sender from then on. */
export class NodePortRules implements Translator {
  answer: Established = "keep";
  /** Flows as they came, and the leg that began here. */
  readonly seen: (Flow & { readonly leg: number })[] = [];

  constructor(private readonly node: NodePlace) {}

  route(flow: Flow, leg: number, _now: Micros, hop: Hop): void {
    this.seen.push({ ...flow, leg });
    if (flow.destination !== this.node.address || flow.port !== NODE_PORT) return;
    hop.action = HopAction.translate;
    hop.rule = "node-port";
    hop.endpoint = POD;
    hop.endpointPort = 8080;
    hop.source = this.node;
    hop.sourceAddress = this.node.address;
    hop.believedPod = "default/web";
    hop.basis = buildBasis({ holder: this.node.name });
  }

  committed(): void {}

  established(): Established {
    return this.answer;
  }

  validUntil(): Micros {
    return Number.POSITIVE_INFINITY;
  }
}

/** The pod runs on node-1, in another zone than node-0; the balancer deals out to both, node-0 first. */
export class BalancedCluster {
  readonly network: Network;
  readonly client: Place = new Client();
  readonly nodes: readonly NodePlace[];
  readonly rules: readonly NodePortRules[];
  readonly turns: RoundRobin;
  readonly balancer: Balancer;

  constructor() {
    const zones = ["a", "b"];
    const nodes = zones.map((zone, index) => ({
      index,
      name: `node-${index}`,
      zone,
      pool: "node",
      address: address(`192.168.0.1${index}`),
    }));
    const topology = createTopology(nodes, { sameNode: 20, sameZone: 50, crossZone: CROSS_ZONE });
    this.network = new Network(topology);
    this.nodes = topology.nodes;
    this.rules = this.nodes.map((node) => new NodePortRules(node));
    this.nodes.forEach((node, index) => {
      node.translator = this.rules[index]!;
      this.network.assign(node.address, node);
    });
    this.turns = new RoundRobin(this.nodes.map((node) => node.address));
    this.balancer = new Balancer(this.turns);
    this.network.assign(VIRTUAL, this.balancer);
    this.network.attach(POD, "default/web", this.nodes[1]!).listen(8080, LISTENER);
  }

  /** A connection to the balancer from outside, unless said otherwise. */
  flow(change: Partial<Flow> = {}): Flow {
    return {
      source: this.client,
      sourceAddress: CLIENT,
      destination: VIRTUAL,
      port: 443,
      protocol: "TCP",
      choice: 0.5,
      ...change,
    };
  }
}
