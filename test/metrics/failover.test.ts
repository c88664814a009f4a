import { describe, expect, test } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import type { RootedFact } from "../../src/metrics/consequences.js";
import { EventFailures } from "../../src/metrics/event-failures.js";
import { type FailoverInput, failoverRow } from "../../src/metrics/failover.js";
import type { RuleLagRow, TerminationRow } from "../../src/model/result.js";
import { observer } from "../support/observers.js";

function fact(kind: string, t: number, object = "Pod/default/web-1"): RootedFact {
  return { fact: 1, t, kind, object };
}

function lag(by: string, appliedAt: number): RuleLagRow {
  return { observer: observer(by), service: "default/web", committedAt: 0, appliedAt, fact: 1 };
}

function termination(slack: number): TerminationRow {
  return {
    pod: "default/web-1",
    node: "node-1",
    observer: observer("node/a"),
    deletedAt: 0,
    stopsAcceptingAt: 0,
    rulesAppliedAt: 0,
    slack,
    failedRequests: 0,
  };
}

const NOTHING: FailoverInput = {
  event: {
    name: "crash-node-1",
    fact: 0,
    t: 10 * SECOND,
    action: "crash-node",
    rollsOut: false,
    objects: [],
    object: "Node/node-1",
  },
  traffic: "users",
  target: "web",
  service: "default/web",
  facts: [],
  ruleLags: [],
  terminations: [],
  failures: null,
  requests: 0,
  arrivals: () => 0,
  unfinished: false,
  desiredAtEnd: 3,
  readyAtEnd: 3,
};

describe("a failover row", () => {
  test("of an event without consequences is empty", () => {
    expect(failoverRow(NOTHING)).toEqual({
      event: "crash-node-1",
      t: 10 * SECOND,
      action: "crash-node",
      object: "Node/node-1",
      traffic: "users",
      target: "web",
      detected: Number.NaN,
      api: Number.NaN,
      slice: Number.NaN,
      rulesP50: Number.NaN,
      rulesP99: Number.NaN,
      rulesLast: Number.NaN,
      dnsLast: Number.NaN,
      firstFailure: Number.NaN,
      lastFailure: Number.NaN,
      unavailable: 0,
      failedRequests: 0,
      failedRatio: Number.NaN,
      lasted: 0,
      requestsMeanwhile: 0,
      minSlack: Number.NaN,
      recovered: true,
    });
  });

  test("gives the delay from the event to the last consequence of each stage", () => {
    const row = failoverRow({
      ...NOTHING,
      facts: [
        fact("node-unknown", 60 * SECOND, "Node/node-1"),
        fact("pod-not-ready", 61 * SECOND),
        fact("pod-not-ready", 62 * SECOND, "Pod/default/web-2"),
        fact("endpoints-changed", 63 * SECOND, "EndpointSlice/default/web-1"),
        fact("object-updated", 70 * SECOND, "ReplicaSet/default/web"),
        fact("endpoints-changed", 64 * SECOND, "EndpointSlice/default/web-1"),
      ],
    });
    expect(row).toMatchObject({ detected: 50 * SECOND, api: 52 * SECOND, slice: 54 * SECOND });
  });

  test("takes the most telling sign of the event for its detection", () => {
    const signs = [
      fact("deletion-requested", 40 * SECOND),
      fact("probe-failed", 13 * SECOND),
      fact("probe-failed", 18 * SECOND),
      fact("node-unknown", 60 * SECOND, "Node/node-1"),
    ];
    const detected = (facts: readonly RootedFact[]): number => failoverRow({ ...NOTHING, facts }).detected / SECOND;
    expect([signs, signs.slice(0, 3), signs.slice(0, 1)].map(detected)).toEqual([50, 8, 30]);
  });

  test("ranks nodes by the end of their last sync and leaves out what was never programmed", () => {
    const ruleLags = [
      lag("node/a", 11 * SECOND),
      lag("node/a", 12 * SECOND),
      lag("node/b", 14 * SECOND),
      lag("node/c", 13 * SECOND),
      lag("node/d", Number.POSITIVE_INFINITY),
      lag("coredns/kube-system/x", 20 * SECOND),
      lag("coredns/kube-system/y", 19 * SECOND),
    ];
    expect(failoverRow({ ...NOTHING, ruleLags })).toMatchObject({
      rulesP50: 3 * SECOND,
      rulesP99: 4 * SECOND,
      rulesLast: 4 * SECOND,
      dnsLast: 10 * SECOND,
    });
  });

  test("sums up failures, slack and recovery", () => {
    const failures = new EventFailures();
    for (let i = 0; i < 28; i++) failures.add(11 * SECOND + i);
    failures.add(11.1 * SECOND);
    failures.add(15 * SECOND);
    const row = failoverRow({
      ...NOTHING,
      failures,
      requests: 300,
      terminations: [termination(5), termination(-7), termination(Number.NaN)],
      readyAtEnd: 2,
    });
    expect(row).toMatchObject({
      firstFailure: SECOND,
      lastFailure: 5 * SECOND,
      unavailable: 300_000,
      failedRequests: 30,
      failedRatio: 0.1,
      minSlack: -7,
      recovered: false,
    });
  });
});

test("the least slack of more terminations than a call has arguments: pods times observers", () => {
  const terminations = Array.from({ length: 200_000 }, (_, index) => termination(index - 3));
  expect(failoverRow({ ...NOTHING, terminations }).minSlack).toBe(-3);
});

describe("how long an event lasted", () => {
  const arrivals = (from: number, to: number): number => (to === Number.POSITIVE_INFINITY ? 1_000 : to - from);
  const facts = [fact("pod-ready", 14 * SECOND), fact("endpoints-changed", 15 * SECOND, "EndpointSlice/default/web-1")];

  test("is until its last consequence, and requests are counted until then", () => {
    const ruleLags = [lag("node/a", 17 * SECOND), lag("node/b", Number.POSITIVE_INFINITY)];
    expect(failoverRow({ ...NOTHING, arrivals, facts, ruleLags })).toMatchObject({
      lasted: 7 * SECOND,
      requestsMeanwhile: 7 * SECOND,
    });
  });

  test("includes its failures, those of requests that had come before it too", () => {
    const failures = new EventFailures();
    for (const t of [9 * SECOND, 19 * SECOND]) failures.add(t);
    expect(failoverRow({ ...NOTHING, arrivals, facts, failures })).toMatchObject({
      lasted: 9 * SECOND,
      requestsMeanwhile: 10 * SECOND,
    });
  });

  test("has no end for a rollout that did not finish and a target that did not recover", () => {
    const endless = { lasted: Number.NaN, requestsMeanwhile: 1_000 };
    expect(failoverRow({ ...NOTHING, arrivals, facts, unfinished: true })).toMatchObject(endless);
    expect(failoverRow({ ...NOTHING, arrivals, facts, readyAtEnd: 2 })).toMatchObject(endless);
  });
});
