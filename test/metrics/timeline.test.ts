import { describe, expect, test } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { RequestBin } from "../../src/metrics/request-recorder.js";
import { Staleness } from "../../src/metrics/staleness.js";
import { StepHistory } from "../../src/metrics/step-history.js";
import { type TargetHistory, timelineRows } from "../../src/metrics/timeline.js";
import type { RuleLagRow } from "../../src/model/result.js";
import { observer } from "../support/observers.js";

function lag(by: string, committedAt: number, appliedAt: number): RuleLagRow {
  return { observer: observer(by), service: "default/web", committedAt, appliedAt, fact: 0 };
}

describe("staleness", () => {
  const lags = [
    lag("node/a", 10, 30),
    lag("node/a", 20, 40),
    lag("node/b", 10, 15),
    lag("node/b", 20, Number.POSITIVE_INFINITY),
    lag("coredns/x", 10, 100),
  ];

  test.each([
    [9, 0, 0],
    [10, 2, 0],
    [14, 2, 4],
    [15, 1, 5],
    [20, 2, 10],
    [29, 2, 19],
    [30, 2, 10],
    [39, 2, 19],
    [40, 1, 20],
    [90, 1, 70],
  ])("at %i is that of %i nodes, the oldest change being %i old", (time, staleNodes, maxRuleLag) => {
    expect(new Staleness(lags).at(time)).toEqual({ staleNodes, maxRuleLag });
  });

  test("is the same whether one asks once or bin by bin, also when a later change was programmed first", () => {
    const crossed = [...lags, lag("node/c", 12, 50), lag("node/c", 14, 20), lag("node/c", 60, 61)];
    const asked = new Staleness(crossed);
    for (let time = 0; time <= 100; time++) {
      const open = crossed.filter(
        (each) => each.observer.kind === "node" && each.committedAt <= time && each.appliedAt > time,
      );
      const expected = {
        staleNodes: new Set(open.map(({ observer }) => observer)).size,
        maxRuleLag: open.reduce((most, each) => Math.max(most, time - each.committedAt), 0),
      };
      expect(asked.at(time)).toEqual(expected);
      expect(new Staleness(crossed).at(time)).toEqual(expected);
    }
  });
});

function bin(ended: number, counts: Partial<RequestBin["counts"]> = {}): RequestBin {
  const made = new RequestBin();
  made.ended = ended;
  Object.assign(made.counts, counts);
  return made;
}

test("a timeline has a row for each bin and entry, also where nothing happened", () => {
  const history: TargetHistory = {
    desired: new StepHistory(),
    ready: new StepHistory(),
    terminating: new StepHistory(),
    ruleLags: [lag("node/a", 1.5 * SECOND, 2.5 * SECOND)],
  };
  history.desired.set(-1, 3);
  history.ready.set(SECOND, 2);
  history.terminating.set(1.2 * SECOND, 1);
  const first = bin(4, { requests: 5, ok: 3, dnsQuestions: 8, dnsFailures: 1, retries: 2 });
  for (const value of [1000, 2000, 9000]) first.latencies.add(value);
  const rows = timelineRows({
    entries: [
      { name: "web", target: "http://web", history },
      { name: "idle", target: "db", history: { ...history, ruleLags: [] } },
    ],
    bins: [[first, bin(1)], []],
    interval: SECOND,
    length: 3,
  });
  expect(rows.map(({ t, traffic }) => `${t / SECOND} ${traffic}`)).toEqual([
    "0 web",
    "0 idle",
    "1 web",
    "1 idle",
    "2 web",
    "2 idle",
  ]);
  expect(rows[0]).toEqual({
    t: 0,
    bin: SECOND,
    traffic: "web",
    target: "http://web",
    requests: 5,
    ok: 3,
    failed: 2,
    latencyP50: 2000,
    latencyP90: 9000,
    latencyP99: 9000,
    latencyMax: 9000,
    retries: 2,
    inFlight: 1,
    endpointsDesired: 3,
    endpointsReady: 2,
    endpointsTerminating: 0,
    staleNodes: 0,
    maxRuleLag: 0,
    dnsQuestions: 8,
    dnsFailures: 1,
  });
  expect(rows[2]).toMatchObject({ inFlight: 0, latencyP50: Number.NaN, endpointsTerminating: 1 });
  expect(rows[2]).toMatchObject({ staleNodes: 1, maxRuleLag: SECOND / 2 });
  expect(rows[3]).toMatchObject({ requests: 0, inFlight: 0, staleNodes: 0 });
  expect(rows[4]).toMatchObject({ staleNodes: 0, maxRuleLag: 0 });
});

test("whatever a bin counts is in its row, also where nothing was counted", () => {
  const history: TargetHistory = {
    desired: new StepHistory(),
    ready: new StepHistory(),
    terminating: new StepHistory(),
    ruleLags: [],
  };
  const counted = bin(0);
  const names = Object.keys(counted.counts) as (keyof typeof counted.counts)[];
  names.forEach((name, index) => {
    counted.counts[name] = index + 1;
  });
  const more = Object.assign(bin(0), { counts: { ...counted.counts, syns: 9 } });
  const entries = [{ name: "web", target: "web", history }];
  const [full, empty] = timelineRows({ entries, bins: [[more]], interval: SECOND, length: 2 });
  expect(full).toMatchObject({ ...counted.counts, syns: 9 });
  expect(empty).toMatchObject(new RequestBin().counts);
});
