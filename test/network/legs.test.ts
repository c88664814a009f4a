import { describe, expect, test } from "vitest";
import { Random } from "../../src/engine/random.js";
import { type Flow, type Hop, HopAction, type Translator } from "../../src/model/flow.js";
import { Action, type Leg, type PathRule, type Verdict } from "../../src/model/verdict.js";
import { PacketLoss } from "../../src/network/packet-loss.js";
import { RULE_HOST, RULE_NODE_DOWN, RULE_TOO_MANY_LEGS, RULE_TRANSIT_DOWN } from "../../src/network/rule.js";
import { isTranslated, newVerdict, nextHop } from "../../src/network/verdict.js";
import { MAX_LEGS } from "../../src/network/walk.js";
import { serviceTranslator } from "../support/translator.js";
import { BalancedCluster, CLIENT, CROSS_ZONE, NODE_PORT, POD, TO_BALANCER, TO_NODE, VIRTUAL } from "./balancer.js";

function verdictOf({ network }: BalancedCluster, flow: Flow): Verdict {
  const verdict = newVerdict();
  const given = { ...flow };
  network.connect(flow, verdict, 0);
  expect(flow, "a walk leaves the flow as it was").toEqual(given);
  return verdict;
}

/** Names of the places that a walk went through. */
function via({ via: hops, legs }: Verdict): string[] {
  return hops.slice(0, legs).map(({ place }) => place.name);
}

describe("a connection through a load balancer and a node port", () => {
  test("goes through three places, and its delay is the sum of three legs", () => {
    const cluster = new BalancedCluster();
    const reached = verdictOf(cluster, cluster.flow());
    expect(via(reached)).toEqual(["client", "balancer", "node-0"]);
    expect(reached).toMatchObject({
      action: Action.deliver,
      rule: RULE_HOST,
      endpoint: POD,
      endpointPort: 8080,
      believedPod: "default/web",
      basis: { fact: 4 },
      oneWay: TO_BALANCER + TO_NODE + CROSS_ZONE,
      host: { pod: "default/web" },
    });
    expect(reached.via.map(({ oneWay }) => oneWay)).toEqual([TO_BALANCER, TO_NODE, CROSS_ZONE]);
  });

  test("tells at each place what became of it there, and who is the sender from there on", () => {
    const cluster = new BalancedCluster();
    const [node] = cluster.nodes;
    const hops = verdictOf(cluster, cluster.flow()).via;
    const { client, balancer } = cluster;
    expect(hops).toMatchObject([
      { place: client, action: HopAction.pass, endpoint: VIRTUAL, endpointPort: 443, source: client, rule: "" },
      { place: balancer, action: HopAction.translate, endpoint: node!.address, endpointPort: NODE_PORT },
      { place: node, action: HopAction.translate, endpoint: POD, endpointPort: 8080, source: node },
    ]);
    expect(hops.map(({ sourceAddress }) => sourceAddress)).toEqual([CLIENT, CLIENT, node!.address]);
  });

  test("stands at each place as the one before has sent it on, with a draw of its own", () => {
    const cluster = new BalancedCluster();
    const draws = [0.2, 0.7].map((choice) => {
      verdictOf(cluster, cluster.flow({ choice, packet: 3 }));
      return cluster.rules.flatMap(({ seen }) => seen).at(-1)!;
    });
    expect(draws[1]).toMatchObject({ destination: cluster.nodes[1]!.address, port: NODE_PORT, leg: 2, packet: 3 });
    expect(draws[1]).toMatchObject({ source: cluster.client, sourceAddress: CLIENT, protocol: "TCP" });
    expect(new Set([0.2, 0.7, ...draws.map(({ choice }) => choice)]).size).toBe(4);
    for (const { choice } of draws) expect(choice > 0 && choice < 1).toBe(true);
  });

  test("has a draw on a later leg that is uniform, and independent of that of the first one", () => {
    const cluster = new BalancedCluster();
    const { seen } = cluster.rules[0]!;
    const count = 4_000;
    const counts = [0, 0, 0, 0];
    for (let index = 0; index < count; index++) {
      const choice = (index + 0.5) / count;
      cluster.turns.turn = 0;
      cluster.network.connect(cluster.flow({ choice }), newVerdict(), 0);
      const later = seen.at(-1)!.choice;
      const quarter = (choice < 0.5 ? 0 : 2) + (later < 0.5 ? 0 : 1);
      counts[quarter] = counts[quarter]! + 1;
    }
    for (const each of counts) expect(Math.abs(each - count / 4)).toBeLessThan(100);
  });

  test("from the node itself needs one leg: its own rules know the port", () => {
    const cluster = new BalancedCluster();
    const [source] = cluster.nodes;
    const verdict = verdictOf(
      cluster,
      cluster.flow({ source: source!, destination: source!.address, port: NODE_PORT }),
    );
    expect(via(verdict)).toEqual(["node-0"]);
    expect(verdict).toMatchObject({ action: Action.deliver, oneWay: CROSS_ZONE });
  });

  test("is a black hole while a place on the way is without power", () => {
    const cluster = new BalancedCluster();
    cluster.balancer.downFact = 8;
    const lost = { action: Action.blackHole, rule: RULE_TRANSIT_DOWN, host: null };
    expect(verdictOf(cluster, cluster.flow())).toMatchObject({ ...lost, ruleFact: 8, legs: 1 });
    cluster.balancer.downFact = null;
    cluster.nodes[0]!.downFact = 9;
    expect(verdictOf(cluster, cluster.flow())).toMatchObject({ ...lost, ruleFact: 9, legs: 2 });
  });

  test("tells the node that it is sent through from that of its endpoint", () => {
    const cluster = new BalancedCluster();
    cluster.nodes[1]!.downFact = 10;
    const lost = { action: Action.blackHole, ruleFact: 10 };
    expect(verdictOf(cluster, cluster.flow())).toMatchObject({ ...lost, rule: RULE_NODE_DOWN, legs: 3 });
    // the next turn is that of the dead node, which cannot say where it would have sent it
    expect(verdictOf(cluster, cluster.flow())).toMatchObject({ ...lost, rule: RULE_TRANSIT_DOWN, legs: 2 });
  });
});

describe("a place that ends a walk", () => {
  const refuse = (): Translator => ({
    ...serviceTranslator(() => {}),
    route: (_flow, _leg, _now, hop) => {
      hop.action = HopAction.refuse;
      hop.rule = "closed";
    },
  });
  const refused = { action: Action.refuse, rule: "closed" };

  test("answers from where it is: after the legs up to there", () => {
    const cluster = new BalancedCluster();
    cluster.nodes[0]!.translator = refuse();
    expect(verdictOf(cluster, cluster.flow())).toMatchObject({ ...refused, oneWay: TO_BALANCER + TO_NODE, legs: 3 });
    cluster.network.assign(VIRTUAL, {
      ...cluster.balancer,
      latencyTo: () => TO_NODE,
      owns: () => true,
      translator: refuse(),
    });
    expect(verdictOf(cluster, cluster.flow())).toMatchObject({ ...refused, oneWay: TO_BALANCER, legs: 2 });
  });

  test("and that is the sender's own answers across nothing but itself", () => {
    const cluster = new BalancedCluster();
    const [source] = cluster.nodes;
    source!.translator = refuse();
    expect(verdictOf(cluster, cluster.flow({ source: source! }))).toMatchObject({ ...refused, oneWay: 20, legs: 1 });
  });
});

describe("a place's own address", () => {
  test("refuses at a port that its translator does not know, after the way to it", () => {
    const cluster = new BalancedCluster();
    expect(verdictOf(cluster, cluster.flow({ port: 80 }))).toMatchObject({
      action: Action.refuse,
      rule: RULE_HOST,
      host: null,
      oneWay: TO_BALANCER,
    });
  });

  test("moves when another place is given it", () => {
    const cluster = new BalancedCluster();
    cluster.network.assign(VIRTUAL, cluster.nodes[1]!);
    expect(via(verdictOf(cluster, cluster.flow()))).toEqual(["client", "node-1"]);
  });
});

describe("a packet that goes round in a circle", () => {
  test(`is lost after ${MAX_LEGS} legs`, () => {
    const cluster = new BalancedCluster();
    const { network, nodes, balancer } = cluster;
    for (const node of nodes) {
      node.translator = {
        ...serviceTranslator(() => {}),
        route: (_flow, _leg, _now, hop: Hop) => {
          hop.action = HopAction.translate;
          hop.endpoint = VIRTUAL;
          hop.endpointPort = 443;
        },
      };
    }
    const verdict = newVerdict();
    network.connect(cluster.flow({ source: balancer }), verdict, 0);
    expect(verdict).toMatchObject({ action: Action.blackHole, rule: RULE_TOO_MANY_LEGS, legs: MAX_LEGS });
    expect(via(verdict)).toEqual(["balancer", "node-0", "balancer", "node-1"]);
    expect(verdict.listener).toBeNull();
  });
});

describe("state of a translator", () => {
  test("does not change by a question: two of them have one answer", () => {
    const cluster = new BalancedCluster();
    const { turns, balancer } = cluster;
    const flow = cluster.flow();
    const ask = (): Hop => {
      const hop = nextHop(newVerdict(), flow, balancer);
      turns.route(flow, 1, 0, hop);
      return hop;
    };
    expect(ask()).toEqual(ask());
    expect(turns.turn).toBe(0);
  });

  test("changes once with each connection: turns go round", () => {
    const cluster = new BalancedCluster();
    const nodes = [0, 1, 2, 3].map(() => via(verdictOf(cluster, cluster.flow()))[2]);
    expect(nodes).toEqual(["node-0", "node-1", "node-0", "node-1"]);
    expect(cluster.turns.turn).toBe(4);
  });

  test("does not change by a flow that it does not translate", () => {
    const cluster = new BalancedCluster();
    verdictOf(cluster, cluster.flow({ port: 80 }));
    expect(cluster.turns.turn).toBe(0);
  });
});

describe("a rule on the path", () => {
  const seenBy = (legs: string[]): PathRule => ({
    apply: (_, { index, from, to, port }) => legs.push(`${index} ${from.name} ${to.name} ${port}`) < 0,
    losesReply: (_, { index, from, to }) => legs.push(`back ${index} ${to.name} ${from.name}`) < 0,
  });

  test("is asked about each leg, and about each leg of the way back", () => {
    const cluster = new BalancedCluster();
    const legs: string[] = [];
    cluster.network.addRule(seenBy(legs));
    const flow = cluster.flow();
    const verdict = verdictOf(cluster, flow);
    expect(legs.splice(0)).toEqual(["0 client balancer 443", "1 balancer node-0 30080", "2 node-0 node-1 8080"]);
    expect(cluster.network.losesReply(flow, verdict, 0)).toBe(false);
    expect(legs).toEqual(["back 0 balancer client", "back 1 node-0 balancer", "back 2 node-1 node-0"]);
  });

  test("that parts two zones ends what has to cross, on that leg, and nothing else", () => {
    const cluster = new BalancedCluster();
    const parted = ({ from, to }: Leg): boolean => from.zone !== null && to.zone !== null && from.zone !== to.zone;
    cluster.network.addRule({
      apply(_, leg, verdict) {
        if (!parted(leg)) return false;
        verdict.action = Action.blackHole;
        verdict.rule = "partition";
        return true;
      },
    });
    const [through, there] = [0, 1].map(() => verdictOf(cluster, cluster.flow()));
    expect(through).toMatchObject({ action: Action.blackHole, rule: "partition", legs: 3 });
    expect(there).toMatchObject({ action: Action.deliver, legs: 3, oneWay: TO_BALANCER + TO_NODE + 20 });
  });

  test("loses packets of one leg only: that from the balancer to the nodes", () => {
    const cluster = new BalancedCluster();
    const random = new Random("1");
    const key = (purpose: string) => random.key("loss", purpose);
    cluster.network.addRule(
      new PacketLoss({
        probability: 1,
        protocol: null,
        port: null,
        paths: [{ from: new Set([cluster.balancer]), to: new Set(cluster.nodes) }],
        fact: 3,
        keys: { sender: key("sender"), instant: key("instant"), request: key("request"), reply: key("reply") },
      }),
    );
    expect(verdictOf(cluster, cluster.flow())).toMatchObject({ rule: "packet-loss", ruleFact: 3, legs: 2 });
    const [source] = cluster.nodes;
    const direct = cluster.flow({ source: source!, destination: POD, port: 8080 });
    expect(verdictOf(cluster, direct).action).toBe(Action.deliver);
  });
});

test("a flow is translated when any place on its way has sent it elsewhere", () => {
  const cluster = new BalancedCluster();
  expect(isTranslated(verdictOf(cluster, cluster.flow()))).toBe(true);
  expect(isTranslated(verdictOf(cluster, cluster.flow({ destination: POD, port: 8080 })))).toBe(false);
});
