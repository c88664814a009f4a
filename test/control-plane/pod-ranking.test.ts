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
