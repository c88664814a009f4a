import { describe, expect, test } from "vitest";
import { MILLISECOND, SECOND } from "../../src/engine/duration.js";
import { HopAction, type Translator } from "../../src/model/flow.js";
import { RULE_NO_ENDPOINTS, RULE_SERVICE, RULE_UNKNOWN_SERVICE } from "../../src/network/rule.js";
import { ClientPod } from "../../src/traffic/client-pod.js";
import { buildBasis } from "../support/basis.js";
import { serviceTranslator, translateTo } from "../support/translator.js";
import { address, SAME_NODE, SAME_ZONE, SERVICE_TIME, TrafficHarness } from "./harness.js";

const CLUSTER_IP = address("10.96.0.20");
const SERVICE = {
  known: { address: CLUSTER_IP, port: 80, believedPod: "" },
  to: { kind: "address", text: "", address: CLUSTER_IP, port: 80 },
} as const;
const BASIS = buildBasis();

/** Rules of a node that send everything to what `endpoint` says at that time; null: the Service is unknown. */
function rulesTo(endpoint: (now: number) => { readonly ip: string; readonly pod: string } | null): Translator {
  return serviceTranslator((_, hop, now) => {
    const chosen = endpoint(now);
    hop.rule = RULE_UNKNOWN_SERVICE;
    hop.action = HopAction.unknown;
    if (chosen === null) return;
    translateTo(hop, {
      endpoint: address(chosen.ip),
      endpointPort: 8080,
      believedPod: chosen.pod,
      basis: BASIS,
      rule: RULE_SERVICE,
    });
  });
}

const LONG = { connectTimeout: 100 * SECOND, requestTimeout: 200 * SECOND };
const A = { ip: "10.244.1.5", pod: "default/a" };
const B = { ip: "10.244.1.6", pod: "default/b" };

/** The outcome of the first request, which is sent at half a second. */
function first(harness: TrafficHarness) {
  return harness.ended.find(({ id }) => id === 0);
}

describe("SYNs that nobody answers", () => {
  test("are sent again to the endpoint that DNAT had chosen, even after the rules have changed", () => {
    const harness = new TrafficHarness();
    harness.node(0).translator = rulesTo((now) => (now < SECOND ? A : B));
    harness.server("b", B.ip);
    harness.send({ ...SERVICE, client: LONG });
    // the pod appears at its address later: the third SYN, 2 s after the first, finds it
    harness.at(2 * SECOND, () => harness.server("a", A.ip));
    harness.run(4 * SECOND);
    expect(first(harness)).toMatchObject({
      outcome: "ok",
      holder: "default/a",
      latency: 2 * SECOND + 4 * SAME_ZONE + SERVICE_TIME,
    });
    expect(harness.ended.find(({ id }) => id === 1)).toMatchObject({ outcome: "ok", holder: "default/b" });
  });

  test("reach another pod when the address has been given away: the wrong pod answers", () => {
    const harness = new TrafficHarness();
    harness.node(0).translator = rulesTo(() => A);
    harness.send({ ...SERVICE, client: LONG });
    harness.at(SECOND, () => harness.server("other", A.ip));
    harness.run(2 * SECOND);
    expect(first(harness)).toMatchObject({
      outcome: "wrong-pod",
      cause: "ip-reused",
      believedPod: "default/a",
      holder: "default/other",
      causeFact: BASIS.fact,
    });
  });

  test("are judged anew while no rule rewrites them", () => {
    const harness = new TrafficHarness();
    harness.node(0).translator = rulesTo((now) => (now < 2 * SECOND ? null : B));
    harness.server("b", B.ip);
    harness.send({ ...SERVICE, client: LONG });
    harness.run(4 * SECOND);
    expect(first(harness)).toMatchObject({ outcome: "ok", latency: 2 * SECOND + 4 * SAME_ZONE + SERVICE_TIME });
  });

  test("leave nothing behind in the record that the next request is made of: it is routed by the rules of its own time", () => {
    const harness = new TrafficHarness();
    harness.node(0).translator = rulesTo((now) => (now < SECOND ? A : B));
    harness.server("b", B.ip);
    // the first request has sent two SYNs to A when it gives up; the third one gets its record
    harness.send({ ...SERVICE, client: { connectTimeout: 1.2 * SECOND } });
    harness.run(4 * SECOND);
    expect(first(harness)).toMatchObject({ outcome: "connect-timeout", latency: 1.2 * SECOND });
    expect(harness.ended.find(({ id }) => id === 2)).toMatchObject({ outcome: "ok", holder: "default/b" });
  });

  test("end with the connect timeout", () => {
    const harness = new TrafficHarness();
    harness.node(0).translator = rulesTo(() => null);
    harness.send({ ...SERVICE, client: { connectTimeout: 1.7 * SECOND } });
    harness.run(3 * SECOND);
    expect(first(harness)).toMatchObject({
      outcome: "connect-timeout",
      cause: "unknown-to-node",
      latency: 1.7 * SECOND,
    });
  });

  test("end with the request timeout when that is shorter", () => {
    const harness = new TrafficHarness();
    harness.send({ client: { connectTimeout: 3 * SECOND, requestTimeout: 1.2 * SECOND } });
    harness.run(3 * SECOND);
    expect(first(harness)).toMatchObject({ outcome: "connect-timeout", cause: "nobody-there", latency: 1.2 * SECOND });
  });

  test.each([
    [4, 131],
    [0, 127],
  ])("end when the kernel gives up: with %i linear timeouts after %i s", (synLinearTimeouts, seconds) => {
    const harness = new TrafficHarness();
    const patient = { connectTimeout: 1000 * SECOND, requestTimeout: 1000 * SECOND, synLinearTimeouts };
    harness.send({ client: patient });
    harness.run(140 * SECOND);
    expect(first(harness)).toMatchObject({ outcome: "connect-timeout", latency: seconds * SECOND });
  });
});

describe("a ClusterIP from outside the cluster", () => {
  test.each([1, 3])("is unknown to the client's host, with a connect timeout of %i s", (seconds) => {
    const harness = new TrafficHarness();
    harness.node(0).translator = rulesTo(() => A);
    harness.server("a", A.ip);
    harness.send(
      { ...SERVICE, client: { connectTimeout: seconds * SECOND } },
      new ClientPod("outside", harness.topology.outside, 0),
    );
    harness.run(5 * SECOND);
    expect(first(harness)).toMatchObject({
      outcome: "connect-timeout",
      cause: "unknown-to-node",
      latency: seconds * SECOND,
      holder: "",
    });
  });
});

describe("a refusal", () => {
  test("by the rules of the client's own node comes back at once", () => {
    const harness = new TrafficHarness();
    harness.node(0).translator = serviceTranslator((_, hop) => {
      hop.rule = RULE_NO_ENDPOINTS;
      hop.action = HopAction.refuse;
      hop.basis = BASIS;
    });
    harness.send(SERVICE);
    harness.run(SECOND);
    expect(first(harness)).toMatchObject({
      outcome: "refused",
      cause: "no-ready-endpoints",
      causeFact: BASIS.fact,
      latency: 2 * SAME_NODE,
    });
  });

  test("by a pod that serves another port takes a round trip", () => {
    const harness = new TrafficHarness();
    harness.server("web", "10.244.1.5", { ports: [9090] });
    harness.send();
    harness.run(SECOND);
    expect(first(harness)).toMatchObject({ outcome: "refused", latency: 2 * SAME_ZONE });
  });
});

describe("an address whose pod is gone", () => {
  /** The pod's sandbox is removed at 100 ms; its node notices `neighbour` later. */
  function gone(neighbour: number, client: object): TrafficHarness {
    const harness = new TrafficHarness();
    const server = harness.server("web", "10.244.1.5");
    harness.send({ client });
    harness.at(100 * MILLISECOND, () => {
      server.kill();
      const host = harness.network.holder(address("10.244.1.5"))!;
      harness.network.detach(host, harness.simulation.now, harness.simulation.now + neighbour);
    });
    harness.run(30 * SECOND);
    return harness;
  }

  test("is a black hole while the node's neighbour entry lives", () => {
    expect(first(gone(60 * SECOND, {}))).toMatchObject({ outcome: "connect-timeout", latency: SECOND });
  });

  test("is unreachable 3.06 s after a SYN once the entry has failed", () => {
    expect(first(gone(0, LONG))).toMatchObject({
      outcome: "unreachable",
      cause: "stale-address",
      latency: 3_060_000,
    });
  });

  test("gives the connect timeout when that is shorter", () => {
    expect(first(gone(0, {}))).toMatchObject({ outcome: "connect-timeout", latency: SECOND });
  });

  test("turns from black hole to unreachable between two SYNs of one connection", () => {
    // SYNs at 0, 1, 2, … s after half a second: the one at 3 s is the first after the entry's end at 3.1 s
    expect(first(gone(3 * SECOND, LONG))).toMatchObject({ outcome: "unreachable", latency: 6_060_000 });
  });
});
