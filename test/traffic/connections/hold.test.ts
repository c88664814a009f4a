import { describe, expect, test } from "vitest";
import { constant } from "../../../src/engine/distribution.js";
import { SECOND } from "../../../src/engine/duration.js";
import { NO_FACT } from "../../../src/engine/facts.js";
import type { ClientResolver, Lookup } from "../../../src/model/dns.js";
import type { ConnectionSettings, TrafficTarget } from "../../../src/model/scenario.js";
import { ClientPod } from "../../../src/traffic/client-pod.js";
import { answering } from "../../support/resolving.js";
import { address, SAME_ZONE, SERVICE_TIME, TrafficHarness } from "../harness.js";

const NAME: TrafficTarget = { kind: "name", text: "web", host: "web", port: null, service: "default/web" };
const FIRST = "10.244.1.5";
const SECOND_POD = "10.244.1.6";
const HOLD: ConnectionSettings = { reuse: "hold", balance: "pick-first", maxAge: null };
const CONNECTED = 4 * SAME_ZONE + SERVICE_TIME;
const HELD = 2 * SAME_ZONE + SERVICE_TIME;

function lookup(addresses: readonly string[], answeredAt: number): Lookup {
  return {
    status: addresses.length > 0 ? "ok" : "EAI_NONAME",
    addresses: addresses.map(address),
    questions: 2,
    failedQuestions: 0,
    timedOut: false,
    fact: NO_FACT,
    knownSince: 0,
    answeredAt,
  };
}

/** Two servers, and a client that sends a request each second from 0.5 s on and is answered at once by DNS. */
function holding(
  connection: Partial<ConnectionSettings> = {},
  answer = (_: number) => [FIRST, SECOND_POD],
  requestTimeout = 5 * SECOND,
  answered = (now: number) => now,
) {
  const harness = new TrafficHarness();
  const servers = [harness.server("web-1", FIRST), harness.server("web-2", SECOND_POD)] as const;
  const lookups: number[] = [];
  const failures: number[] = [];
  const { simulation } = harness;
  const resolver: ClientResolver = {
    resolve: answering((_, reply, payload) => {
      lookups.push(simulation.now / SECOND);
      reply(payload, lookup(answer(simulation.now / SECOND), answered(simulation.now)));
    }),
    kept: null,
    connectionFailed: () => failures.push(simulation.now / SECOND),
  };
  const client = new ClientPod("default/client", harness.node(0), address("10.244.0.200"), () => resolver);
  const driver = harness.send(
    { to: NAME, known: null, client: { requestTimeout, connection: { ...HOLD, ...connection } } },
    client,
  );
  const pods = (): string[] => harness.ended.map(({ holder }) => holder.replace("default/", ""));
  return { harness, servers, lookups, failures, client, driver, pods };
}

describe("a held connection", () => {
  test("spares later requests the lookup and the handshake", () => {
    const { harness, lookups } = holding();
    harness.run(3 * SECOND);
    expect(lookups).toEqual([0.5]);
    expect(harness.ended.map(({ latency }) => latency)).toEqual([CONNECTED, HELD, HELD]);
  });

  test("hides a DNS change for as long as it lives", () => {
    const { harness, lookups, pods } = holding({}, (now) => (now < 1 ? [FIRST] : [SECOND_POD]));
    harness.run(60 * SECOND);
    expect(lookups).toEqual([0.5]);
    expect(new Set(pods())).toEqual(new Set(["web-1"]));
  });

  test("is closed by a server that finishes: nothing is lost, and the client connects anew", () => {
    const { harness, servers, failures, lookups, pods } = holding({}, (now) => (now < 2 ? [FIRST] : [SECOND_POD]));
    // in the middle of the second request
    harness.at(1.505 * SECOND, () => servers[0].terminate());
    harness.run(4 * SECOND);
    expect(harness.ended.every(({ outcome }) => outcome === "ok")).toBe(true);
    expect(pods()).toEqual(["web-1", "web-1", "web-2", "web-2"]);
    expect(failures).toEqual([1.505]);
    expect(lookups).toEqual([0.5, 2.5]);
  });

  test("ends with the server's process: what is on its way is lost", () => {
    const { harness, servers, pods } = holding({}, (now) => (now < 2 ? [FIRST] : [SECOND_POD]));
    harness.at(1.505 * SECOND, () => servers[0].kill());
    harness.run(3 * SECOND);
    expect(harness.ended.map(({ outcome }) => outcome)).toEqual(["ok", "reset", "ok"]);
    expect(pods()).toEqual(["web-1", "web-1", "web-2"]);
  });

  test("to a server without power costs the request that is sent over it its timeout, then it is given up", () => {
    const { harness, servers, lookups } = holding({}, (now) => (now < 2 ? [FIRST] : [SECOND_POD]));
    harness.at(0.9 * SECOND, () => servers[0].powerOff(7));
    harness.run(12 * SECOND);
    const slow = harness.ended.filter(({ outcome }) => outcome !== "ok");
    // those of the 5 s in which nobody knew better
    expect(slow.map(({ arrivedAt }) => arrivedAt / SECOND)).toEqual([1.5, 2.5, 3.5, 4.5, 5.5]);
    expect(slow[0]).toMatchObject({
      outcome: "request-timeout",
      cause: "node-down",
      causeFact: 7,
      latency: 5 * SECOND,
    });
    expect(lookups).toEqual([0.5, 6.5]);
  });

  test("is kept when the request that opened it times out, and given up when a later one does", () => {
    const { harness, failures, lookups } = holding({}, () => ["10.244.1.8"], 0.8 * SECOND);
    harness.server("slow", "10.244.1.8", { serviceTime: constant(10 * SECOND) });
    harness.run(3 * SECOND);
    expect(harness.ended.map(({ outcome }) => outcome)).toEqual(["request-timeout", "request-timeout"]);
    // the second request goes over the connection of the first one, the third over a new one
    expect(failures).toEqual([2.3]);
    expect(lookups).toEqual([0.5, 2.5]);
  });

  test("goes to the next address of the answer when the first does not accept", () => {
    const { harness, servers, failures, pods } = holding();
    harness.at(0.4 * SECOND, () => servers[0].kill());
    harness.run(3 * SECOND);
    expect(harness.ended.every(({ outcome }) => outcome === "ok")).toBe(true);
    expect(pods()).toEqual(["web-2", "web-2", "web-2"]);
    expect(harness.ended[0]?.latency).toBe(2 * SAME_ZONE + CONNECTED);
    expect(failures).toEqual([0.5 + (2 * SAME_ZONE) / SECOND]);
  });

  test("fails when no address accepts, after the last one", () => {
    const { harness, servers } = holding();
    harness.at(0.4 * SECOND, () => {
      for (const server of servers) server.kill();
    });
    harness.run(SECOND);
    expect(harness.ended).toMatchObject([{ outcome: "refused", latency: 4 * SAME_ZONE, holder: "default/web-2" }]);
  });

  test("ends at its greatest age, give or take a tenth", () => {
    const { harness, lookups, failures } = holding({ maxAge: 10 * SECOND });
    harness.run(60 * SECOND);
    expect(failures.length).toBeGreaterThan(3);
    let opened = 0.5;
    for (const [index, end] of failures.entries()) {
      expect(end - opened).toBeGreaterThanOrEqual(9);
      expect(end - opened).toBeLessThanOrEqual(11);
      opened = lookups[index + 1] ?? Number.NaN;
      expect(opened - end).toBeLessThanOrEqual(1);
    }
    expect(new Set(failures.map((end) => end % 1)).size).toBeGreaterThan(1);
    expect(harness.ended.every(({ outcome }) => outcome === "ok")).toBe(true);
  });

  test("is let go with its client", () => {
    const { harness, servers, driver, client, lookups } = holding();
    harness.run(SECOND);
    driver.clientStopped(client);
    driver.clientGone(client, NO_FACT);
    servers[0].kill();
    driver.clientStarted(client);
    harness.run(2 * SECOND);
    expect(lookups).toEqual([0.5, 1.5]);
  });
});

describe("held connections in turn", () => {
  test("go to every address, with one lookup", () => {
    const { harness, lookups, pods } = holding({ balance: "round-robin" });
    harness.run(4 * SECOND);
    expect(pods()).toEqual(["web-1", "web-2", "web-1", "web-2"]);
    expect(lookups).toEqual([0.5]);
    expect(harness.ended.map(({ latency }) => latency)).toEqual([CONNECTED, CONNECTED, HELD, HELD]);
  });

  test("take up a new answer once a connection was lost", () => {
    const answer = (now: number): string[] => (now < 2 ? [FIRST, SECOND_POD] : [SECOND_POD, "10.244.1.7"]);
    const { harness, servers, lookups, pods } = holding({ balance: "round-robin" }, answer);
    harness.server("web-3", "10.244.1.7");
    harness.at(2.2 * SECOND, () => servers[0].terminate());
    harness.run(5 * SECOND);
    expect(lookups).toEqual([0.5, 2.5]);
    expect(pods()).toEqual(["web-1", "web-2", "web-2", "web-3", "web-2"]);
  });

  test("leave out an address that did not accept until a newer answer is there", () => {
    const { harness, servers, failures, pods } = holding({ balance: "round-robin" });
    // an answer as old as the failure leaves it out; every later request asks again
    harness.at(0.4 * SECOND, () => servers[0].kill());
    harness.run(4 * SECOND);
    expect(harness.ended.every(({ outcome }) => outcome === "ok")).toBe(true);
    expect(new Set(pods())).toEqual(new Set(["web-2"]));
    expect(failures.length).toBeGreaterThan(0);
  });

  /** When a connection could not be made, if the first server is dead and the resolver's answers are as old as said. */
  const failuresWith = (answered: (now: number) => number): number[] => {
    const { harness, servers, failures } = holding({ balance: "round-robin" }, undefined, undefined, answered);
    harness.at(0.4 * SECOND, () => servers[0].kill());
    harness.run(6 * SECOND);
    return failures.map(Math.floor);
  };

  test("leave it out for as long as the resolver repeats an answer, and try it again with a newer one", () => {
    expect(failuresWith(() => SECOND / 4)).toEqual([0]);
    expect(failuresWith((now) => (now < 3 * SECOND ? SECOND / 4 : 3 * SECOND))).toEqual([0, 4]);
  });
});

test("connections to an address that is known are held as well", () => {
  const harness = new TrafficHarness();
  harness.server("web", FIRST);
  harness.send({ client: { connection: { ...HOLD, balance: "round-robin" } } });
  harness.run(3 * SECOND);
  expect(harness.ended.map(({ latency }) => latency)).toEqual([CONNECTED, HELD, HELD]);
});

test("without reuse every connection that fails is told to the resolver", () => {
  const { harness, servers, failures, lookups } = holding({ reuse: "none" });
  harness.at(1.4 * SECOND, () => servers[0].kill());
  harness.run(3 * SECOND);
  expect(lookups).toEqual([0.5, 1.5, 2.5]);
  expect(failures).toEqual([1.5, 2.5].map((at) => at + (2 * SAME_ZONE) / SECOND));
  expect(harness.ended.map(({ latency }) => latency)).toEqual([CONNECTED, 2 * SAME_ZONE, 2 * SAME_ZONE]);
});
