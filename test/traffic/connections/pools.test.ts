/** The seam of connection policies, tried with a pool that no scenario has. */
import { expect, test } from "vitest";
import { MILLISECOND, SECOND } from "../../../src/engine/duration.js";
import { NO_RETRIES, type RetryPolicy } from "../../../src/traffic/retry.js";
import { SAME_ZONE, SERVICE_TIME, TrafficHarness } from "../harness.js";
import { BACK, ProxyServer } from "../proxy-server.js";
import { Pool } from "./pool.js";

/** The first request arrives here. */
const T = SECOND / 2;
const SERVED = 4 * SAME_ZONE + SERVICE_TIME;

test("a request goes over the connection of the one before, without a handshake", () => {
  const harness = new TrafficHarness();
  const connectionPolicy = new Pool();
  harness.server("web", "10.244.1.5");
  harness.send({ connectionPolicy });
  harness.run(3 * SECOND);
  expect(harness.ended.map(({ latency }) => latency)).toEqual([SERVED, SERVED - 2 * SAME_ZONE, SERVED - 2 * SAME_ZONE]);
  expect([connectionPolicy.made, connectionPolicy.idle.length]).toEqual([1, 1]);
});

test("as many connections are made as there are requests at once", () => {
  const harness = new TrafficHarness();
  const connectionPolicy = new Pool();
  harness.server("web", "10.244.1.5");
  harness.send({ connectionPolicy, rate: 250 });
  harness.run(SECOND);
  // one request every 4 ms, each of which takes 10 ms
  expect(connectionPolicy.made).toBe(3);
  expect(harness.ended.length).toBeGreaterThan(240);
});

test("a policy is told of an attempt that was given up: its connection carries nothing else", () => {
  const harness = new TrafficHarness();
  const connectionPolicy = new Pool();
  new ProxyServer(harness, { connectionPolicy });
  const back = harness.server("back", BACK, { node: 2 });
  harness.send({ client: { requestTimeout: 5 * MILLISECOND } });
  harness.run(T + 5 * MILLISECOND - 1);
  expect([connectionPolicy.open.size, back.server.inFlight]).toEqual([1, 1]);
  harness.run(T + 5 * MILLISECOND + 1);
  expect([connectionPolicy.open.size, back.server.inFlight]).toEqual([0, 0]);
  harness.run(2 * SECOND);
  expect(connectionPolicy.made).toBe(2);
});

test("a policy is not told again of an attempt that has ended while its client waits to try another", () => {
  const harness = new TrafficHarness();
  const connectionPolicy = new Pool();
  const web = harness.server("web", "10.244.1.5");
  const accept = web.server.accept.bind(web.server);
  web.server.accept = (attempt) => {
    const at = accept(attempt);
    attempt.status = 503;
    return at;
  };
  const client = harness.client();
  const driver = harness.send({ connectionPolicy, retries: { after: () => SECOND } }, client);
  harness.run(T + SERVED + 1);
  expect(connectionPolicy.idle).toHaveLength(1);
  let given: readonly unknown[] = [];
  connectionPolicy.abandoned = (...told) => {
    given = told;
  };
  driver.clientGone(client, 7);
  expect(given).toEqual([]);
  expect(harness.ended).toMatchObject([{ outcome: "reset", cause: "client-crashed" }]);
});

/** A pod that has served one request, whose connection the pool keeps, ends `before` the next one arrives. */
function stale(before: number, retries: RetryPolicy = NO_RETRIES) {
  const harness = new TrafficHarness();
  const connectionPolicy = new Pool();
  const web = harness.server("web", "10.244.1.5", { onSigterm: "exit" });
  harness.at(T + SECOND - before, () => web.terminate());
  harness.send({ connectionPolicy, retries });
  harness.run(T + SECOND + SECOND / 2);
  return { harness, connectionPolicy, second: harness.ended[1] };
}

test("what is sent before the client hears of a close is lost when it does: nobody has read it", () => {
  const { second, connectionPolicy } = stale(SAME_ZONE / 5);
  expect(second).toMatchObject({ outcome: "reset", latency: SAME_ZONE - SAME_ZONE / 5 });
  expect(second?.causeFact).toBeGreaterThan(0);
  expect([connectionPolicy.made, connectionPolicy.open.size]).toEqual([1, 0]);
});

test("a client that has heard of the close makes another connection", () => {
  const { second } = stale(SAME_ZONE + 1);
  expect(second).toMatchObject({ outcome: "refused", latency: 2 * SAME_ZONE });
});

test("an exclusive connection that is closed in order loses what is on its way over it", () => {
  const { second } = stale(-SAME_ZONE + 1);
  expect(second).toMatchObject({ outcome: "reset", cause: "killed-in-flight", latency: 2 * SAME_ZONE - 1 });
});

test("a server that goes on with what it has accepted does not read that either", () => {
  const harness = new TrafficHarness();
  const web = harness.server("web", "10.244.1.5", { onSigterm: "finish" });
  harness.at(T + SECOND + SAME_ZONE - 1, () => web.terminate());
  harness.send({ connectionPolicy: new Pool() });
  harness.run(T + SECOND + SECOND / 2);
  expect(harness.ended[1]).toMatchObject({ outcome: "reset", latency: 2 * SAME_ZONE - 1 });
});

test("a shared connection that is closed in order has its requests answered", () => {
  const harness = new TrafficHarness();
  const web = harness.server("web", "10.244.1.5", { onSigterm: "finish" });
  harness.at(T + SECOND + SAME_ZONE - 1, () => web.terminate());
  harness.send({ client: { connection: { reuse: "hold", balance: "pick-first", maxAge: null } } });
  harness.run(T + SECOND + SECOND / 2);
  expect(harness.ended[1]).toMatchObject({ outcome: "ok", latency: SERVED - 2 * SAME_ZONE });
});

test("a retry policy sees that a connection was reused", () => {
  const asked: unknown[] = [];
  const retries: RetryPolicy = {
    after: ({ end, reused }, number) => {
      asked.push([end, reused]);
      return reused && number === 1 ? 0 : null;
    },
  };
  const { second } = stale(SAME_ZONE / 5, retries);
  expect(asked).toEqual([
    ["closed-idle", true],
    ["refused", false],
  ]);
  expect(second?.outcome).toBe("refused");
});
