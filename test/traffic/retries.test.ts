/** The seam of retries, tried with policies that no scenario has. */
import { describe, expect, test } from "vitest";
import { MILLISECOND, SECOND } from "../../src/engine/duration.js";
import { NO_FACT } from "../../src/engine/facts.js";
import type { Lookup } from "../../src/model/dns.js";
import type { TrafficTarget } from "../../src/model/scenario.js";
import { NO_RETRIES, type RetryPolicy } from "../../src/traffic/retry.js";
import type { AcceptedAttempt } from "../../src/traffic/server.js";
import { address, SAME_ZONE, SERVICE_TIME, TrafficHarness } from "./harness.js";

const POD = "10.244.1.5";
const REFUSED = 2 * SAME_ZONE;
const SERVED = 4 * SAME_ZONE + SERVICE_TIME;
/** The first request arrives here. */
const T = SECOND / 2;
const WAIT = 100 * MILLISECOND;

/** Tries a second time after a refusal; keeps what it was asked. */
function once(wait: number): RetryPolicy & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    after({ end }, number) {
      asked.push(`${number} ${end}`);
      return end === "refused" && number === 1 ? wait : null;
    },
  };
}

/** A pod that begins to listen at `listens`, after the first request. */
function late(listens: number, retries: RetryPolicy, requestTimeout = 5 * SECOND) {
  const harness = new TrafficHarness();
  const program = harness.server("web", POD, { listenAfter: listens });
  const seen: AcceptedAttempt[] = [];
  const accept = program.server.accept.bind(program.server);
  program.server.accept = (attempt) => {
    seen.push(attempt);
    return accept(attempt);
  };
  const client = harness.client();
  harness.send({ retries, client: { requestTimeout } }, client);
  harness.run(T + SECOND - 1);
  return { harness, client, seen, program };
}

describe("a policy that tries again after a refusal", () => {
  test("makes a second attempt once it has waited: the request is served, later", () => {
    const retries = once(WAIT);
    const { harness, seen } = late(T + 1000, retries);
    expect(retries.asked).toEqual(["1 refused"]);
    expect(harness.ended).toMatchObject([{ outcome: "ok", cause: "", latency: REFUSED + WAIT + SERVED, attempts: 2 }]);
    expect(seen).toMatchObject([{ number: 2, previous: { number: 1, end: "refused", previous: null } }]);
  });

  test("draws anew for it", () => {
    const { seen } = late(T + 1000, once(WAIT));
    expect(seen.map(({ id }) => id)).toEqual([2 ** 32]);
  });

  test("draws anew for each further one", () => {
    const twice: RetryPolicy = { after: ({ end }, number) => (end === "refused" && number <= 2 ? WAIT : null) };
    const { harness, seen } = late(T + 1.5 * WAIT, twice);
    expect(harness.ended).toMatchObject([{ outcome: "ok", attempts: 3 }]);
    expect(seen).toMatchObject([{ id: 2 * 2 ** 32, number: 3 }]);
  });

  test("reports the error of the second attempt", () => {
    const retries = once(WAIT);
    const { harness } = late(T + 10 * SECOND, retries);
    expect(retries.asked).toEqual(["1 refused", "2 refused"]);
    expect(harness.ended).toMatchObject([{ outcome: "refused", latency: 2 * REFUSED + WAIT }]);
  });

  test("is not followed beyond the request's deadline", () => {
    const retries = once(WAIT);
    const { harness } = late(T + 1000, retries, WAIT);
    expect(retries.asked).toEqual(["1 refused"]);
    expect(harness.ended).toMatchObject([{ outcome: "refused", latency: REFUSED }]);
  });

  test("is not asked when the first attempt was answered", () => {
    const retries = once(WAIT);
    const { harness } = late(0, retries);
    expect(retries.asked).toEqual([]);
    expect(harness.ended).toMatchObject([{ outcome: "ok", latency: SERVED }]);
  });

  test("makes none for a client that has gone meanwhile", () => {
    const harness = new TrafficHarness();
    const retries = once(WAIT);
    const client = harness.client();
    const program = harness.server("web", POD, { listenAfter: T + 1000 });
    const driver = harness.send({ retries }, client);
    harness.at(T + REFUSED + 10, () => {
      driver.clientStopped(client);
      driver.clientGone(client, 7);
    });
    harness.run(T + SECOND - 1);
    expect(harness.ended).toMatchObject([{ outcome: "reset", cause: "client-crashed", latency: REFUSED + 10 }]);
    expect(program.server.accepted).toBe(0);
    expect(client.outgoing).toBe(0);
  });
});

test("a further attempt looks the name up again, and the questions add up", () => {
  const harness = new TrafficHarness();
  harness.server("web", POD);
  const to: TrafficTarget = { kind: "name", text: "web", host: "web", port: null, service: "default/web" };
  const answers = ["10.244.1.6", POD];
  const client = harness.client("client", 0, (_, reply, payload) => {
    const lookup: Lookup = {
      status: "ok",
      addresses: [address(answers.shift() ?? POD)],
      questions: 2,
      failedQuestions: 1,
      timedOut: false,
      fact: NO_FACT,
      knownSince: 0,
      answeredAt: harness.simulation.now,
    };
    reply(payload, lookup);
  });
  const asked: string[] = [];
  const retries: RetryPolicy = {
    after: ({ end }, number) => {
      asked.push(`${number} ${end}`);
      return number === 1 ? 0 : null;
    },
  };
  harness.send({ to, known: null, retries }, client);
  harness.run(2 * SECOND - 1);
  expect(asked).toEqual(["1 silent"]);
  expect(harness.ended.find(({ id }) => id === 0)).toMatchObject({
    outcome: "ok",
    latency: SECOND + SERVED,
    dnsQuestions: 4,
    dnsFailures: 2,
  });
});

test("no retries is what scenarios have", () => {
  expect(NO_RETRIES.after({ end: "refused", status: 0, reused: false }, 1)).toBeNull();
  const { harness } = late(T + 1000, NO_RETRIES);
  expect(harness.ended).toMatchObject([{ outcome: "refused", latency: REFUSED }]);
});
