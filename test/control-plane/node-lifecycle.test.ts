import { describe, expect, test } from "vitest";
import { MonitorPasses } from "../../src/control-plane/node-lifecycle-passes.js";
import { ZoneTaintQueue } from "../../src/control-plane/node-lifecycle-taint-queue.js";
import { disruptionOf, taintRateOf, zoneStateOf } from "../../src/control-plane/zone-state.js";
import { SECOND } from "../../src/engine/duration.js";
import type { Pod } from "../../src/model/objects.js";
import { FactKind } from "../../src/model/trace.js";
import { Harness, unknownAt, WRITE } from "./harness.js";
import { nodeOf, podOf } from "./objects.js";

describe("zone state", () => {
  test.each([
    [10, 0, "Normal"],
    [1, 2, "Normal"],
    [4, 6, "PartialDisruption"],
    [5, 5, "Normal"],
    [9, 11, "PartialDisruption"],
    [0, 1, "FullDisruption"],
    [0, 0, "Normal"],
  ] as const)("%i ready, %i not ready: %s", (ready, notReady, state) => {
    expect(zoneStateOf({ ready, notReady })).toBe(state);
  });

  test("rates: 0.1/s, 0.01/s in a large partially disrupted zone, 0 in a small one", () => {
    expect(taintRateOf("Normal", 100)).toBe(0.1);
    expect(taintRateOf("FullDisruption", 10)).toBe(0.1);
    expect(taintRateOf("PartialDisruption", 51)).toBe(0.01);
    expect(taintRateOf("PartialDisruption", 50)).toBe(0);
  });

  test("one living zone is enough to go on evicting from a dead one; without any, nothing is evicted", () => {
    const dead = { ready: 0, notReady: 3 };
    const some = disruptionOf(
      new Map([
        ["a", dead],
        ["b", { ready: 1, notReady: 0 }],
      ]),
    );
    expect(some).toEqual({
      everywhere: false,
      rates: new Map([
        ["a", 0.1],
        ["b", 0.1],
      ]),
    });
    const all = disruptionOf(
      new Map([
        ["a", dead],
        ["b", dead],
      ]),
    );
    expect(all).toEqual({
      everywhere: true,
      rates: new Map([
        ["a", 0],
        ["b", 0],
      ]),
    });
  });
});

describe("monitor passes", () => {
  test("lie on a grid in both directions of time", () => {
    const passes = new MonitorPasses(3, 10);
    expect(passes.firstAtOrAfter(3)).toBe(3);
    expect(passes.firstAfter(3)).toBe(13);
    expect(passes.firstAtOrAfter(-6)).toBe(3);
    expect(passes.firstAtOrAfter(-7)).toBe(-7);
  });

  test("a long pass shifts those that follow; those before stay known", () => {
    const passes = new MonitorPasses(3, 10);
    passes.restart(13, 28);
    expect(passes.firstAtOrAfter(4)).toBe(13);
    expect(passes.firstAfter(13)).toBe(28);
    expect(passes.firstAfter(28)).toBe(38);
  });
});

describe("taint queue of a zone", () => {
  test("the first node at once, then one per 10 s", () => {
    const queue = new ZoneTaintQueue(0.1);
    for (const node of ["x", "y"]) queue.add(node);
    queue.add("x");
    expect(queue.take(100)).toBe("x");
    expect(queue.take(100)).toBeNull();
    expect(queue.nextAt(100)).toBe(100 + 10 * SECOND);
    expect(queue.take(100 + 10 * SECOND)).toBe("y");
    expect(queue.nextAt(100 + 10 * SECOND)).toBe(Number.POSITIVE_INFINITY);
  });

  test("a new rate starts with a token only if the old one had one; rate 0 lets nobody through", () => {
    const queue = new ZoneTaintQueue(0.1);
    for (const node of ["x", "y", "z"]) queue.add(node);
    queue.setRate(0.01, 0);
    expect(queue.take(0)).toBe("x");
    queue.setRate(0.1, SECOND);
    expect(queue.nextAt(SECOND)).toBe(11 * SECOND);
    queue.setRate(0, 12 * SECOND);
    expect(queue.nextAt(12 * SECOND)).toBe(Number.POSITIVE_INFINITY);
    queue.setRate(0.1, 13 * SECOND);
    expect(queue.nextAt(13 * SECOND)).toBe(23 * SECOND);
  });
});

test("a healthy cluster costs no event", () => {
  const cluster = new Harness({ write: WRITE, startAt: -SECOND });
  for (let i = 0; i < 5; i++) cluster.put(nodeOf(`node-${i}`));
  cluster.put(podOf("web", { nodeName: "node-0", ready: true }));
  cluster.startNodeControllers();
  cluster.startScheduler();
  cluster.run();
  expect(cluster.simulation.pendingControl).toBe(0);
  expect(cluster.simulation.now).toBe(-SECOND);
});

test("a pod that could not be marked because of a conflict is marked in the next pass", () => {
  const cluster = new Harness({ write: WRITE, renewedAt: 98 * SECOND });
  for (const name of ["node-a", "node-b"]) cluster.put(nodeOf(name));
  cluster.put(podOf("web", { nodeName: "node-a", ready: true }));
  cluster.startNodeControllers();
  cluster.crash(100 * SECOND, "node-a");
  const notReady = (pod: Pod) => !pod.status.ready.status;
  // somebody writes the pod at the instant of the controller's own write
  while (cluster.object("Node", "node-a").status.ready === "True") cluster.simulation.advance(1);
  const unknown = unknownAt(cluster, "node-a");
  cluster.put({ ...cluster.object("Pod", "default/web") });
  cluster.run();
  const marked = cluster.firstTime("Pod", "default/web", notReady);
  expect((marked - unknown) / SECOND).toBeGreaterThan(4.9);
  expect((marked - unknown) / SECOND).toBeLessThan(5.2);
});

describe("a silence", () => {
  const start = (): Harness => {
    const cluster = new Harness({ write: WRITE });
    for (const name of ["node-a", "node-b"]) cluster.put(nodeOf(name));
    cluster.startNodeControllers();
    return cluster;
  };
  /** Text of the silence that a node's first Unknown is because of. */
  const reasonOf = (cluster: Harness, node: string): string => {
    const { facts } = cluster.simulation;
    const unknown = cluster.revisions.find(
      ({ key, fact }) => key === node && facts.kindOf(fact) === FactKind.nodeUnknown,
    );
    return facts.objectOf(facts.parentOf(unknown!.fact));
  };

  test("that ends before the grace period is not noticed", () => {
    const cluster = start();
    cluster.cut(100 * SECOND, "node-a", 128 * SECOND);
    cluster.run();
    expect(cluster.commitsOf("Node", 1)).toEqual([]);
  });

  test("that ends later is noticed when one that never ends would be", () => {
    const cluster = start();
    cluster.cut(100 * SECOND, "node-a", 170 * SECOND);
    cluster.run();
    const crashed = start();
    crashed.crash(100 * SECOND, "node-a");
    crashed.run();
    expect(unknownAt(cluster, "node-a")).toBe(unknownAt(crashed, "node-a"));
    expect(unknownAt(cluster, "node-a")).toBeLessThan(156 * SECOND);
    expect(reasonOf(cluster, "node-a")).toBe("cut off until 170 s");
  });

  test("has ended once a pass sees the node renew: the next one is noticed like the first", () => {
    const cluster = start();
    cluster.cut(100 * SECOND, "node-a", 170 * SECOND);
    // the kubelet's own report, when it is back
    cluster.at(190 * SECOND, () => {
      cluster.change("Node", "node-a", (node) => ({ ...node, status: { ...node.status, ready: "True" } }));
    });
    cluster.crash(300 * SECOND, "node-a");
    cluster.run();
    const times = cluster.commits
      .filter(({ revision }) => cluster.simulation.facts.kindOf(revision.fact) === FactKind.nodeUnknown)
      .map(({ time }) => time / SECOND);
    expect(times).toHaveLength(2);
    expect(times[1]).toBeGreaterThan(339.6);
    expect(times[1]).toBeLessThan(355.2);
  });

  test.each([
    ["a cut that would not have been noticed", 120, "crashed"],
    ["a cut that would have been noticed anyway", 170, "cut off until 170 s"],
  ])("that a crash makes longer, in %s", (_what, until, reason) => {
    const cluster = start();
    cluster.cut(100 * SECOND, "node-a", until * SECOND);
    cluster.crash(110 * SECOND, "node-a");
    cluster.run();
    expect(unknownAt(cluster, "node-a")).toBeLessThan(156 * SECOND);
    expect(reasonOf(cluster, "node-a")).toBe(reason);
  });
});
