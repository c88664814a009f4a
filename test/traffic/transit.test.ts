/** Connections that come to a node from elsewhere and go on from there, and the node loses its power. */
import { describe, expect, test } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { HopAction, type Translator } from "../../src/model/flow.js";
import type { Program } from "../../src/traffic/program.js";
import type { WebServer } from "../../src/traffic/web-server.js";
import { NEW_CONNECTIONS } from "../support/connections.js";
import { KeepingPlace } from "../support/keeping-place.js";
import { address, CROSS_ZONE, SAME_NODE, SAME_ZONE, SERVICE_TIME, TrafficHarness } from "./harness.js";

const VIRTUAL = address("203.0.113.7");
const SERVER = "10.244.1.5";
const HOLD = { reuse: "hold", balance: "pick-first", maxAge: null } as const;
/** The node that connections come in through; the client's is another. */
const TRANSIT = 2;
const CRASH = 3;
/** Client to balancer, balancer to node, node to server. */
const WHOLE = 3 * CROSS_ZONE;
const FIRST = SECOND / 2;
const SECOND_REQUEST = FIRST + SECOND;

/** The client's balancer sends everything on to one node, whose rules send it on to the server. */
class Bench {
  readonly harness = new TrafficHarness();
  readonly balancer: KeepingPlace;
  readonly program: Program<WebServer>;

  constructor(reuse: "none" | "hold", servedBy = 1) {
    const { harness } = this;
    this.program = harness.server("web", SERVER, { node: servedBy });
    const node = harness.node(TRANSIT);
    harness.network.assign(node.address, node);
    node.translator = rulesFor(node.address);
    const delays = { sameNode: SAME_NODE, sameZone: SAME_ZONE, crossZone: CROSS_ZONE };
    this.balancer = new KeepingPlace(harness.network, VIRTUAL, node.address, delays);
    harness.send({
      client: { connection: reuse === "hold" ? HOLD : NEW_CONNECTIONS, requestTimeout: 5 * SECOND },
      known: { address: VIRTUAL, port: 8080, believedPod: "" },
    });
  }

  at(time: number, action: () => void): this {
    this.harness.at(time, action);
    return this;
  }

  crashAt(time: number): this {
    return this.at(time, () => this.harness.network.powerOff(this.harness.node(TRANSIT), time, CRASH));
  }

  request(wanted: number, until: number) {
    this.harness.run(FIRST + until * SECOND);
    return this.harness.ended.find(({ id }) => id === wanted);
  }
}

function rulesFor(own: number): Translator {
  return {
    route: ({ destination }, _leg, _now, hop) => {
      if (destination !== own) return;
      hop.action = HopAction.translate;
      hop.endpoint = address(SERVER);
      hop.source = hop.place;
    },
    committed: () => {},
    established: () => "keep",
    validUntil: () => Number.POSITIVE_INFINITY,
  };
}

const LOST = { outcome: "request-timeout", cause: "transit-down", causeFact: CRASH, latency: 5 * SECOND };

describe.each(["none", "hold"] as const)("a request whose way leads through a node that dies (reuse: %s)", (reuse) => {
  const [id, start] = reuse === "none" ? [0, FIRST] : [1, SECOND_REQUEST];
  /** From the request's arrival until its answer leaves the server. */
  const answered = (reuse === "none" ? 2 * WHOLE : 0) + WHOLE + SERVICE_TIME;

  test("goes well without that", () => {
    expect(new Bench(reuse).request(id, id + 0.9)).toMatchObject({ outcome: "ok", latency: answered + WHOLE });
  });

  test.each([
    ["on its way to the node", answered - SERVICE_TIME - WHOLE + 1],
    ["while its server works", answered - 1],
    ["before the answer is back at the node", answered + CROSS_ZONE - 1],
  ])("%s gets no answer", (_, after) => {
    const bench = new Bench(reuse).crashAt(start + after);
    expect(bench.request(id, id + 6)).toMatchObject(LOST);
    expect(bench.program.server.inFlight).toBe(0);
  });

  test("and whose answer has passed the node is answered", () => {
    const bench = new Bench(reuse).crashAt(start + answered + CROSS_ZONE);
    expect(bench.request(id, id + 0.9)).toMatchObject({ outcome: "ok", latency: answered + WHOLE });
  });

  test("is freed by the balancer before", () => {
    const reset = start + 2 * SECOND;
    const bench = new Bench(reuse).crashAt(start + answered - 1);
    bench.at(reset, () => bench.balancer.end("rst", reset, "process-exited", 7));
    expect(bench.request(id, id + 2.5)).toMatchObject({
      outcome: "reset",
      causeFact: 7,
      latency: 2 * SECOND + CROSS_ZONE,
    });
  });

  test("to a pod on that very node is lost with its server's node", () => {
    const bench = new Bench(reuse, TRANSIT).crashAt(start + SERVICE_TIME);
    bench.at(start + SERVICE_TIME, () => bench.program.powerOff(CRASH));
    expect(bench.request(id, id + 6)).toMatchObject({ ...LOST, cause: "node-down" });
  });
});

test("what is sent later over a held connection through a dead node is lost as well", () => {
  const bench = new Bench("hold").crashAt(SECOND_REQUEST - 1);
  expect(bench.request(1, 7)).toMatchObject(LOST);
});

test("new connections through a dead node are not accepted, and nobody says that an address was outdated", () => {
  const bench = new Bench("none").crashAt(SECOND_REQUEST - 1);
  expect(bench.request(1, 3)).toMatchObject({ ...LOST, outcome: "connect-timeout", latency: SECOND });
});

test("a node keeps no connection that begins there, nor one that ends there", () => {
  const bench = new Bench("hold");
  bench.harness.send({ client: { connection: HOLD } });
  expect(bench.request(1, 1.9)).toMatchObject({ outcome: "ok" });
  expect([0, 1, TRANSIT].map((node) => bench.harness.node(node).connections?.size)).toEqual([0, 0, 1]);
});
