/** DP statements about the runner that spaces kube-proxy's syncs. */
import { describe, expect, it } from "vitest";
import { constant } from "../../src/engine/distribution.js";
import { type Micros, SECOND } from "../../src/engine/duration.js";
import { Phase } from "../../src/engine/event-queue.js";
import type { KubeProxy } from "../../src/node/service-proxy/kube-proxy/kube-proxy.js";
import { iptables } from "../../src/node/service-proxy/kube-proxy/modes/iptables.js";
import {
  bucketAfter,
  FULL_BUCKET,
  nextStart,
  type RunnerRules,
} from "../../src/node/service-proxy/kube-proxy/sync-runner.js";
import {
  CLUSTER_IP,
  endpoint,
  type ProxyOptions,
  service,
  settled,
  slice,
  syncOf,
  TestCluster,
} from "../node/service-proxy/cluster.js";

const CURRENT: RunnerRules = { leadingEdge: true, minInterval: SECOND };
const LEGACY: RunnerRules = { leadingEdge: false, minInterval: SECOND };

/** Starts in seconds of runs that take `duration` each, and how many requests had come by each start. */
function runsOf(runner: RunnerRules, requests: readonly number[], duration: number): [start: number, seen: number][] {
  const runs: [number, number][] = [];
  let left = requests.map((time) => Math.round(time * SECOND));
  let completed = Number.NEGATIVE_INFINITY;
  let bucket = FULL_BUCKET;
  while (left.length > 0) {
    const pending = left;
    const firstFrom = (time: Micros): Micros => pending.find((request) => request >= time) ?? Number.POSITIVE_INFINITY;
    const start = nextStart(runner, completed, bucket, { firstFrom });
    bucket = bucketAfter(runner, bucket, start);
    completed = start + duration * SECOND;
    left = left.filter((request) => request > start);
    runs.push([start / SECOND, requests.length - left.length]);
  }
  return runs;
}

function every(period: number, until: number): number[] {
  return Array.from({ length: Math.round(until / period) }, (_, n) => n * period);
}

/** A node that sees one Service change at each of these times, 10 ms late. */
function nodeWithChanges(times: readonly Micros[], options: ProxyOptions = {}): KubeProxy {
  const cluster = new TestCluster();
  const proxy = cluster.kubeProxy(1, options);
  for (const [n, time] of times.entries()) cluster.at(time, () => cluster.commit(slice("web", [endpoint(n)])));
  return settled(cluster, proxy, (times.at(-1) ?? 0) + 20 * SECOND);
}

describe("the runner", () => {
  it("DP-1 new runner: changes at 0, .3, .6, .9 s and D = .2 s give syncs at 0 and 1.2 s only, the second with all the rest", () => {
    expect(runsOf(CURRENT, [0, 0.3, 0.6, 0.9], 0.2)).toEqual([
      [0, 1],
      [1.2, 4],
    ]);
    expect(runsOf(CURRENT, every(0.25, 4), 0.1).map(([start]) => start)).toEqual([0, 1.1, 2.2, 3.3, 4.4]);
    expect(runsOf(CURRENT, every(0.25, 10), 3).map(([start]) => start)).toEqual([0, 4, 8, 12]);
  });

  it("DP-1 on a node: the second sync starts minSyncPeriod after the completion of the first", () => {
    const { syncs } = nodeWithChanges([2_000_000, 2_300_000, 2_600_000, 2_900_000], { minor: 34 });
    expect(syncs).toHaveLength(2);
    expect(syncs[0]).toMatchObject({ start: 2_010_000, slices: 1 });
    expect(syncs[1]).toMatchObject({ start: syncs[0]!.end + SECOND, slices: 4 });
  });

  it("DP-2 legacy runner: the same changes give 0, 0.3, 1.5 s; D = 3 s and continuous changes give 0, 3, 6 s without a gap", () => {
    expect(runsOf(LEGACY, [0, 0.3, 0.6, 0.9], 0.2)).toEqual([
      [0, 1],
      [0.3, 2],
      [1.5, 4],
    ]);
    expect(
      runsOf(LEGACY, every(0.25, 4.5), 0.1)
        .map(([start]) => start)
        .slice(0, 5),
    ).toEqual([0, 0.25, 1, 2, 3]);
    expect(runsOf(LEGACY, every(0.25, 7), 3).map(([start]) => start)).toEqual([0, 3, 6, 9]);
  });

  it("DP-2 on a node of v1.33: two syncs back to back, the third a minSyncPeriod after the completion of the second", () => {
    const { syncs } = nodeWithChanges([2_000_000, 2_300_000, 2_600_000, 2_900_000], { minor: 33 });
    expect(syncs.map(({ slices }) => slices)).toEqual([1, 2, 4]);
    expect(syncs.map(({ start }) => start)).toEqual([2_010_000, 2_310_000, syncs[1]!.end + SECOND]);
  });

  it("DP-3 an isolated change after minSyncPeriod of quiet starts its sync at its delivery, with either runner", () => {
    for (const minor of [33, 34]) {
      const proxy = nodeWithChanges([2 * SECOND, 4_200_000, 7 * SECOND], { minor });
      for (const [index, time] of [2 * SECOND, 4_200_000, 7 * SECOND].entries()) {
        expect(syncOf(proxy, index + 1)?.start).toBe(time + 10_000);
      }
    }
  });

  it("DP-41 a minSyncPeriod of zero means 1 s", () => {
    expect(iptables.minSyncPeriod(0)).toBe(SECOND);
    const { syncs } = nodeWithChanges([2_000_000, 2_300_000], { settings: { minSyncPeriod: 0 } });
    expect(syncs[1]!.start - syncs[0]!.end).toBe(SECOND);
  });

  it("M2 legacy runner: delays have two peaks, at once (creation) and about minSyncPeriod (deletion that follows)", () => {
    const cluster = new TestCluster({ services: 100, endpoints: 500 });
    const proxy = cluster.kubeProxy(1, {
      minor: 33,
      watchDelivery: { kind: "lognormal", median: 15_000, p99: 60_000 },
    });
    for (let run = 0; run < 50; run++) {
      const time = run * 10 * SECOND;
      cluster.at(time, () => cluster.commit(service("web", CLUSTER_IP)));
      cluster.at(time + 200_000, () => cluster.commit(slice("web", [endpoint(1)])));
      cluster.at(time + 500_000, () => cluster.commit(slice("web", []), true));
      cluster.at(time + 500_000, () => cluster.commit(service("web", CLUSTER_IP), true));
    }
    settled(cluster, proxy, 510 * SECOND);
    const created: Micros[] = [];
    const deleted: Micros[] = [];
    for (let run = 0; run < 50; run++) {
      created.push(syncOf(proxy, 2 * run + 1)!.end - (run * 10 * SECOND + 200_000));
      deleted.push(syncOf(proxy, 2 * run + 2)!.end - (run * 10 * SECOND + 500_000));
    }
    expect(Math.max(...created)).toBeLessThan(300_000);
    expect(Math.min(...deleted)).toBeGreaterThan(700_000);
    expect(Math.max(...deleted)).toBeLessThan(1_100_000);
  });
});

describe("phases within one instant", () => {
  it("a change that is committed when a sync starts is not part of it", () => {
    const cluster = new TestCluster();
    const proxy = cluster.kubeProxy(1, { watchDelivery: constant(0) });
    cluster.at(2 * SECOND, () => cluster.commit(slice("web", [endpoint(1)])));
    cluster.at(2 * SECOND + 1, () => cluster.commit(slice("web", [endpoint(2)])), Phase.write);
    settled(cluster, proxy, 5 * SECOND);
    expect(proxy.syncs.map(({ start, slices }) => [start, slices])[0]).toEqual([2 * SECOND + 1, 1]);
  });
});
