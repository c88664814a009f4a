import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { feasibleNodesToFind } from "../../src/control-plane/scheduler.js";
import { backoffOf } from "../../src/control-plane/scheduler-queue.js";
import { explainObjections, Objection, objectionsOf } from "../../src/control-plane/scheduling-filter.js";
import { SchedulingNode } from "../../src/control-plane/scheduling-node.js";
import { requestOf } from "../../src/control-plane/scheduling-request.js";
import {
  balancedAllocationScore,
  leastAllocatedScore,
  taintTolerationScores,
} from "../../src/control-plane/scheduling-score.js";
import { SpreadGroup, spreadScores } from "../../src/control-plane/scheduling-spread.js";
import { SECOND } from "../../src/engine/duration.js";
import { behaviourOf } from "../../src/model/kubernetes-version.js";
import type { Node, Pod } from "../../src/model/objects.js";
import { Harness, WRITE } from "./harness.js";
import { nodeOf, podOf, replicaSetOf } from "./objects.js";

function candidate(node: Node, pods: readonly Pod[] = [], index = 0): SchedulingNode {
  const result = new SchedulingNode(node.metadata.name, index, 0);
  result.setNode(node);
  for (const pod of pods) result.count(requestOf(pod.spec), 1);
  return result;
}

const objections = (pod: Pod, of: SchedulingNode): number => objectionsOf(pod, requestOf(pod.spec), of);
const NO_SCHEDULE = { key: "key", value: "value", effect: "NoSchedule" } as const;
const tolerateAll = { key: "", operator: "Exists", value: "", effect: "", tolerationSeconds: null } as const;

describe("filters", () => {
  test("resources fit exactly, or object one by one", () => {
    const filled = candidate(nodeOf("n", { cpu: 300, memory: 300, pods: 3 }), [podOf("x"), podOf("y")]);
    expect(objections(podOf("p", { cpu: 100, memory: 100 }), filled)).toBe(0);
    expect(objections(podOf("p", { cpu: 101, memory: 100 }), filled)).toBe(Objection.cpu);
    expect(objections(podOf("p", { cpu: 101, memory: 101 }), filled)).toBe(Objection.cpu | Objection.memory);
    filled.count(requestOf(podOf("z", { cpu: 0, memory: 0 }).spec), 1);
    expect(objections(podOf("p", { cpu: 0, memory: 0 }), filled)).toBe(Objection.pods);
  });

  test("cordoned nodes, taints and the node selector; a toleration of everything passes the first two", () => {
    const tolerant = podOf("p", { tolerations: [tolerateAll] });
    const cordoned = candidate(nodeOf("n", { unschedulable: true }));
    expect(objections(podOf("p"), cordoned)).toBe(Objection.unschedulable);
    expect(objections(tolerant, cordoned)).toBe(0);
    const tainted = candidate(nodeOf("n", { taints: [NO_SCHEDULE] }));
    expect(objections(podOf("p"), tainted)).toBe(Objection.taint);
    expect(objections(tolerant, tainted)).toBe(0);
    expect(objections(podOf("p", { nodeSelector: { disk: "ssd" } }), candidate(nodeOf("n")))).toBe(Objection.selector);
    const fast = candidate(nodeOf("n", { labels: { disk: "ssd" } }));
    expect(objections(podOf("p", { nodeSelector: { disk: "ssd" } }), fast)).toBe(0);
  });

  test("the explanation counts nodes by reason", () => {
    const pod = podOf("p", { cpu: 200 });
    const nodes = [
      candidate(nodeOf("a", { cpu: 100 })),
      candidate(nodeOf("b", { cpu: 100, pods: 0 })),
      candidate(nodeOf("c", { taints: [NO_SCHEDULE] })),
    ];
    expect(explainObjections(pod, requestOf(pod.spec), nodes)).toBe(
      "0/3 nodes are available: 1 Too many pods, 1 node(s) had untolerated taint {key: value}, 2 Insufficient cpu",
    );
    expect(explainObjections(pod, requestOf(pod.spec), [])).toBe("no nodes available to schedule pods");
  });
});

describe("scores", () => {
  const large = { cpu: 1000, memory: 1000 };

  test("least allocated: the mean free share, with the pod", () => {
    expect(
      leastAllocatedScore(requestOf(podOf("p", { cpu: 100, memory: 300 }).spec), candidate(nodeOf("n", large))),
    ).toBe(80);
    const small = candidate(nodeOf("n", { cpu: 50, memory: 1000 }));
    expect(leastAllocatedScore(requestOf(podOf("p", { cpu: 100, memory: 500 }).spec), small)).toBe(25);
  });

  test("balanced allocation: 100 less half the difference of the shares", () => {
    const node = candidate(nodeOf("n", large));
    const scored = (cpu: number, memory: number) =>
      balancedAllocationScore(requestOf(podOf("p", { cpu, memory }).spec), node, behaviourOf(35));
    expect([scored(500, 500), scored(900, 300), scored(0, 0)]).toEqual([100, 70, 0]);
  });

  test("balanced allocation: since 1.36 half of what the pod changes, from 75 on", () => {
    const node = candidate(nodeOf("n", large));
    node.requested.cpu = 500;
    const scored = (minor: number, cpu: number, memory: number) =>
      balancedAllocationScore(requestOf(podOf("p", { cpu, memory }).spec), node, behaviourOf(minor));
    // 75 on the node as it is; with the pod 100, 75, 55, 87 or 76
    const pods = [
      [0, 500],
      [100, 100],
      [400, 0],
      [0, 250],
      [0, 30],
    ] as const;
    expect(pods.map(([cpu, memory]) => scored(36, cpu, memory))).toEqual([87, 75, 65, 81, 75]);
    expect(pods.map(([cpu, memory]) => scored(35, cpu, memory))).toEqual([100, 75, 55, 87, 76]);
  });

  test("balanced allocation: up to 1.32 a pod that asks for nothing is scored by the balance of the others", () => {
    const node = candidate(nodeOf("n", large));
    node.requested.cpu = 500;
    const request = requestOf(podOf("p", { cpu: 0, memory: 0 }).spec);
    expect([31, 32, 33, 36].map((minor) => balancedAllocationScore(request, node, behaviourOf(minor)))).toEqual([
      75, 75, 0, 0,
    ]);
  });

  test("taint toleration: the most untolerated PreferNoSchedule taints score 0", () => {
    const soft = { key: "soft", value: "", effect: "PreferNoSchedule" } as const;
    const nodes = [
      candidate(nodeOf("a")),
      candidate(nodeOf("b", { taints: [soft] })),
      candidate(nodeOf("c", { taints: [soft, { ...soft, key: "softer" }] })),
    ];
    expect(taintTolerationScores(podOf("p"), nodes)).toEqual([100, 50, 0]);
    expect(taintTolerationScores(podOf("p", { tolerations: [tolerateAll] }), nodes)).toEqual([100, 100, 100]);
  });

  test("spreading prefers the emptier node, and the emptier zone to it", () => {
    const nodes = ["a", "a", "b", "b"].map((zone, i) => candidate(nodeOf(`n${i}`, { zone }), [], i));
    const group = new SpreadGroup("default", { app: "web" }, null);
    group.count(nodes[0]!, 1);
    const [busy, sameZone, otherZone, alike] = spreadScores(group, nodes);
    expect(busy).toBeLessThan(sameZone!);
    expect(sameZone).toBeLessThan(otherZone!);
    expect(otherZone).toBe(alike);
    expect(spreadScores(null, nodes)).toEqual([0, 0, 0, 0]);
  });

  test("a group holds pods of its namespace that its selectors match and that do not terminate", () => {
    const group = new SpreadGroup("default", { app: "web" }, { matchLabels: { hash: "1" }, matchExpressions: [] });
    const pod = podOf("p", { labels: { app: "web", hash: "1" } });
    expect(group.includes(pod)).toBe(true);
    expect(group.includes(podOf("p", { labels: { app: "web", hash: "2" } }))).toBe(false);
    expect(group.includes({ ...pod, metadata: { ...pod.metadata, namespace: "other" } })).toBe(false);
    expect(group.includes({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: 1 } })).toBe(false);
  });
});

test("of a large cluster a part is searched", () => {
  expect([5, 99, 100, 250, 1000, 5000, 10000].map(feasibleNodesToFind)).toEqual([5, 99, 100, 120, 420, 500, 500]);
});

test("backoff doubles from 1 s to 10 s", () => {
  expect([1, 2, 3, 4, 5, 50].map((attempts) => backoffOf(attempts) / SECOND)).toEqual([1, 2, 4, 8, 10, 10]);
});

const sizes = fc.record({ cpu: fc.integer({ min: 0, max: 9 }), memory: fc.integer({ min: 0, max: 9 }) });

function scheduled(seed: number, nodes: readonly Node[], pods: readonly Pod[]): Harness {
  const cluster = new Harness({ write: WRITE, seed: String(seed) });
  cluster.put(replicaSetOf("web", { app: "web" }));
  for (const node of nodes) cluster.put(node);
  for (const pod of pods) cluster.put(pod);
  cluster.startScheduler();
  cluster.run();
  return cluster;
}

function randomPods(requests: readonly { readonly cpu: number; readonly memory: number }[]): Pod[] {
  return requests.map(({ cpu, memory }, i) =>
    podOf(`web-${i}`, { cpu: cpu * 100, memory: memory * 100, labels: { app: "web" }, replicaSet: "web" }),
  );
}

test("no node is ever given more than it has, and a pod waits only if no node has room", () => {
  fc.assert(
    fc.property(fc.array(sizes, { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), (requests, count) => {
      const options = { cpu: 2000, memory: 2000, pods: 5 };
      const nodes = Array.from({ length: count }, (_, i) => nodeOf(`node-${i}`, { ...options, zone: `z${i % 2}` }));
      const cluster = scheduled(1, nodes, randomPods(requests));
      const pods = [...cluster.log.live("Pod")].map((revision) => revision.object);
      const left = nodes.map((node) => {
        const own = pods.filter((pod) => pod.spec.nodeName === node.metadata.name);
        const sums = own.map((pod) => requestOf(pod.spec));
        const cpu = sums.reduce((sum, request) => sum + request.cpu, 0);
        const memory = sums.reduce((sum, request) => sum + request.memory, 0);
        expect([cpu <= 2000, memory <= 2000, own.length <= 5]).toEqual([true, true, true]);
        return candidate(node, own);
      });
      for (const pod of pods) {
        if (pod.spec.nodeName === "") for (const node of left) expect(objections(pod, node)).not.toBe(0);
      }
    }),
    { seed: 20240607, numRuns: 60 },
  );
});

test("adding a node on which no pod fits changes no placement", () => {
  fc.assert(
    fc.property(fc.array(sizes, { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 99 }), (requests, seed) => {
      const nodes = Array.from({ length: 4 }, (_, i) => nodeOf(`node-${i}`, { zone: `z${i % 2}` }));
      const useless = nodeOf("node-00", { zone: "z0", pods: 0 });
      const pods = randomPods(requests);
      const [without, withUseless] = [scheduled(seed, nodes, pods), scheduled(seed, [useless, ...nodes], pods)];
      for (let i = 0; i < pods.length; i++) {
        expect(withUseless.object("Pod", `default/${`web-${i}`}`).spec.nodeName).toBe(
          without.object("Pod", `default/${`web-${i}`}`).spec.nodeName,
        );
      }
    }),
    { seed: 20240608, numRuns: 40 },
  );
});

test("equal nodes are chosen by draws of (pod, node): another seed, another choice", () => {
  const nodes = Array.from({ length: 8 }, (_, i) => nodeOf(`node-${i}`));
  const chosen = new Set<string>();
  for (let seed = 0; seed < 30; seed++) {
    chosen.add(scheduled(seed, nodes, [podOf("p")]).object("Pod", "default/p").spec.nodeName);
  }
  expect(chosen.size).toBeGreaterThan(5);
});

test("terminating pods keep their room until they are gone", () => {
  const cluster = new Harness({ write: WRITE });
  cluster.put(nodeOf("node-a", { cpu: 100 }));
  const old = podOf("old", { nodeName: "node-a" });
  cluster.put({ ...old, metadata: { ...old.metadata, deletionTimestamp: 0, deletionGracePeriodSeconds: 30 } });
  cluster.put(podOf("new"));
  cluster.startScheduler();
  cluster.at(30 * SECOND, () => cluster.remove("Pod", "default/old"));
  cluster.run(30 * SECOND);
  expect(cluster.object("Pod", `default/${"new"}`).spec.nodeName).toBe("");
  cluster.run();
  expect(cluster.object("Pod", `default/${"new"}`).spec.nodeName).toBe("node-a");
});

test("converges before time zero without taking time, 1,000 nodes and 10,000 pods within seconds", () => {
  const cluster = new Harness({ write: WRITE, startAt: -3600 * SECOND });
  for (let i = 0; i < 1000; i++) cluster.put(nodeOf(`node-${i}`, { zone: `z${i % 3}` }));
  for (let app = 0; app < 100; app++) {
    const labels = { app: `app-${app}`, hash: "1" };
    cluster.put(replicaSetOf(`app-${app}`, labels));
    for (let i = 0; i < 100; i++) cluster.put(podOf(`app-${app}-${i}`, { labels, replicaSet: `app-${app}` }));
  }
  cluster.startScheduler();
  cluster.run();
  expect(cluster.simulation.now).toBe(-3600 * SECOND);
  const perNode = new Map<string, number>();
  for (const { object } of cluster.log.live("Pod")) {
    perNode.set(object.spec.nodeName, (perNode.get(object.spec.nodeName) ?? 0) + 1);
  }
  expect(perNode.has("")).toBe(false);
  expect(Math.max(...perNode.values())).toBeLessThan(20);
});
