/** What is known of a lookup while it goes on: for clients that wait no longer. */
import { describe, expect, test } from "vitest";
import { envoy } from "../../../src/dns/client/cache/envoy.js";
import { jvm } from "../../../src/dns/client/cache/jvm.js";
import { glibc } from "../../../src/dns/client/resolver/glibc.js";
import { nodeLookup } from "../../../src/dns/client/resolver/node-lookup.js";
import type { Resolver } from "../../../src/dns/client/resolver/resolver.js";
import { RESOLVERS } from "../../../src/dns/client/resolver/resolvers.js";
import { TraceTransport } from "../../../src/dns/client/trace/trace-transport.js";
import { Context } from "../../../src/engine/context.js";
import { MILLISECOND, SECOND } from "../../../src/engine/duration.js";
import { NO_FACT } from "../../../src/engine/facts.js";
import { Simulation } from "../../../src/engine/simulation.js";
import { ANSWERED_AT_ONCE, type Lookup, NOTHING_ASKED, type PendingLookup } from "../../../src/model/dns.js";
import { NO_CLIENT_CACHE } from "../../../src/model/scenario.js";
import { answering } from "../../support/resolving.js";
import { PRODUCTION } from "./resolver/lookup.js";

/** Nobody answers, and each datagram is known to be lost when it is sent, because of fact 40, 41, …. */
class LosingTransport extends TraceTransport {
  get failures(): number {
    return this.observed.length;
  }

  get failureFact(): number {
    return 39 + this.observed.length;
  }
}

function unanswered({ create }: Resolver) {
  const simulation = new Simulation({ seed: "1" });
  const context = new Context(simulation, "client");
  const transport = new LosingTransport(context, () => null);
  const replies: Lookup[] = [];
  const resolve = create(PRODUCTION, transport, context);
  const look = (): PendingLookup => resolve("database", (list: Lookup[], lookup) => list.push(lookup), replies);
  const runUntil = (at: number): void => {
    while (simulation.advance(1e6, at));
  };
  return { transport, replies, look, runUntil };
}

describe.each(RESOLVERS.map((resolver) => [resolver.name, resolver] as const))("%s", (_, resolver) => {
  test("tells what it has asked so far, and why the last question was lost", () => {
    const { transport, replies, look, runUntil } = unanswered(resolver);
    const pending = look();
    const counts: number[] = [];
    for (let at = 200 * MILLISECOND; replies.length === 0; at += 500 * MILLISECOND) {
      const { observed } = transport;
      const soFar = pending.soFar();
      expect(soFar).toMatchObject({ status: "pending", addresses: [], answer: null, questions: observed.length });
      expect(soFar.failure).toBe(39 + observed.length);
      // the questions of one try at most are still open
      expect(soFar.questions - soFar.failedQuestions).toBeLessThanOrEqual(2);
      counts.push(soFar.questions);
      runUntil(at);
    }
    expect(counts.at(-1)).toBeGreaterThan(counts[0] as number);
    // a lookup that begins now has lost nothing by the earlier one
    const before = transport.observed.length;
    const next = look().soFar();
    expect([next.questions, next.failedQuestions]).toEqual([transport.observed.length - before, 0]);
  });
});

test("a lookup of which no datagram was lost knows no reason, whatever was lost before", () => {
  const simulation = new Simulation({ seed: "1" });
  const context = new Context(simulation, "client");
  const transport = Object.assign(new TraceTransport(context, () => null), { failures: 3, failureFact: 5 });
  const pending = glibc.create(PRODUCTION, transport, context)("database", () => {}, null);
  expect(pending.soFar()).toMatchObject({ questions: 2, failedQuestions: 0, failure: NO_FACT });
  transport.failures++;
  expect(pending.soFar()).toMatchObject({ failure: 5 });
});

test("node-lookup: a call that waits for a thread has asked nothing, and is held up by what the others lost", () => {
  const { transport, look, runUntil } = unanswered(nodeLookup);
  const [first, , third] = [look(), look(), look()];
  expect(transport.observed.length).toBe(4);
  expect(third?.soFar()).toMatchObject({ questions: 0, failedQuestions: 0, failure: 43 });
  runUntil(SECOND);
  expect(first?.soFar()).toMatchObject({ questions: 2, failure: 43 });
});

describe.each([jvm, envoy])("the cache $name", (cache) => {
  test("whoever waits for another's lookup has asked nothing, and knows why it takes so long", () => {
    const soFar: Lookup = { ...NOTHING_ASKED, questions: 4, failedQuestions: 2, timedOut: true, failure: 9 };
    const context = new Context(new Simulation({ seed: "1" }), "client");
    const never = answering(() => {}, { soFar: () => soFar });
    const { resolve } = cache.wrap(never, context, { ...NO_CLIENT_CACHE, ...cache.defaults });
    const [first, second] = [resolve("web", () => {}, null), resolve("web", () => {}, null)];
    expect(first.soFar()).toEqual(soFar);
    expect(second.soFar()).toEqual({ ...soFar, questions: 0, failedQuestions: 0 });
  });

  test("what is kept is answered at once", () => {
    const found: Lookup = { ...NOTHING_ASKED, status: "ok", addresses: [1], answeredAt: 0 };
    const context = new Context(new Simulation({ seed: "1" }), "client");
    const { resolve } = cache.wrap(
      answering((_, reply, payload) => reply(payload, found)),
      context,
      { ...NO_CLIENT_CACHE, ...cache.defaults },
    );
    resolve("web", () => {}, null);
    expect(resolve("web", () => {}, null)).toBe(ANSWERED_AT_ONCE);
    expect(ANSWERED_AT_ONCE.soFar()).toBe(NOTHING_ASKED);
  });
});
