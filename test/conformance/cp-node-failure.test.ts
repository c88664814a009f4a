import { describe, expect, test } from "vitest";
import { reconcileEndpointSlices } from "../../src/control-plane/endpointslice.js";
import { SECOND } from "../../src/engine/duration.js";
import { behaviourOf } from "../../src/model/kubernetes-version.js";
import type { Pod } from "../../src/model/objects.js";
import { FactKind } from "../../src/model/trace.js";
import { COMMIT, deletedAt, Harness, taintedAt, unknownAt, WATCH, WRITE } from "../control-plane/harness.js";
import { nodeOf, podOf } from "../control-plane/objects.js";
import { buildService, tolerateUnreachable } from "../support/objects.js";

const SEEDS = 250;

function failureOfOneNode(seed: number, grace: number) {
  const cluster = new Harness({ write: WRITE, seed: String(seed), grace });
  for (const name of ["node-a", "node-b"]) cluster.put(nodeOf(name));
  cluster.put(podOf("web", { nodeName: "node-a", ready: true, tolerations: [tolerateUnreachable(300)] }));
  cluster.startNodeControllers();
  // crashes at any offset to leases and passes
  const crash = 100 * SECOND + Math.floor(((seed * 0.6180339887) % 1) * 60 * SECOND);
  cluster.crash(crash, "node-a");
  cluster.run();
  const unready = cluster.firstTime("Pod", "default/web", (pod: Pod) => !pod.status.ready.status);
  return {
    unknown: (unknownAt(cluster, "node-a") - crash) / SECOND,
    unready: (unready - crash) / SECOND,
    deleted: (deletedAt(cluster, "web") - crash) / SECOND,
    cluster,
  };
}

describe.each([
  { minor: 31, grace: 40, mean: 37.4 },
  { minor: 32, grace: 50, mean: 47.4 },
])("node monitor grace of 1.$minor", ({ minor, grace, mean }) => {
  test(`CP-46 crash at t0: Unknown and NotReady in [t0+${grace - 10.4}, t0+${grace + 5.1}], mean about t0+${mean}`, () => {
    expect(behaviourOf(minor).nodeMonitorGraceSeconds).toBe(grace);
    let sum = 0;
    let earliest = Number.POSITIVE_INFINITY;
    let latest = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { unknown, unready, deleted } = failureOfOneNode(seed, grace);
      sum += unknown;
      earliest = Math.min(earliest, unknown);
      latest = Math.max(latest, unknown);
      expect(unready - unknown).toBeCloseTo(WRITE / SECOND, 3);
      expect(deleted).toBeGreaterThan(grace + 294.6);
      expect(deleted).toBeLessThan(grace + 310.5);
    }
    expect(earliest).toBeGreaterThanOrEqual(grace - 10.4);
    // the window leaves room for ten passes' duration; the write itself comes on top
    expect(latest).toBeLessThanOrEqual(grace + 5.1 + WRITE / SECOND);
    expect(latest - earliest).toBeGreaterThan(12);
    expect(Math.abs(sum / SEEDS - mean)).toBeLessThan(0.7);
  });
});

test("CP-46 the cause of a pod's NotReady is the Unknown of its node, whose cause is the crash", () => {
  const { cluster } = failureOfOneNode(7, 50);
  const { facts } = cluster.simulation;
  const notReady = cluster.revisions.find((each) => facts.kindOf(each.fact) === FactKind.podNotReady)!;
  expect(facts.chain(notReady.fact).map((fact) => facts.kindOf(fact))).toEqual([
    FactKind.podNotReady,
    FactKind.nodeUnknown,
    FactKind.nodeCrashed,
  ]);
  const deletion = cluster.revisions.find((each) => facts.kindOf(each.fact) === FactKind.deletionRequested)!;
  expect(facts.chain(deletion.fact).map((fact) => facts.kindOf(fact))).toEqual([
    FactKind.deletionRequested,
    FactKind.evictionPlanned,
    FactKind.nodeTainted,
    FactKind.nodeTainted,
    FactKind.nodeUnknown,
    FactKind.nodeCrashed,
  ]);
});

test("CP-47 all pods of the node get Ready=False from the same pass on, one by one, 20/s after a burst of 30", () => {
  const cluster = new Harness({ write: WRITE });
  for (const name of ["node-a", "node-b"]) cluster.put(nodeOf(name));
  for (let i = 0; i < 110; i++) cluster.put(podOf(`web-${i}`, { nodeName: "node-a", ready: true }));
  cluster.put(podOf("other", { nodeName: "node-b", ready: true }));
  cluster.startNodeControllers();
  cluster.crash(100 * SECOND, "node-a");
  cluster.run();
  const times = cluster.revisions
    .filter((each) => cluster.simulation.facts.kindOf(each.fact) === FactKind.podNotReady)
    .map((each) => each.time);
  expect(times).toHaveLength(110);
  expect(new Set(times).size).toBe(110);
  // 112 calls (one Unknown, one NoSchedule taint), of which 30 find a saved token
  expect((times[109]! - unknownAt(cluster, "node-a")) / SECOND).toBeCloseTo((112 - 30) / 20, 1);
  expect(times[109]! - times[108]!).toBe(SECOND / 20);
  expect(times[1]! - times[0]!).toBe(WRITE);
  expect(cluster.object("Pod", "default/other").status.ready.status).toBe(true);
});

/** `count` nodes, of which the first `failing` fall silent in the same pass. */
function failureTogether(count: number, failing: number, zone = "a"): Harness {
  const cluster = new Harness({ write: WRITE, renewedAt: 98 * SECOND });
  for (let i = 0; i < count; i++) cluster.put(nodeOf(`${zone}-${i}`, { zone }));
  cluster.put(nodeOf("elsewhere", { zone: "z" }));
  cluster.startNodeControllers();
  cluster.crash(100 * SECOND, ...Array.from({ length: failing }, (_, i) => `${zone}-${i}`));
  return cluster;
}

test("CP-48 NoSchedule at once; NoExecute one monitor pass later; the k-th node of a zone 10 s × (k − 1) after", () => {
  const cluster = failureTogether(20, 5);
  cluster.run();
  const unknown = unknownAt(cluster, "a-0");
  expect(taintedAt(cluster, "a-0", "NoSchedule") - unknown).toBe(WATCH + COMMIT);
  const first = taintedAt(cluster, "a-0", "NoExecute");
  expect((first - unknown) / SECOND).toBeGreaterThan(4.99);
  expect((first - unknown) / SECOND).toBeLessThan(5.2);
  for (let k = 1; k < 5; k++) expect(taintedAt(cluster, `a-${k}`, "NoExecute") - first).toBe(k * 10 * SECOND);
});

test("CP-48 zones are tainted independently of each other", () => {
  const cluster = new Harness({ write: WRITE, renewedAt: 98 * SECOND });
  for (const zone of ["a", "b"]) for (let i = 0; i < 10; i++) cluster.put(nodeOf(`${zone}-${i}`, { zone }));
  cluster.startNodeControllers();
  cluster.crash(100 * SECOND, "a-0", "a-1", "b-0", "b-1");
  cluster.run();
  expect(Math.abs(taintedAt(cluster, "a-0", "NoExecute") - taintedAt(cluster, "b-0", "NoExecute"))).toBeLessThan(
    SECOND / 10,
  );
  expect(Math.abs(taintedAt(cluster, "a-1", "NoExecute") - taintedAt(cluster, "b-1", "NoExecute"))).toBeLessThan(
    SECOND / 10,
  );
});

test("CP-49 deletion T seconds after NoExecute was observed; T=0 at once; without seconds or limit never", () => {
  const cluster = new Harness({ write: WRITE });
  for (const name of ["node-a", "node-b"]) cluster.put(nodeOf(name));
  const pods = { default: 300, short: 20, zero: 0, forever: null } as const;
  for (const [name, seconds] of Object.entries(pods)) {
    cluster.put(podOf(name, { nodeName: "node-a", ready: true, tolerations: [tolerateUnreachable(seconds)] }));
  }
  cluster.put(podOf("intolerant", { nodeName: "node-a", ready: true }));
  cluster.startNodeControllers();
  cluster.crash(100 * SECOND, "node-a");
  cluster.run();
  const observed = taintedAt(cluster, "node-a", "NoExecute") + WATCH;
  // get, status, delete
  const calls = 2 * WRITE + COMMIT;
  expect(deletedAt(cluster, "default") - observed).toBe(300 * SECOND + calls);
  expect(deletedAt(cluster, "short") - observed).toBe(20 * SECOND + calls);
  expect(deletedAt(cluster, "zero") - observed).toBe(calls);
  expect(deletedAt(cluster, "intolerant") - observed).toBe(calls);
  expect(deletedAt(cluster, "forever")).toBeNaN();
});

test("CP-50 pods on a dead node remain Terminating (Node deletion and the out-of-service taint are not modelled)", () => {
  const { cluster } = failureOfOneNode(3, 50);
  cluster.at(5000 * SECOND, () => {});
  cluster.run();
  expect(cluster.simulation.now).toBe(5000 * SECOND);
  expect(cluster.object("Pod", "default/web").metadata.deletionTimestamp).toBe(deletedAt(cluster, "web"));
});

test("CP-52 all nodes of all zones NotReady: taints removed, evictions stop, pods stay NotReady", () => {
  const cluster = new Harness({ write: WRITE });
  for (const zone of ["a", "b"]) cluster.put(nodeOf(`node-${zone}`, { zone }));
  cluster.put(nodeOf("node-c", { zone: "b" }));
  for (const node of ["a", "b", "c"]) {
    const tolerations = [tolerateUnreachable(300)];
    cluster.put(podOf(`on-${node}`, { nodeName: `node-${node}`, ready: true, tolerations }));
  }
  cluster.startNodeControllers();
  cluster.crash(100 * SECOND, "node-a");
  cluster.crash(200 * SECOND, "node-b", "node-c");
  cluster.run(200 * SECOND);
  expect(taintedAt(cluster, "node-a", "NoExecute")).toBeLessThan(165 * SECOND);
  cluster.run();
  for (const node of ["a", "b", "c"]) {
    expect(cluster.object("Node", `node-${node}`).status.ready).toBe("Unknown");
    expect(cluster.object("Node", `node-${node}`).spec.taints.map((taint) => taint.effect)).toEqual(["NoSchedule"]);
    expect(cluster.object("Pod", `default/on-${node}`).status.ready.status).toBe(false);
    expect(deletedAt(cluster, `on-${node}`)).toBeNaN();
  }
});

test("CP-53 6 of 10 NotReady: no NoExecute taints; 60 of 100: one node per 100 s; 2 of 3: one per 10 s", () => {
  const small = failureTogether(10, 6);
  small.run(2000 * SECOND);
  for (let i = 0; i < 6; i++) {
    expect(unknownAt(small, `a-${i}`)).toBeGreaterThan(0);
    expect(taintedAt(small, `a-${i}`, "NoExecute")).toBeNaN();
  }

  const large = failureTogether(100, 60);
  large.run(2000 * SECOND);
  const times = large.revisions
    .filter((each) => each.kind === "Node" && taintedAt(large, each.key, "NoExecute") === each.time)
    .map((each) => each.time);
  expect(times.length).toBeGreaterThan(10);
  for (let k = 1; k < times.length; k++) expect(times[k]! - times[k - 1]!).toBe(100 * SECOND);

  const three = failureTogether(3, 2);
  three.run(2000 * SECOND);
  expect(taintedAt(three, "a-1", "NoExecute") - taintedAt(three, "a-0", "NoExecute")).toBe(10 * SECOND);
});

test("TRAP-e nothing is deleted at NotReady: only eviction deletes, about 305 s later", () => {
  const { unready, deleted } = failureOfOneNode(11, 50);
  expect(deleted - unready).toBeGreaterThan(304.9);
  expect(deleted - unready).toBeLessThan(305.3);
});

test("TRAP-f the node monitor grace period is 50 s from 1.32 on and 40 s before", () => {
  const older = failureOfOneNode(5, behaviourOf(31).nodeMonitorGraceSeconds);
  const newer = failureOfOneNode(5, behaviourOf(32).nodeMonitorGraceSeconds);
  expect(newer.unknown - older.unknown).toBeCloseTo(10, 1);
});

test("TRAP-j evictions are limited per tainted node, not per pod", () => {
  const cluster = new Harness({ write: WRITE });
  for (const name of ["node-a", "node-b"]) cluster.put(nodeOf(name));
  const tolerations = [tolerateUnreachable(300)];
  for (let i = 0; i < 10; i++) cluster.put(podOf(`web-${i}`, { nodeName: "node-a", ready: true, tolerations }));
  cluster.startNodeControllers();
  cluster.crash(100 * SECOND, "node-a");
  cluster.run();
  const due = taintedAt(cluster, "node-a", "NoExecute") + 300 * SECOND;
  for (let i = 0; i < 10; i++) {
    expect(deletedAt(cluster, `web-${i}`)).toBeGreaterThan(due);
    expect(deletedAt(cluster, `web-${i}`)).toBeLessThan(due + SECOND / 5);
  }
});

test("CP-35 a Node becoming NotReady changes no endpoint by itself; its pods' Ready=False does", () => {
  const cluster = new Harness({ write: WRITE });
  for (const name of ["node-a", "node-b"]) cluster.put(nodeOf(name));
  const tolerations = [tolerateUnreachable(null)];
  const pod = podOf("web", { nodeName: "node-a", ready: true, labels: { app: "web" }, tolerations });
  cluster.put({ ...pod, status: { ...pod.status, phase: "Running", podIP: 1 } });
  cluster.startNodeControllers();
  cluster.crash(100 * SECOND, "node-a");
  const pods = () => [cluster.object("Pod", "default/web")];
  const service = buildService("web", { ports: [], clusterIP: 1 });
  const slices = reconcileEndpointSlices(service, pods(), [], () => "", 0).creates;
  expect(slices[0]?.endpoints[0]?.ready).toBe(true);
  // step by step to the instant at which the node is Unknown and its pods are not marked yet
  while (cluster.object("Node", "node-a").status.ready === "True") cluster.simulation.advance(1);
  expect(cluster.object("Node", "node-a").status.ready).toBe("Unknown");
  expect(reconcileEndpointSlices(service, pods(), slices, () => "", 1).updates).toEqual([]);
  cluster.run();
  const { updates } = reconcileEndpointSlices(service, pods(), slices, () => "", 1);
  expect(updates[0]?.endpoints[0]).toMatchObject({ ready: false, serving: false, terminating: false });
});
