import { describe, expect, test } from "vitest";
import { MILLISECOND, SECOND } from "../../src/engine/duration.js";
import { Phase } from "../../src/engine/event-queue.js";
import { type Lookup, NOTHING_ASKED } from "../../src/model/dns.js";
import type { TrafficTarget } from "../../src/model/scenario.js";
import { address, SAME_ZONE, SERVICE_TIME, TrafficHarness } from "./harness.js";

const NAME: TrafficTarget = { kind: "name", text: "web", host: "web", port: null, service: "default/web" };

function lookup(addresses: readonly string[], change: Partial<Lookup> = {}): Lookup {
  return {
    status: "ok",
    addresses: addresses.map(address),
    questions: 4,
    failedQuestions: 1,
    timedOut: false,
    fact: 11,
    knownSince: 0,
    answeredAt: 1,
    ...change,
  };
}

/** What a lookup has cost while it goes on. */
const SO_FAR: Lookup = { ...NOTHING_ASKED, questions: 3, failedQuestions: 2, failure: 21 };

/** A harness whose client gets `answer` from its resolver after `delay`; the names that it asked for. */
function resolving(answer: Lookup, delay: number, podAt: (address: number) => string = () => "") {
  const harness = new TrafficHarness();
  const names: string[] = [];
  const client = harness.client(
    "client",
    0,
    (name, reply, payload) => {
      names.push(name);
      harness.context.after(delay, Phase.traffic, () => reply(payload, answer), null);
    },
    { soFar: () => SO_FAR },
  );
  const driver = harness.send({ to: NAME, known: null, podAt }, client);
  return { harness, names, client, driver };
}

describe("a request to a name", () => {
  test("connects to the first address of the answer, at the Service's port", () => {
    const { harness, names } = resolving(lookup(["10.244.1.5", "10.244.1.6"]), 3 * MILLISECOND);
    harness.server("web", "10.244.1.5");
    harness.run(SECOND);
    expect(names).toEqual(["web"]);
    expect(harness.ended).toMatchObject([
      { outcome: "ok", latency: 3 * MILLISECOND + 4 * SAME_ZONE + SERVICE_TIME, endpoint: address("10.244.1.5") },
    ]);
  });

  test("that finds no name ends when the resolver says so", () => {
    const { harness } = resolving(lookup([], { status: "EAI_NONAME" }), 2 * MILLISECOND);
    harness.run(SECOND);
    expect(harness.ended).toMatchObject([
      { outcome: "dns-nxdomain", cause: "no-ready-endpoints", causeFact: 11, latency: 2 * MILLISECOND },
    ]);
  });

  test("ends at its timeout when the resolver takes longer, with what the look-up has cost until then", () => {
    const { harness } = resolving(lookup(["10.244.1.5"]), 7 * SECOND);
    harness.server("web", "10.244.1.5");
    harness.run(5.5 * SECOND);
    expect(harness.ended).toEqual([]);
    harness.run(5.5 * SECOND + 1);
    // the answer, which rests on fact 11, is not what made it fail
    const ended = {
      id: 0,
      outcome: "dns-timeout",
      cause: "dns-unavailable",
      causeFact: 21,
      latency: 5 * SECOND,
      dnsQuestions: 3,
      dnsFailures: 2,
    };
    expect(harness.ended).toMatchObject([ended]);
    harness.run(9 * SECOND);
    expect(harness.ended.filter(({ id }) => id === 0)).toMatchObject([ended]);
  });

  test("whose client crashes behind its deadline has ended there, whatever its look-up does", () => {
    const { harness, client, driver } = resolving(lookup(["10.244.1.5"]), 7 * SECOND);
    harness.at(5.7 * SECOND, () => driver.clientGone(client, 5));
    harness.run(8 * SECOND);
    const byId = [...harness.ended].sort((x, y) => x.id - y.id);
    expect(byId.slice(0, 6).map(({ id, cause, latency }) => [id, cause, latency / SECOND])).toEqual([
      [0, "dns-unavailable", 5],
      [1, "client-crashed", 4.2],
      [2, "client-crashed", 3.2],
      [3, "client-crashed", 2.2],
      [4, "client-crashed", 1.2],
      [5, "client-crashed", 0.2],
    ]);
    expect(client.outgoing).toBe(driver.inFlight.length);
  });

  test("that ends with its client tells what the look-up had cost", () => {
    const { harness, client, driver } = resolving(lookup(["10.244.1.5"]), 1.2 * SECOND);
    harness.at(0.6 * SECOND, () => driver.clientGone(client, 5));
    harness.run(0.6 * SECOND + 1);
    expect(harness.ended).toMatchObject([{ cause: "client-crashed", causeFact: 5, dnsQuestions: 3, dnsFailures: 2 }]);
  });

  test("that is answered in time costs no event more, but one for all of a deadline's length", () => {
    const events = (requestTimeout: number): number => {
      const harness = new TrafficHarness();
      harness.server("web", "10.244.1.5");
      const client = harness.client("client", 0, (_, reply, payload) => {
        harness.context.after(MILLISECOND, Phase.traffic, () => reply(payload, lookup(["10.244.1.5"])), null);
      });
      harness.send({ to: NAME, known: null, rate: 100, client: { requestTimeout } }, client);
      harness.run(10 * SECOND);
      expect(harness.ended.length).toBeGreaterThan(990);
      return harness.simulation.dispatched;
    };
    expect(events(2 * SECOND) - events(20 * SECOND)).toBe(4);
  });

  test("blames the answer when it named a pod that the log had contradicted", () => {
    const { harness } = resolving(lookup(["10.244.1.5"]), 0, () => "default/web");
    const server = harness.server("web", "10.244.1.5");
    harness.contradictions.set("default/web", 100);
    harness.at(200, () => server.terminate());
    harness.run(SECOND);
    expect(harness.ended).toMatchObject([
      { outcome: "refused", cause: "stale-dns-answer", believedPod: "default/web" },
    ]);
  });

  test("whose client has gone in the meantime ends once, and a late answer disturbs nobody", () => {
    const { harness, client, driver } = resolving(lookup(["10.244.1.5"]), 1.2 * SECOND);
    harness.server("web", "10.244.1.5");
    harness.at(0.6 * SECOND, () => {
      driver.clientStopped(client);
      driver.clientGone(client, 5);
      driver.clientStarted(client);
    });
    harness.run(2.4 * SECOND);
    expect(harness.ended.filter(({ id }) => id === 0)).toMatchObject([
      { outcome: "reset", cause: "client-crashed", latency: 0.1 * SECOND },
    ]);
    // the second request waits for its own answer, not for that of the first
    harness.run(2.8 * SECOND);
    expect(harness.ended.find(({ id }) => id === 1)).toMatchObject({
      outcome: "ok",
      latency: 1.2 * SECOND + 4 * SAME_ZONE + SERVICE_TIME,
    });
  });
});

test("a client that knows no address and can look none up fails at once", () => {
  const harness = new TrafficHarness();
  harness.send({ known: null });
  harness.run(SECOND);
  expect(harness.ended).toMatchObject([{ outcome: "unreachable", cause: "nobody-there", latency: 0 }]);
});
