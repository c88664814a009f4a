import { describe, expect, it } from "vitest";
import { requestPodDeletion } from "../../src/apiserver/pod-deletion.js";
import { constant } from "../../src/engine/distribution.js";
import { MILLISECOND, SECOND } from "../../src/engine/duration.js";
import { FactKind } from "../../src/model/trace.js";
import { container, Harness, newPod, PROBE } from "../node/harness.js";

const T0 = 100 * SECOND;
/** 10.244.0.2, the first address of the node. */
const FIRST = 0x0af40002;

function terminated(
  containers: Parameters<typeof newPod>[0],
  grace: number,
  options: ConstructorParameters<typeof Harness>[0] = {},
): Harness {
  const harness = new Harness(options);
  harness.at(0, () => harness.create(newPod(containers, grace)));
  harness.at(T0, () => harness.delete("default/web"));
  harness.run();
  return harness;
}

describe("termination", () => {
  it("CP-37 without preStop a process that exits after e < G stops the container at t_k + e", () => {
    const harness = terminated([container()], 30, {
      script: () => ({ exitAfter: 7 * SECOND }),
      watch: constant(SECOND),
    });
    expect(harness.times(FactKind.terminationStarted)).toEqual([T0 + SECOND]);
    expect(harness.times(FactKind.sigtermSent)).toEqual([T0 + SECOND]);
    expect(harness.times(FactKind.containerExited)).toEqual([T0 + 8 * SECOND]);
    expect(harness.times(FactKind.sigkillSent)).toEqual([]);
    expect(harness.pod()).toBeNull();
  });

  it.each([29, 35, 36, 37])(
    "CP-37 RT-26 SIGTERM waits for a relist that is newer than the last sync: young pods (1.%i)",
    (minor) => {
      for (const age of [10, 200, 400, 800, 1_010, 1_700].map((each) => each * MILLISECOND)) {
        const harness = new Harness({ minor });
        harness.at(5 * SECOND, () => harness.create(newPod()));
        const synced = minor < 36 ? harness.relistAfter(5 * SECOND) : 5 * SECOND + 5 * MILLISECOND;
        harness.at(synced + age, () => harness.delete("default/web"));
        harness.run();
        expect(harness.times(FactKind.podReady)).toEqual([synced]);
        expect(harness.times(FactKind.sigtermSent)).toEqual([Math.max(synced + age, harness.relistAfter(synced))]);
      }
    },
  );

  it.each([35, 36])(
    "CP-38 RT-26 preStop waits as well, behind the sync that a new container with a probe leads to (1.%i)",
    (minor) => {
      const harness = new Harness({ minor });
      harness.at(5 * SECOND, () =>
        harness.create(newPod([container({ readinessProbe: PROBE, preStopSleepSeconds: 3 })])),
      );
      const ready = minor < 36 ? harness.relistAfter(5 * SECOND) : 5 * SECOND + 5 * MILLISECOND;
      harness.at(ready + 100 * MILLISECOND, () => harness.delete("default/web"));
      harness.run();
      expect(harness.times(FactKind.podReady)).toEqual([ready]);
      const begun = harness.relistAfter(harness.relistAfter(ready));
      expect(harness.times(FactKind.terminationStarted)).toEqual([begun]);
      expect(harness.times(FactKind.sigtermSent)).toEqual([begun + 3 * SECOND]);
    },
  );

  it("CP-40 RT-26 a sync without cause each 60 to 90 s makes about one deletion in a hundred late", () => {
    let late = 0;
    for (let seed = 0; seed < 400; seed++) {
      const harness = new Harness({ seed: `${seed}` });
      harness.at(0, () => harness.create(newPod()));
      harness.at(200 * SECOND, () => harness.delete("default/web"));
      harness.run();
      const [sigterm] = harness.times(FactKind.sigtermSent);
      if (sigterm === 200 * SECOND) continue;
      expect(sigterm).toBe(harness.relistAfter(200 * SECOND));
      late++;
    }
    expect(late).toBeGreaterThanOrEqual(1);
    expect(late).toBeLessThanOrEqual(9);
  });

  it("CP-38 preStop sleep p < G: SIGTERM at t_k + p, SIGKILL at t_k + p + max(2, G − p)", () => {
    const usual = terminated([container({ preStopSleepSeconds: 5 })], 30, { script: () => ({ exitAfter: null }) });
    expect(usual.times(FactKind.preStopFinished)).toEqual([T0 + 5 * SECOND]);
    expect(usual.times(FactKind.sigtermSent)).toEqual([T0 + 5 * SECOND]);
    expect(usual.times(FactKind.sigkillSent)).toEqual([T0 + 30 * SECOND]);
    const floor = terminated([container({ preStopSleepSeconds: 29 })], 30, { script: () => ({ exitAfter: null }) });
    expect(floor.times(FactKind.sigkillSent)).toEqual([T0 + 31 * SECOND]);
  });

  it("CP-39 RT-24 a shorter grace in the request cuts preStop: SIGTERM at its end, SIGKILL 2 s later", () => {
    const harness = new Harness({ script: () => ({ exitAfter: null }) });
    harness.at(0, () => harness.create(newPod([container({ preStopSleepSeconds: 5 })])));
    harness.at(T0, () => harness.delete("default/web", 3));
    harness.run();
    expect(harness.times(FactKind.sigtermSent)).toEqual([T0 + 3 * SECOND]);
    expect(harness.times(FactKind.sigkillSent)).toEqual([T0 + 5 * SECOND]);
  });

  it("CP-39 preStop >= G: SIGTERM at t_k + G, SIGKILL at t_k + G + 2", () => {
    const harness = terminated([container({ preStopSleepSeconds: 60 })], 30, { script: () => ({ exitAfter: null }) });
    expect(harness.times(FactKind.sigtermSent)).toEqual([T0 + 30 * SECOND]);
    expect(harness.times(FactKind.sigkillSent)).toEqual([T0 + 32 * SECOND]);
  });

  it("TRAP-g the process gets 2 s after SIGTERM even when preStop used up the grace period", () => {
    const harness = terminated([container({ preStopSleepSeconds: 10 })], 10, { script: () => ({ exitAfter: SECOND }) });
    expect(harness.times(FactKind.containerExited)).toEqual([T0 + 11 * SECOND]);
    expect(harness.times(FactKind.sigkillSent)).toEqual([]);
  });

  it("CP-40 SIGTERM comes at t_k + p whatever anybody has learned of the deletion", () => {
    const slowApi = { api: constant(3 * SECOND) };
    const at = (options: object) => terminated([container()], 30, options).times(FactKind.sigtermSent);
    expect(at({})).toEqual([T0]);
    expect(at(slowApi)).toEqual([T0]);
  });

  it("CP-41 containers are stopped in parallel, each with its own preStop", () => {
    const containers = [container({ name: "a", preStopSleepSeconds: 3 }), container({ name: "b" })];
    const harness = terminated(containers, 30, {
      script: ({ name }) => ({ exitAfter: name === "a" ? SECOND : 9 * SECOND }),
    });
    expect(harness.times(FactKind.sigtermSent)).toEqual([T0, T0 + 3 * SECOND]);
    expect(harness.times(FactKind.containerExited)).toEqual([T0 + 4 * SECOND, T0 + 9 * SECOND]);
    expect(harness.times(FactKind.addressReleased)).toEqual([T0 + 9 * SECOND]);
  });

  it("CP-42 the address is released after the last container stopped and before the terminal status; another pod may get it", () => {
    const harness = new Harness({
      range: "10.244.0.0/29",
      sandboxRemoval: constant(SECOND),
      api: constant(2 * SECOND),
    });
    harness.at(0, () => harness.create(newPod([container()], 30, "web")));
    harness.at(T0, () => harness.delete("default/web"));
    for (let i = 0; i < 5; i++) harness.at(T0 + SECOND, () => harness.create(newPod([container()], 30, `next-${i}`)));
    harness.run(T0 + 4 * SECOND);
    expect(harness.times(FactKind.containerExited)).toEqual([T0]);
    expect(harness.times(FactKind.addressReleased)).toEqual([T0 + SECOND]);
    // the old pod is still in the API, with the address that a new pod already holds
    expect(harness.pod()!.status).toMatchObject({ phase: "Running", podIP: FIRST });
    expect(harness.network.holder(FIRST)!.pod).toBe("default/next-4");
    harness.run();
    expect(harness.times(FactKind.podNotReady)[0]).toBeGreaterThan(T0 + SECOND);
    expect(harness.pod("next-4")!.status.podIP).toBe(FIRST);
  });

  it.each([29, 37])("CP-43 RT-3 the object disappears at the next relist after the pod has ended (1.%i)", (minor) => {
    for (const exitAfter of [SECOND, 1_300 * MILLISECOND, 1_900 * MILLISECOND]) {
      const harness = terminated([container()], 30, { minor, script: () => ({ exitAfter }) });
      expect(harness.times(FactKind.podNotReady)).toEqual([T0 + exitAfter]);
      expect(harness.times(FactKind.objectDeleted)).toEqual([harness.relistAfter(T0 + exitAfter)]);
    }
  });

  it("CP-43 the terminal status is written before, however long that takes", () => {
    const harness = terminated([container()], 30, { api: constant(700 * MILLISECOND) });
    const [told] = harness.times(FactKind.podNotReady);
    // the write that notices the deletion comes first
    expect(told).toBe(T0 + 1_400 * MILLISECOND + 700 * MILLISECOND + 665 * MILLISECOND);
    expect(harness.times(FactKind.objectDeleted)[0]).toBeGreaterThan(told!);
    expect(harness.pod()).toBeNull();
  });

  it("CP-43 the deletion of the object is caused by the end of the pod", () => {
    const harness = terminated([container()], 30, { script: () => ({ exitAfter: SECOND }) });
    expect(harness.chain(harness.factsOf(FactKind.objectDeleted)[0]!)).toEqual([
      "object-deleted",
      "pod-not-ready",
      "container-exited",
      "sigterm-sent",
      "termination-started",
      "deletion-requested",
    ]);
  });

  it("CP-44 an unscheduled or terminal pod is removed at once", () => {
    const pod = newPod();
    expect(requestPodDeletion({ ...pod, spec: { ...pod.spec, nodeName: "" } }, null, 0)).toEqual({ remove: true });
    expect(requestPodDeletion({ ...pod, status: { ...pod.status, phase: "Failed" } }, null, 0)).toEqual({
      remove: true,
    });
    expect(requestPodDeletion(pod, null, 5)).toMatchObject({
      remove: false,
      pod: { metadata: { deletionTimestamp: 5, deletionGracePeriodSeconds: 30 } },
    });
  });

  it("CP-45 force deletion removes the object at once while the process still runs, 2 s at most", () => {
    const harness = new Harness({ script: () => ({ exitAfter: null }) });
    harness.at(0, () => harness.create(newPod([container({ preStopSleepSeconds: 20 })])));
    harness.at(T0, () => harness.delete("default/web", 0));
    harness.run(T0 + 1);
    expect(harness.pod()).toBeNull();
    expect(harness.running).toBe(1);
    harness.run();
    expect(harness.times(FactKind.sigtermSent)).toEqual([T0 + SECOND]);
    expect(harness.times(FactKind.sigkillSent)).toEqual([T0 + 3 * SECOND]);
    expect(harness.running).toBe(0);
    expect(harness.times(FactKind.addressReleased)).toEqual([T0 + 3 * SECOND]);
  });

  it("TRAP-a a deletion alone does not make the pod NotReady", () => {
    const harness = new Harness({ script: () => ({ exitAfter: 20 * SECOND }) });
    harness.at(0, () => harness.create(newPod([container({ readinessProbe: PROBE })])));
    harness.at(T0, () => harness.delete("default/web"));
    harness.run(T0 + 20 * SECOND);
    expect(harness.pod()!.status.ready.status).toBe(true);
    expect(harness.times(FactKind.podNotReady)).toEqual([]);
    harness.run();
    expect(harness.times(FactKind.podNotReady)).toEqual([T0 + 20 * SECOND]);
  });

  it.each([34, 35, 36, 37])(
    "CP-15 UP-8 readiness probes go on, but those that run a command end in 1.35 and 1.36 (1.%i)",
    (minor) => {
      for (const exec of [true, false]) {
        const how = exec ? ({ exec: true } as const) : {};
        const probe = { ...PROBE, periodSeconds: 1, failureThreshold: 1, ...how };
        const harness = new Harness({ minor, script: () => ({ exitAfter: 20 * SECOND }) });
        harness.at(0, () => harness.create(newPod([container({ readinessProbe: probe })])));
        harness.at(T0, () => harness.delete("default/web"));
        harness.at(T0 + 5 * SECOND, () => harness.kubelet.failProbe("default/web", "main", true));
        harness.run(T0 + 19 * SECOND);
        const ended = exec && (minor === 35 || minor === 36);
        expect(harness.times(FactKind.probeFailed)).toHaveLength(ended ? 0 : 1);
        expect(harness.pod()!.status.ready.status).toBe(ended);
        harness.run();
        expect(harness.times(FactKind.podNotReady)).toHaveLength(1);
      }
    },
  );

  it("CP-15 readiness probes go on during termination and are reported", () => {
    const probe = { ...PROBE, periodSeconds: 1, failureThreshold: 1 };
    const harness = new Harness({ script: () => ({ exitAfter: 20 * SECOND }) });
    harness.at(0, () => harness.create(newPod([container({ readinessProbe: probe })])));
    harness.at(T0, () => harness.delete("default/web"));
    harness.at(T0 + 5 * SECOND, () => harness.kubelet.failProbe("default/web", "main", true));
    harness.run(T0 + 19 * SECOND);
    const [failed] = harness.times(FactKind.probeFailed);
    expect(failed).toBeGreaterThan(T0 + 5 * SECOND);
    expect(failed).toBeLessThanOrEqual(T0 + 6 * SECOND);
    expect(harness.times(FactKind.podNotReady)).toEqual([failed]);
  });
});
