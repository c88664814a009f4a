import { describe, expect, test, vi } from "vitest";
import { ApiClient } from "../../src/apiserver/client.js";
import { isActive } from "../../src/control-plane/active-pod.js";
import { planDeployment } from "../../src/control-plane/deployment-plan.js";
import { POD_DELETION_COST, rankPodsForDeletion } from "../../src/control-plane/pod-ranking.js";
import { resolveFenceposts } from "../../src/control-plane/rolling-update.js";
import { MILLISECOND, MINUTE, SECOND } from "../../src/engine/duration.js";
import { type Deployment, isTerminal, type Pod, type ReplicaSet } from "../../src/model/objects.js";
import { type KubeletOptions, runFakeKubelet } from "../control-plane/fake-kubelet.js";
import { type Commit, Harness, type HarnessOptions } from "../control-plane/harness.js";
import { deployment, node, pod } from "../control-plane/objects.js";

const QUICK: KubeletOptions = { startup: 2 * SECOND, termination: 5 * SECOND };
const START = 60 * SECOND;

/** A Deployment "web", settled, with the clock at 60 s. */
function settled(
  replicas: number,
  spec: Partial<Deployment["spec"]> = {},
  kubelet: KubeletOptions = QUICK,
  options: HarnessOptions = {},
): Harness {
  const harness = new Harness(options);
  harness.startControllers("deployment", "replicaset", "endpointslice");
  runFakeKubelet(harness, kubelet);
  harness.put(node("n1"));
  harness.put(deployment("web", replicas, spec));
  harness.reader.start();
  harness.run(START);
  expect(harness.simulation.pendingControl).toBe(0);
  return harness;
}

function updateTemplate(harness: Harness, revision = "2"): void {
  harness.change("Deployment", "default/web", (now) => {
    const template = { ...now.spec.template, annotations: { revision } };
    return { ...now, spec: { ...now.spec, template } };
  });
}

const isOld = (each: Pod): boolean => each.metadata.annotations.revision === undefined;

/** Calls `look` with all pods after each commit of a pod since 60 s. */
function replay(harness: Harness, look: (pods: readonly Pod[], time: number) => void): void {
  const pods = new Map<string, Pod>();
  for (const { time, revision } of harness.commitsOf("Pod")) {
    if (revision.deleted) pods.delete(revision.key);
    else pods.set(revision.key, revision.object as Pod);
    if (time >= START) look([...pods.values()], time);
  }
}

/** Deletion requests of pods since 60 s, in order. */
function deletionRequests(harness: Harness): Commit[] {
  return harness.commitsOf("Pod", START).filter(({ revision }) => {
    const before = revision.previous?.object as Pod | undefined;
    const now = revision.object as Pod;
    return !revision.deleted && now.metadata.deletionTimestamp !== null && before?.metadata.deletionTimestamp === null;
  });
}

function creations(harness: Harness, from = START): Commit[] {
  return harness.commitsOf("Pod", from).filter(({ revision }) => revision.previous === null && !revision.deleted);
}

describe("rolling update", () => {
  test("CP-57 10 replicas with 25 %: at most 13 active pods and at least 8 available ones at all times", () => {
    const harness = settled(10);
    updateTemplate(harness);
    harness.run();
    let [most, least] = [0, 99];
    replay(harness, (pods) => {
      most = Math.max(most, pods.filter(isActive).length);
      least = Math.min(least, pods.filter((each) => isActive(each) && each.status.ready.status).length);
    });
    expect([most, least]).toEqual([13, 8]);
    const left = harness.objects("Pod");
    expect([left.length, left.some(isOld)]).toEqual([10, false]);
    expect(harness.simulation.pendingControl).toBe(0);
  });

  test("CP-58 surge is rounded up, unavailable down, and one of them is at least 1", () => {
    const of = (replicas: number, maxSurge: number | string, maxUnavailable: number | string) =>
      Object.values(resolveFenceposts({ maxSurge, maxUnavailable }, replicas));
    expect(of(1, "25%", "25%")).toEqual([1, 0]);
    expect(of(3, "25%", "25%")).toEqual([1, 0]);
    expect(of(4, "25%", "25%")).toEqual([1, 1]);
    expect(of(5, 0, "10%")).toEqual([0, 1]);
  });

  test("CP-59 each sync scales either the new ReplicaSet up or old ones down, never both", () => {
    const harness = settled(10);
    updateTemplate(harness);
    harness.run();
    const steps: string[] = [];
    for (const { time, revision } of harness.commitsOf("ReplicaSet", START)) {
      const before = (revision.previous?.object as ReplicaSet | undefined)?.spec.replicas ?? 0;
      const now = (revision.object as ReplicaSet).spec.replicas;
      if (now !== before) steps.push(`${time} ${now > before ? "up" : "down"}`);
    }
    expect(steps.slice(0, 3).map((each) => each.split(" ")[1])).toEqual(["up", "down", "up"]);
    const times = steps.map((each) => Number(each.split(" ")[0]));
    // the first step is the creation of the new ReplicaSet, which counts as no scaling: its sync goes on, one write later
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(5 * MILLISECOND);
    // two steps of one sync would lie one write apart; the echo of a step takes longer
    for (let i = 2; i < times.length; i++)
      expect((times[i] ?? 0) - (times[i - 1] ?? 0)).toBeGreaterThan(15 * MILLISECOND);
  });

  test("CP-60 unhealthy old pods go first, and new pods that never become available block the rest", () => {
    const harness = settled(10, {}, { ...QUICK, becomesReady: isOld });
    const sick = harness.objects("Pod").slice(3, 5);
    for (const { metadata } of sick) {
      harness.change("Pod", `default/${metadata.name}`, (now) => ({
        ...now,
        status: { ...now.status, ready: { status: false, lastTransitionTime: START } },
      }));
    }
    harness.run(START + 10 * SECOND);
    updateTemplate(harness);
    harness.run();
    const deleted = deletionRequests(harness).map(({ revision }) => (revision.object as Pod).metadata.name);
    expect([...deleted].sort()).toEqual(sick.map(({ metadata }) => metadata.name).sort());
    const ready = harness.objects("Pod").filter((each) => each.status.ready.status);
    expect([ready.length, ready.every(isOld)]).toEqual([8, true]);
  });

  /** A rollout of four at once, whose new pods are ready after these times: when each was, and when old ones were deleted. */
  function rolloutWithMinReady(minor: number, startups: readonly number[]) {
    const kubelet = { ...QUICK, startup: (ordinal: number) => (startups[ordinal - 4] ?? 2) * SECOND };
    const rollingUpdate = { maxSurge: 4, maxUnavailable: 0 };
    const harness = settled(4, { minReadySeconds: 30, rollingUpdate }, kubelet, { minor });
    updateTemplate(harness);
    harness.run();
    const ready = harness.commitsOf("Pod", START).filter(({ revision }) => {
      const before = revision.previous?.object as Pod | undefined;
      return (revision.object as Pod).status.ready.status && before?.status.ready.status === false;
    });
    return { ready: ready.map(({ time }) => time), deleted: deletionRequests(harness).map(({ time }) => time) };
  }

  /** From a pod's turn to the first deletion that follows from it: status, sync of the Deployment, sync of the ReplicaSet. */
  const CHAIN = 60 * MILLISECOND;

  test("CP-61 since 1.34 an old pod is deleted m after the whole second in which a new one became ready", () => {
    for (const minor of [34, 36]) {
      const { ready, deleted } = rolloutWithMinReady(minor, [2.4, 5.4, 5.7, 13.4]);
      expect([ready.length, deleted.length]).toEqual([4, 4]);
      for (const [i, time] of ready.entries()) {
        const due = Math.floor(time / SECOND) * SECOND + 30 * SECOND;
        expect(deleted[i]! - due).toBeGreaterThan(0);
        expect(deleted[i]! - due).toBeLessThan(CHAIN);
      }
      // two that became ready in the same second become available together
      expect(deleted[2]).toBe(deleted[1]);
    }
  });

  test("CP-61 since 1.34 a pod that is not ready yet, or never, holds up no other's turn", () => {
    const { ready, deleted } = rolloutWithMinReady(34, [2.4, 9.6, 50.2, 90.9]);
    const due = ready.map((time) => Math.floor(time / SECOND) * SECOND + 30 * SECOND);
    for (const [i, time] of deleted.entries()) expect(time - due[i]!).toBeLessThan(CHAIN);
  });

  test("CP-61 up to 1.33 the first new pod has its turn at Ready + m + 1 s, later ones up to m later", () => {
    for (const minor of [31, 33]) {
      const { ready, deleted } = rolloutWithMinReady(minor, [2.4, 5.4, 5.7, 13.4]);
      const first = ready[0]! + 31 * SECOND;
      expect(deleted[0]! - first).toBeGreaterThan(0);
      expect(deleted[0]! - first).toBeLessThan(CHAIN + 15 * MILLISECOND);
      for (const time of deleted.slice(1)) {
        expect(time - first).toBeGreaterThan(30 * SECOND);
        expect(time - first).toBeLessThan(30.1 * SECOND);
      }
    }
  });

  test("CP-61 up to 1.33 one pod at a time has its turn from Ready + m to Ready + m + 1 s", () => {
    const rollingUpdate = { maxSurge: 1, maxUnavailable: 0 };
    const harness = settled(2, { minReadySeconds: 20, rollingUpdate }, QUICK, { minor: 33 });
    updateTemplate(harness);
    harness.run();
    const ready = harness.commitsOf("Pod", START).filter(({ revision }) => {
      const before = revision.previous?.object as Pod | undefined;
      return (revision.object as Pod).status.ready.status && before?.status.ready.status === false;
    });
    const deleted = deletionRequests(harness);
    expect([ready.length, deleted.length]).toEqual([2, 2]);
    for (const [i, { time }] of ready.entries()) {
      expect(deleted[i]!.time).toBeGreaterThan(time + 20 * SECOND);
      expect(deleted[i]!.time).toBeLessThanOrEqual(time + 21 * SECOND + CHAIN + 15 * MILLISECOND);
    }
  });

  test("CP-62 TRAP-i: terminating pods do not count, so that about twice as many processes may run", () => {
    const harness = settled(10, {}, { startup: SECOND, termination: 60 * SECOND });
    updateTemplate(harness);
    harness.run();
    let [most, active] = [0, 0];
    replay(harness, (pods) => {
      most = Math.max(most, pods.length);
      active = Math.max(active, pods.filter(isActive).length);
    });
    expect(active).toBe(13);
    expect(most).toBe(20);
  });

  test("scaling during a rollout is proportional, and the rollout goes on", () => {
    const harness = settled(10, {}, { ...QUICK, becomesReady: isOld });
    updateTemplate(harness);
    harness.run(START + 10 * SECOND);
    const sizes = () => harness.objects("ReplicaSet").map((each) => each.spec.replicas);
    expect([...sizes()].sort((x, y) => x - y)).toEqual([5, 8]);
    harness.change("Deployment", "default/web", (now) => ({ ...now, spec: { ...now.spec, replicas: 20 } }));
    harness.run(START + 20 * SECOND);
    // 20 replicas and a surge of 5: 25 in the proportion of 8 and 5 to 13
    expect([...sizes()].sort((x, y) => x - y)).toEqual([10, 15]);
  });
});

describe("recreate", () => {
  /** Three old pods that end after 30, 31 and 32 s, and are gone 0.7 s later. */
  function recreate(minor: number) {
    const termination = (ordinal: number) => (30 + ordinal) * SECOND;
    const kubelet = { startup: 2 * SECOND, termination, removal: 700 * MILLISECOND };
    const harness = settled(3, { rollingUpdate: null }, kubelet, { minor });
    updateTemplate(harness);
    harness.run();
    const made = harness.commitsOf("ReplicaSet", START).find(({ revision }) => revision.previous === null);
    return { harness, made: made?.time ?? Number.NaN, deleted: deletionRequests(harness)[0]!.time };
  }

  test.each([
    [34, 700, "gone"],
    [35, 0, "terminal"],
    [37, 0, "terminal"],
  ])("CP-63 in 1.%i the new ReplicaSet comes when the last old pod is %i ms after its end: %s", (minor, after) => {
    const { harness, made, deleted } = recreate(minor);
    const since = made - deleted - 32 * SECOND - after * MILLISECOND;
    // where ReplicaSets count pods that are being deleted, their status and its way to the controller come in between
    const chain = minor >= 35 ? 2 * 15 + 2 * 4.75 : 15 + 4.75;
    expect(since).toBe(chain * MILLISECOND);
    expect(harness.objects("Pod").filter((each) => each.status.ready.status && !isOld(each))).toHaveLength(3);
    expect(harness.simulation.pendingControl).toBe(0);
  });

  test("CP-63 nobody serves from the first deletion to the new Ready, and no old pod runs beside a new one", () => {
    for (const minor of [34, 35]) {
      const { harness, deleted } = recreate(minor);
      let served = 0;
      replay(harness, (pods, time) => {
        const running = pods.filter((each) => !isTerminal(each));
        expect(running.every(isOld) || !running.some(isOld)).toBe(true);
        if (served === 0 && pods.some((each) => !isOld(each) && each.status.ready.status)) served = time;
      });
      expect(deletionRequests(harness)).toHaveLength(3);
      expect(served - deleted).toBeGreaterThanOrEqual(34 * SECOND);
    }
  });

  test("CP-63 the cause of the new ReplicaSet is what its controller waited for", () => {
    for (const [minor, deletedObject] of [
      [34, true],
      [35, false],
    ] as const) {
      const { harness } = recreate(minor);
      const { facts } = harness.simulation;
      const made = harness.commitsOf("ReplicaSet", START).find(({ revision }) => revision.previous === null)!;
      const cause = facts.parentOf(made.revision.fact);
      const ended = harness.revisions.find((each) => each.fact === cause)!;
      expect([ended.kind, ended.deleted]).toEqual(["Pod", deletedObject]);
      expect(isTerminal(ended.object as Pod)).toBe(true);
    }
  });

  test("since 1.35 the status of a ReplicaSet and its Deployment counts pods that are being deleted", () => {
    for (const [minor, expected] of [
      [34, [0]],
      [35, [0, 3, 2, 1, 0]],
    ] as const) {
      const { harness } = recreate(minor);
      const counts = harness
        .commitsOf("Deployment", START)
        .map(({ revision }) => (revision.object as Deployment).status);
      const distinct = counts.map(({ terminating }) => terminating).filter((each, i, all) => each !== all[i - 1]);
      expect(distinct).toEqual(expected);
    }
  });

  test("CP-63 a terminal old pod does not hold the new ones back, a terminating one does", () => {
    const web = { ...deployment("web", 1, { rollingUpdate: null }) };
    const other = planDeployment(
      { ...web, spec: { ...web.spec, template: { ...web.spec.template, annotations: { x: "" } } } },
      [],
      false,
    );
    const old = other.create === null ? [] : [{ ...other.create, spec: { ...other.create.spec, replicas: 0 } }];
    expect(planDeployment(web, old, true).create).toBeNull();
    expect(planDeployment(web, old, false).create?.spec.replicas).toBe(1);
    expect([isTerminal(pod("p", { phase: "Failed" })), isTerminal(pod("p", { deleted: true }))]).toEqual([true, false]);
  });
});

describe("replica set", () => {
  test("CP-64 scale down: unassigned, pending, not ready, cost, co-located, recently ready, UID", () => {
    const now = 100 * MINUTE;
    const make = (name: string, change: (each: Pod) => Pod, neighbours = 1, uid = 0.5) => ({
      pod: change(pod(name, { phase: "Running" })),
      neighbours,
      uid,
    });
    const expected = [
      make("unassigned", (each) => ({ ...each, spec: { ...each.spec, nodeName: "" } })),
      make("pending", (each) => ({ ...each, status: { ...each.status, phase: "Pending" } })),
      make("unready", (each) => ({
        ...each,
        status: { ...each.status, ready: { status: false, lastTransitionTime: 0 } },
      })),
      make("cheap", (each) => ({
        ...each,
        metadata: { ...each.metadata, annotations: { [POD_DELETION_COST]: "-1" } },
      })),
      make("crowded", (each) => each, 3),
      make("recent", (each) => ({
        ...each,
        status: { ...each.status, ready: { status: true, lastTransitionTime: now - MINUTE } },
      })),
      make(
        "tie-1",
        (each) => ({ ...each, status: { ...each.status, ready: { status: true, lastTransitionTime: 1 } } }),
        1,
        0.1,
      ),
      make("tie-2", (each) => each, 1, 0.2),
    ];
    const order = rankPodsForDeletion([...expected].reverse(), now).map((each) => each.pod.metadata.name);
    expect(order).toEqual(expected.map((each) => each.pod.metadata.name));
  });

  test("CP-65 a scale-up creates in waves of 1, 2, 4, …, each after the answers to the one before", () => {
    const harness = settled(20, {}, QUICK, { write: 100 * MILLISECOND, budget: { qps: 1000, burst: 1000 } });
    const times = creations(harness, 0).map(({ time }) => time);
    const waves = [...new Set(times)].map((time) => times.filter((each) => each === time).length);
    expect(waves).toEqual([1, 2, 4, 8, 5]);
    const distinct = [...new Set(times)];
    for (let i = 1; i < distinct.length; i++)
      expect((distinct[i] ?? 0) - (distinct[i - 1] ?? 0)).toBe(100 * MILLISECOND);
  });

  test("CP-65 at most 500 a sync, then it waits for the echo", () => {
    const watch = 3 * SECOND;
    const harness = settled(600, {}, QUICK, { watch, budget: { qps: 1e5, burst: 1e5 } });
    const times = creations(harness, 0).map(({ time }) => time);
    expect(times).toHaveLength(600);
    expect((times[500] ?? 0) - (times[499] ?? 0)).toBeGreaterThanOrEqual(watch);
    expect((times[499] ?? 0) - (times[0] ?? 0)).toBeLessThan(SECOND);
  });

  test("a lost pod is replaced once, because of its deletion, under the next name", () => {
    const harness = settled(3);
    const names = harness.objects("Pod").map((each) => each.metadata.name);
    harness.remove("Pod", `default/${names[0]}`);
    harness.run();
    const [created, ...more] = creations(harness);
    expect(more).toEqual([]);
    const { facts } = harness.simulation;
    expect(facts.subjectOf(facts.parentOf(created?.revision.fact ?? -1))).toBe(`Pod/default/${names[0]}`);
    expect(names.map((name) => `default/${name}`)).not.toContain(created?.revision.key);
  });

  test("a pod that is gone before its deletion arrives is what was wanted: nothing is tried again", () => {
    const harness = settled(3);
    const names = harness.objects("Pod").map((each) => each.metadata.name);
    const deletions = vi.spyOn(ApiClient.prototype, "delete");
    harness.change("Deployment", "default/web", (now) => ({ ...now, spec: { ...now.spec, replicas: 0 } }));
    // the deletions are sent at 32.5 ms and arrive at 35 ms
    harness.at(START + 34 * MILLISECOND, () => {
      for (const name of names) harness.remove("Pod", `default/${name}`);
    });
    harness.run();
    expect(deletions).toHaveBeenCalledTimes(3);
    deletions.mockRestore();
    expect(harness.objects("Pod")).toEqual([]);
  });

  test("the end of a Deployment takes its ReplicaSets and pods along", () => {
    const harness = settled(3);
    harness.remove("Deployment", "default/web");
    harness.run();
    expect([harness.objects("ReplicaSet"), harness.objects("Pod")]).toEqual([[], []]);
  });
});

describe("independence", () => {
  test("another Deployment or node changes no name and no choice", () => {
    const story = (crowded: boolean): string[] => {
      const harness = new Harness({ startAt: -MINUTE });
      harness.startControllers("deployment", "replicaset", "endpointslice");
      runFakeKubelet(harness, QUICK);
      harness.put(node("n1"));
      if (crowded) for (const name of ["n2", "n3"]) harness.put(node(name));
      if (crowded) harness.put(deployment("other", 7));
      harness.put(deployment("web", 6));
      harness.reader.start();
      harness.run(START);
      harness.change("Deployment", "default/web", (now) => ({ ...now, spec: { ...now.spec, replicas: 3 } }));
      harness.run();
      const names = harness.objects("Pod").map((each) => each.metadata.name);
      return names.filter((name) => name.startsWith("web-"));
    };
    expect(story(false)).toHaveLength(3);
    expect(story(true)).toEqual(story(false));
  });
});
