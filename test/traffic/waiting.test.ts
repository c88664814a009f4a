/** Exchanges that cannot make their attempt at once: all connections are in use, or nobody knows the address yet. */
import { describe, expect, test } from "vitest";
import { constant } from "../../src/engine/distribution.js";
import { MILLISECOND, SECOND } from "../../src/engine/duration.js";
import { NO_FACT } from "../../src/engine/facts.js";
import type { Lookup, LookupStatus } from "../../src/model/dns.js";
import type { TrafficTarget } from "../../src/model/scenario.js";
import { ALL_IN_USE, Pool } from "./connections/pool.js";
import { address, CROSS_ZONE, SAME_ZONE, SERVICE_TIME, TrafficHarness } from "./harness.js";
import { BACK, ProxyServer } from "./proxy-server.js";

const POD = "10.244.1.5";
/** The way to the server and back, over a connection that is open; and with the handshake before. */
const REUSED = 2 * SAME_ZONE + SERVICE_TIME;
const FRESH = 4 * SAME_ZONE + SERVICE_TIME;
const NAME: TrafficTarget = { kind: "name", text: "web", host: "web", port: null, service: "default/web" };

/** One connection at most, and a request every `period` from half of it on. */
function single(period: number, requestTimeout = 5 * SECOND, serviceTime = SERVICE_TIME) {
  const harness = new TrafficHarness();
  const connectionPolicy = new Pool(1);
  const web = harness.server("web", POD, { serviceTime: constant(serviceTime) });
  const client = harness.client();
  const driver = harness.send({ connectionPolicy, rate: SECOND / period, client: { requestTimeout } }, client);
  return { harness, connectionPolicy, web, client, driver };
}

function lookup(harness: TrafficHarness, status: LookupStatus): Lookup {
  return {
    status,
    addresses: status === "ok" ? [address(POD)] : [],
    questions: 1,
    failedQuestions: 0,
    timedOut: false,
    fact: NO_FACT,
    knownSince: 0,
    answeredAt: harness.simulation.now,
  };
}

describe("a client that has as many connections as it may", () => {
  test("lets requests wait for their turn, in their order", () => {
    const { harness, connectionPolicy } = single(4 * MILLISECOND);
    harness.run(60 * MILLISECOND);
    expect(connectionPolicy.made).toBe(1);
    expect(harness.ended.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4]);
    const ends = harness.ended.map(({ arrivedAt, latency }) => arrivedAt + latency);
    const first = 2 * MILLISECOND + FRESH;
    expect(ends).toEqual([0, 1, 2, 3, 4].map((turn) => first + turn * REUSED));
    expect(harness.ended.every(({ outcome }) => outcome === "ok")).toBe(true);
  });

  test("has one more under way as soon as one was given up", () => {
    const { harness, web } = single(4 * MILLISECOND, 9 * MILLISECOND, SECOND);
    harness.run(11 * MILLISECOND + 1);
    expect(harness.ended).toMatchObject([{ id: 0, outcome: "request-timeout", cause: "slow-server" }]);
    expect(web.server.accepted).toBe(2);
  });

  test("those that never had an attempt tell of none", () => {
    const harness = new TrafficHarness();
    harness.server("web", POD);
    harness.send({ connectionPolicy: new Pool(0), client: { requestTimeout: 5 * MILLISECOND } });
    harness.run(SECOND);
    const { cause, causeFact } = ALL_IN_USE;
    expect(harness.ended).toMatchObject([
      { outcome: "request-timeout", cause, causeFact, latency: 5 * MILLISECOND, attempts: 0 },
    ]);
  });

  test("what was late for nothing but its wait was not late for its server", () => {
    // the second one waits 8 ms, and would need 10 ms
    const { harness } = single(4 * MILLISECOND, FRESH + 3 * MILLISECOND);
    harness.run(2 * MILLISECOND + 4 * MILLISECOND + FRESH + 3 * MILLISECOND + 1);
    expect(harness.ended).toMatchObject([{ outcome: "ok" }, { outcome: "request-timeout", cause: ALL_IN_USE.cause }]);
  });

  test("a server that is too slow for anybody is to blame, whoever has waited", () => {
    const timeout = 20 * MILLISECOND;
    const { harness } = single(16 * MILLISECOND, timeout, SECOND);
    harness.run(2 * SECOND);
    expect(harness.ended.length).toBeGreaterThan(10);
    for (const { cause, attempts } of harness.ended) {
      expect(cause).toBe(attempts === 0 ? ALL_IN_USE.cause : "slow-server");
    }
  });

  test("sends nothing more for those who wait when it is gone", () => {
    const { harness, web, client, driver } = single(4 * MILLISECOND, 5 * SECOND, SECOND);
    harness.at(15 * MILLISECOND, () => driver.clientGone(client, 7));
    harness.run(15 * MILLISECOND + 1);
    expect(harness.ended.map(({ outcome }) => outcome)).toEqual(["reset", "reset", "reset", "reset"]);
    expect([web.server.accepted, client.outgoing, driver.inFlight.length]).toEqual([1, 0, 0]);
    expect(harness.simulation.dispatched).toBeLessThan(20);
  });

  test("a name that is not found leaves its place to the next", () => {
    const harness = new TrafficHarness();
    harness.server("web", POD);
    const answers: LookupStatus[] = ["EAI_NONAME", "ok"];
    const client = harness.client("client", 0, (_, reply, payload) => {
      harness.at(harness.simulation.now + 5 * MILLISECOND, () =>
        reply(payload, lookup(harness, answers.shift() ?? "ok")),
      );
    });
    harness.send({ to: NAME, known: null, connectionPolicy: new Pool(1), rate: 250 }, client);
    harness.run(2 * MILLISECOND + 2 * 5 * MILLISECOND + FRESH + 1);
    expect(harness.ended).toMatchObject([
      { id: 0, outcome: "dns-nxdomain", latency: 5 * MILLISECOND },
      // it waited 1 ms
      { id: 1, outcome: "ok", latency: MILLISECOND + 5 * MILLISECOND + FRESH },
    ]);
  });

  test("a name that is found too late, after a wait, is not the DNS server's fault", () => {
    const harness = new TrafficHarness();
    harness.server("web", POD);
    const times = [0];
    const client = harness.client("client", 0, (_, reply, payload) => {
      const at = harness.simulation.now + (times.shift() ?? 3 * MILLISECOND);
      harness.at(at, () => reply(payload, lookup(harness, "ok")));
    });
    const connectionPolicy = new Pool(1);
    connectionPolicy.opened = () => null;
    const requestTimeout = FRESH + MILLISECOND / 5;
    harness.send({ to: NAME, known: null, connectionPolicy, rate: 500, client: { requestTimeout } }, client);
    harness.run(15 * MILLISECOND);
    const { cause, causeFact } = ALL_IN_USE;
    // it arrives 2 ms after the first one, waits 8.2 ms, and has no 3 ms left
    expect(harness.ended.slice(0, 2)).toMatchObject([
      { id: 0, outcome: "ok" },
      { id: 1, outcome: "request-timeout", cause, causeFact, latency: requestTimeout },
    ]);
  });
});

test("what is tried again so late that its server cannot be in time tells why the first attempt failed", () => {
  const harness = new TrafficHarness();
  harness.server("web", POD, { listenAfter: SECOND / 2 + 1000 });
  const retries = { after: ({ end }: { readonly end: string }) => (end === "refused" ? 20 * MILLISECOND : null) };
  harness.send({ retries, client: { requestTimeout: 22 * MILLISECOND } });
  harness.run(SECOND);
  expect(harness.ended).toMatchObject([
    { outcome: "request-timeout", cause: "not-listening-yet", attempts: 2, latency: 22 * MILLISECOND },
  ]);
});

describe("a proxy", () => {
  const RECEIVED = SECOND / 2 + 3 * SAME_ZONE;

  test("that finds no address in time says so", () => {
    const harness = new TrafficHarness();
    const connectionPolicy = new Pool(1);
    const timeout = 5 * MILLISECOND;
    const proxy = new ProxyServer(harness, { to: null, looksUp: true, timeout, connectionPolicy });
    harness.send();
    harness.run(SECOND);
    expect(proxy.ends).toEqual(["time up"]);
    expect(connectionPolicy.busy).toBe(0);
    expect(harness.ended).toMatchObject([
      { outcome: "http-error", cause: "unknown-to-node", latency: 4 * SAME_ZONE + 5 * MILLISECOND },
    ]);
  });

  test("goes on when it has found one", () => {
    const harness = new TrafficHarness();
    const proxy = new ProxyServer(harness, { to: null, looksUp: true });
    harness.server("back", BACK, { node: 2 });
    harness.at(RECEIVED + MILLISECOND, () => {
      for (const errand of proxy.sought) {
        proxy.attempts.learned(errand, proxy.client, [address(BACK)], harness.simulation.now);
      }
    });
    harness.send();
    harness.run(2 * SECOND + SECOND / 2);
    expect(proxy.ends[0]).toBe("status");
    expect(harness.ended[0]).toMatchObject({
      outcome: "ok",
      latency: 4 * SAME_ZONE + MILLISECOND + 4 * CROSS_ZONE + SERVICE_TIME,
    });
  });

  test("tells a client whose time is up what it waits for", () => {
    const harness = new TrafficHarness();
    const connectionPolicy = new Pool(0);
    new ProxyServer(harness, { connectionPolicy });
    harness.send({ client: { requestTimeout: 5 * MILLISECOND } });
    harness.run(SECOND);
    const { cause, causeFact } = ALL_IN_USE;
    expect(harness.ended).toMatchObject([{ outcome: "request-timeout", cause, causeFact }]);
  });

  test("whose client gives up while it looks for an address leaves the place to the next", () => {
    const harness = new TrafficHarness();
    const connectionPolicy = new Pool(1);
    new ProxyServer(harness, { to: null, looksUp: true, connectionPolicy });
    harness.send({ client: { requestTimeout: 5 * MILLISECOND } });
    harness.run(SECOND / 2 + 3 * MILLISECOND);
    expect(connectionPolicy.busy).toBe(1);
    harness.run(SECOND);
    expect(connectionPolicy.busy).toBe(0);
  });
});
