import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { POD_DELETION_COST, type RankedPod, rankPodsForDeletion } from "../../src/control-plane/pod-ranking.js";
import { MINUTE, SECOND } from "../../src/engine/duration.js";
import type { Pod } from "../../src/model/objects.js";
import { pod } from "./objects.js";

const NOW = 100 * MINUTE;

function ranked(name: string, change: (p: Pod) => Pod = (p) => p, neighbours = 1, uid = 0.5): RankedPod {
  const base = pod(name);
  return { pod: change({ ...base, metadata: { ...base.metadata, creationTimestamp: MINUTE } }), neighbours, uid };
}

const bound = (p: Pod, nodeName: string): Pod => ({ ...p, spec: { ...p.spec, nodeName } });
const readyAt = (p: Pod, time: number): Pod => ({
  ...p,
  status: { ...p.status, ready: { status: true, lastTransitionTime: time } },
});
const restarted = (p: Pod, restartCount: number): Pod => ({
  ...p,
  status: { ...p.status, containers: [{ name: "web", ready: true, started: true, restartCount, state: "running" }] },
});
const cost = (p: Pod, value: string): Pod => ({
  ...p,
  metadata: { ...p.metadata, annotations: { [POD_DELETION_COST]: value } },
});

describe("the order of deletion", () => {
  // each row: the first goes before the second, although by every later rule it would stay
  test.each<[string, RankedPod, RankedPod]>([
    ["unassigned", ranked("b", (p) => bound(p, "")), ranked("a", undefined, 9)],
    ["pending", ranked("b", (p) => ({ ...p, status: { ...p.status, phase: "Pending" } })), ranked("a", undefined, 9)],
    [
      "not ready",
      ranked("b", (p) => ({ ...p, status: { ...p.status, ready: { status: false, lastTransitionTime: 0 } } })),
      ranked("a", (p) => cost(p, "-5"), 9),
    ],
    ["lower cost", ranked("b", (p) => cost(p, "-1")), ranked("a", undefined, 9)],
    ["more neighbours", ranked("b", undefined, 3), ranked("a", (p) => readyAt(p, NOW - SECOND), 2)],
    ["ready more recently", ranked("b", (p) => readyAt(p, NOW - MINUTE)), ranked("a", (p) => restarted(p, 3))],
    ["more restarts", ranked("b", (p) => restarted(p, 2)), ranked("a", (p) => restarted(p, 1), 1, 0.1)],
    [
      "created more recently",
      ranked("b", (p) => ({ ...p, metadata: { ...p.metadata, creationTimestamp: NOW - MINUTE } }), 1, 0.9),
      ranked("a", undefined, 1, 0.1),
    ],
    ["smaller UID", ranked("b", undefined, 1, 0.1), ranked("a", undefined, 1, 0.2)],
  ])("%s", (_name, first, second) => {
    expect(rankPodsForDeletion([second, first], NOW)).toEqual([first, second]);
    expect(rankPodsForDeletion([first, second], NOW)).toEqual([first, second]);
  });

  test("ages with the same log2 in nanoseconds are similar: the UID decides", () => {
    // 2^42 ns is 4398.05 s and 2^41 ns is 2199.02 s
    const ready = (name: string, seconds: number, uid: number) =>
      ranked(name, (p) => readyAt(p, NOW - seconds * SECOND), 1, uid);
    const [older, younger] = [ready("a", 4397, 0.1), ready("b", 2200, 0.9)];
    expect(rankPodsForDeletion([younger, older], NOW)).toEqual([older, younger]);
    const outside = ready("c", 2198, 0.95);
    expect(rankPodsForDeletion([older, outside], NOW)).toEqual([outside, older]);
  });

  test("a cost that is no whole number counts as 0", () => {
    const [bad, low] = [ranked("a", (p) => cost(p, "1.5"), 1, 0.9), ranked("b", undefined, 1, 0.1)];
    expect(rankPodsForDeletion([bad, low], NOW)).toEqual([low, bad]);
  });
});

describe("as an order", () => {
  // few values, so that many are equal; ready and creation times straddle a bound between two log2 of ages
  const pods: fc.Arbitrary<RankedPod[]> = fc
    .array(
      fc.record({
        nodeName: fc.constantFrom("", "n1", "n1", "n1"),
        phase: fc.constantFrom<Pod["status"]["phase"]>("Pending", "Running", "Running", "Running"),
        ready: fc.constantFrom(true, true, false),
        since: fc.constantFrom(2000, 2198, 2200, 2201, 4397).map((seconds) => NOW - seconds * SECOND),
        created: fc.constantFrom(2100, 2300, 4398, 4400, 5000).map((seconds) => NOW - seconds * SECOND),
        restartCount: fc.nat(1),
        neighbours: fc.constantFrom(1, 1, 2),
        deletionCost: fc.constantFrom("0", "0", "-1"),
      }),
      { minLength: 2, maxLength: 6 },
    )
    .chain((shapes) => {
      const uids = fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7], { minLength: shapes.length, maxLength: shapes.length });
      return uids.map((uids) => shapes.map((shape, i) => rankedOf(`p${i}`, shape, uids[i] as number)));
    });

  interface Shape {
    readonly nodeName: string;
    readonly phase: Pod["status"]["phase"];
    readonly ready: boolean;
    readonly since: number;
    readonly created: number;
    readonly restartCount: number;
    readonly neighbours: number;
    readonly deletionCost: string;
  }

  function rankedOf(name: string, shape: Shape, uid: number): RankedPod {
    const shaped = (p: Pod): Pod => {
      const status = {
        ...p.status,
        phase: shape.phase,
        ready: { status: shape.ready, lastTransitionTime: shape.since },
      };
      const created = { ...p, status, metadata: { ...p.metadata, creationTimestamp: shape.created } };
      return cost(restarted(bound(created, shape.nodeName), shape.restartCount), shape.deletionCost);
    };
    return ranked(name, shaped, shape.neighbours, uid);
  }

  const bucket = (time: number): number => Math.floor(Math.log2((NOW - time) * 1000));

  /** Upstream's comparison of two pods (controller_utils.go `ActivePodsWithRanks.Less`), which can go round in circles. */
  function upstream(x: RankedPod, y: RankedPod): number {
    const [a, b] = [x.pod, y.pod];
    const age = (tx: number, ty: number): number => (tx === ty ? 0 : bucket(tx) - bucket(ty) || x.uid - y.uid);
    const { ready } = a.status;
    const costOf = ({ metadata }: Pod): number => Number(metadata.annotations[POD_DELETION_COST]);
    const restartsOf = ({ status }: Pod): number => status.containers[0]?.restartCount ?? 0;
    return (
      Number(a.spec.nodeName !== "") - Number(b.spec.nodeName !== "") ||
      Number(a.status.phase === "Running") - Number(b.status.phase === "Running") ||
      Number(ready.status) - Number(b.status.ready.status) ||
      costOf(a) - costOf(b) ||
      y.neighbours - x.neighbours ||
      (ready.status ? age(ready.lastTransitionTime, b.status.ready.lastTransitionTime) : 0) ||
      restartsOf(b) - restartsOf(a) ||
      age(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
      x.uid - y.uid
    );
  }

  const names = (pods: readonly RankedPod[]): string[] => pods.map(({ pod }) => pod.metadata.name);

  test("it does not depend on the order in which the pods are given", () => {
    const shuffled = pods.chain((pods) =>
      fc.tuple(fc.constant(pods), fc.shuffledSubarray(pods, { minLength: pods.length })),
    );
    fc.assert(
      fc.property(shuffled, ([pods, again]) => {
        expect(names(rankPodsForDeletion(again, NOW))).toEqual(names(rankPodsForDeletion(pods, NOW)));
      }),
      { seed: 5, numRuns: 2_000 },
    );
  });

  test("it is upstream's wherever upstream's comparison is an order", () => {
    let orders = 0;
    fc.assert(
      fc.property(pods, (pods) => {
        const byWins = pods
          .map((x) => ({ x, wins: pods.filter((y) => x !== y && upstream(x, y) < 0).length }))
          .sort((one, other) => other.wins - one.wins);
        if (byWins.some(({ wins }, i) => wins !== pods.length - 1 - i)) return; // a circle
        orders++;
        expect(names(rankPodsForDeletion(pods, NOW))).toEqual(names(byWins.map(({ x }) => x)));
      }),
      { seed: 6, numRuns: 2_000 },
    );
    expect(orders).toBeGreaterThan(1_000);
    expect(orders).toBeLessThan(2_000);
  });

  test("three pods that upstream's comparison orders in a circle", () => {
    const base: Shape = {
      nodeName: "n1",
      phase: "Running",
      ready: true,
      since: NOW - 2_300 * SECOND,
      created: NOW - 4_000 * SECOND,
      restartCount: 0,
      neighbours: 1,
      deletionCost: "0",
    };
    const [a, b, c] = [
      rankedOf("a", base, 3),
      rankedOf("b", { ...base, created: NOW - 5_000 * SECOND }, 1),
      rankedOf("c", { ...base, since: NOW - 2_200 * SECOND }, 2),
    ];
    expect([upstream(a, b), upstream(b, c), upstream(c, a)].every((sign) => sign < 0)).toBe(true);
    for (const given of [
      [a, b, c],
      [a, c, b],
      [b, a, c],
      [b, c, a],
      [c, a, b],
      [c, b, a],
    ]) {
      expect(names(rankPodsForDeletion(given, NOW))).toEqual(["a", "c", "b"]);
    }
  });
});
