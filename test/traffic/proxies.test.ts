/** A program of both halves, end to end: what it accepts, it asks another server for. */
import { describe, expect, test } from "vitest";
import { constant } from "../../src/engine/distribution.js";
import { MILLISECOND, SECOND } from "../../src/engine/duration.js";
import { NO_FACT } from "../../src/engine/facts.js";
import { address, CROSS_ZONE, SAME_ZONE, SERVICE_TIME, TrafficHarness } from "./harness.js";
import { BACK, ProxyServer } from "./proxy-server.js";

const CONNECTED = 4 * SAME_ZONE;
/** The first request arrives here, and is at the server. */
const T = SECOND / 2;
const RECEIVED = T + 3 * SAME_ZONE;
/** The path to the back end, in another zone, and its answer. */
const UPSTREAM = 4 * CROSS_ZONE + SERVICE_TIME;

describe("a server that asks another one", () => {
  test("answers when it has been answered, through the same machine", () => {
    const harness = new TrafficHarness();
    const proxy = new ProxyServer(harness);
    harness.server("back", BACK, { node: 2 });
    harness.send();
    harness.run(RECEIVED + 1);
    const [[accepted, errand] = []] = proxy.errands;
    expect(errand?.accepted).toBe(accepted);
    expect(errand?.last?.parent).toBe(errand);
    expect(errand?.last?.number).toBe(1);
    harness.run(SECOND);
    expect(harness.ended).toMatchObject([
      { outcome: "ok", cause: "", holder: "default/front", latency: CONNECTED + UPSTREAM },
    ]);
    expect(proxy.ends).toEqual(["status"]);
    expect(proxy.inFlight).toBe(0);
  });

  test("passes on why the other one did not", () => {
    const harness = new TrafficHarness();
    const proxy = new ProxyServer(harness);
    const back = harness.server("back", BACK, { node: 2 });
    harness.at(T - 1, () => back.kill());
    harness.send();
    harness.run(SECOND);
    expect(proxy.ends).toEqual(["refused"]);
    expect(harness.ended).toMatchObject([
      { outcome: "http-error", cause: "stale-address", latency: CONNECTED + 2 * CROSS_ZONE },
    ]);
    expect(harness.ended[0]?.causeFact).toBeGreaterThan(NO_FACT);
  });

  test("gives its own attempt up when its client has", () => {
    const harness = new TrafficHarness();
    const proxy = new ProxyServer(harness);
    const back = harness.server("back", BACK, { node: 2 });
    harness.send({ client: { requestTimeout: 5 * MILLISECOND } });
    harness.run(T + 5 * MILLISECOND - 1);
    expect([proxy.inFlight, back.server.inFlight]).toEqual([1, 1]);
    harness.run(SECOND);
    expect(harness.ended).toMatchObject([{ outcome: "request-timeout", latency: 5 * MILLISECOND }]);
    expect([proxy.inFlight, back.server.inFlight]).toEqual([0, 0]);
    expect(proxy.ends).toEqual([]);
  });

  test("has the class of its own attempt's end", () => {
    const harness = new TrafficHarness();
    const proxy = new ProxyServer(harness);
    const back = harness.server("back", BACK, { node: 2, onSigterm: "exit" });
    harness.at(RECEIVED + 3 * CROSS_ZONE + 1, () => back.terminate());
    harness.send();
    harness.run(SECOND);
    expect(proxy.ends).toEqual(["closed-unanswered"]);
    expect(harness.ended).toMatchObject([{ outcome: "http-error", cause: "killed-in-flight" }]);
  });

  test("knows that nobody has read a request which was on its way", () => {
    const harness = new TrafficHarness();
    const proxy = new ProxyServer(harness);
    const back = harness.server("back", BACK, { node: 2, onSigterm: "exit" });
    harness.at(RECEIVED + 3 * CROSS_ZONE - 1, () => back.terminate());
    harness.send();
    harness.run(SECOND);
    expect(proxy.ends).toEqual(["closed-idle"]);
  });

  test("tries again with a policy of its own: its client has one attempt", () => {
    const harness = new TrafficHarness();
    const proxy = new ProxyServer(harness, { retries: { after: (_, number) => (number < 3 ? MILLISECOND : null) } });
    harness.server("back", BACK, { node: 2, listenAfter: RECEIVED + 2 * CROSS_ZONE });
    harness.send();
    harness.run(RECEIVED + 2 * CROSS_ZONE + MILLISECOND + 1);
    const [[, errand] = []] = proxy.errands;
    expect(errand?.last).toMatchObject({ number: 2, id: 2 ** 32, previous: { end: "refused", number: 1 } });
    harness.run(SECOND);
    expect(proxy.ends).toEqual(["status"]);
    expect(harness.ended).toMatchObject([
      { outcome: "ok", cause: "", latency: CONNECTED + 2 * CROSS_ZONE + MILLISECOND + UPSTREAM },
    ]);
  });

  test("answers at once when it knows nobody to ask", () => {
    const harness = new TrafficHarness();
    new ProxyServer(harness, { to: null });
    harness.send();
    harness.run(SECOND);
    expect(harness.ended).toMatchObject([{ outcome: "http-error", cause: "unknown-to-node", latency: CONNECTED }]);
  });

  test("waits no longer for its next attempt when its client has gone", () => {
    const harness = new TrafficHarness();
    const proxy = new ProxyServer(harness, { retries: { after: () => SECOND } });
    harness.send({ client: { requestTimeout: 5 * MILLISECOND } });
    harness.run(T + 5 * MILLISECOND - 1);
    expect(proxy.client.outgoing).toBe(1);
    harness.run(T + (3 * SECOND) / 4);
    expect([proxy.client.outgoing, proxy.inFlight]).toEqual([0, 0]);
    expect(harness.simulation.dispatched).toBeLessThan(20);
  });

  test("keeps whose belief it was: the request tells of the pod that the proxy wanted", () => {
    const harness = new TrafficHarness();
    new ProxyServer(harness);
    const back = harness.server("back", BACK, { node: 2 });
    harness.at(T - 1, () => back.kill());
    harness.send();
    harness.run(SECOND);
    expect(harness.ended).toMatchObject([{ endpoint: address(BACK), holder: "default/back" }]);
  });

  test("keeps it through a proxy in front of a proxy", () => {
    const harness = new TrafficHarness();
    new ProxyServer(harness, { to: address("10.244.1.6") });
    new ProxyServer(harness, { at: "10.244.1.6" });
    const back = harness.server("back", BACK, { node: 2 });
    harness.at(T - 1, () => back.kill());
    harness.send();
    harness.run(SECOND);
    expect(harness.ended).toMatchObject([{ outcome: "http-error", cause: "stale-address", holder: "default/back" }]);
  });

  test("is itself the destination of what it has answered well", () => {
    const harness = new TrafficHarness();
    new ProxyServer(harness);
    harness.server("back", BACK, { node: 2 });
    harness.send();
    harness.run(SECOND);
    expect(harness.ended).toMatchObject([{ outcome: "ok", holder: "default/front" }]);
  });
});

describe("a client whose time is up while a proxy waits", () => {
  const client = { requestTimeout: SECOND / 4 };

  test("blames the proxy's server when that is slow", () => {
    const harness = new TrafficHarness();
    new ProxyServer(harness);
    harness.server("back", BACK, { node: 2, serviceTime: constant(SECOND) });
    harness.send({ client });
    harness.run(SECOND);
    expect(harness.ended).toMatchObject([{ outcome: "request-timeout", cause: "slow-server", holder: "default/back" }]);
  });

  test("learns why that one does not answer", () => {
    const harness = new TrafficHarness();
    new ProxyServer(harness, { timeout: SECOND / 2 });
    const back = harness.server("back", BACK, { node: 2 });
    harness.at(RECEIVED + 3 * CROSS_ZONE + 1, () => back.powerOff(7));
    harness.send({ client });
    harness.run(SECOND);
    expect(harness.ended).toMatchObject([
      { outcome: "request-timeout", cause: "node-down", causeFact: 7, holder: "default/back" },
    ]);
  });

  test("learns why the proxy gets no connection, while it still sends SYNs", () => {
    const harness = new TrafficHarness();
    new ProxyServer(harness);
    const back = harness.server("back", BACK, { node: 2 });
    harness.at(T - 1, () => {
      harness.node(2).downFact = 7;
      back.powerOff(7);
    });
    harness.send({ client });
    harness.run(SECOND);
    expect(harness.ended).toMatchObject([
      { outcome: "request-timeout", cause: "node-down", causeFact: 7, holder: "default/back" },
    ]);
  });

  test("learns it through a proxy in front of a proxy", () => {
    const harness = new TrafficHarness();
    new ProxyServer(harness, { to: address("10.244.1.6") });
    new ProxyServer(harness, { at: "10.244.1.6" });
    const back = harness.server("back", BACK, { node: 2 });
    harness.at(RECEIVED + 2 * CROSS_ZONE, () => back.powerOff(7));
    harness.send({ client });
    harness.run(SECOND);
    expect(harness.ended).toMatchObject([{ outcome: "request-timeout", cause: "node-down", holder: "default/back" }]);
  });
});
