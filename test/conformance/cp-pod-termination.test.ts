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

  it("CP-38 preStop sleep p < G: SIGTERM at t_k + p, SIGKILL at t_k + p + max(2, G − p)", () => {
    const usual = terminated([container({ preStopSleepSeconds: 5 })], 30, { script: () => ({ exitAfter: null }) });
    expect(usual.times(FactKind.preStopFinished)).toEqual([T0 + 5 * SECOND]);
    expect(usual.times(FactKind.sigtermSent)).toEqual([T0 + 5 * SECOND]);
    expect(usual.times(FactKind.sigkillSent)).toEqual([T0 + 30 * SECOND]);
    const floor = terminated([container({ preStopSleepSeconds: 29 })], 30, { script: () => ({ exitAfter: null }) });
    expect(floor.times(FactKind.sigkillSent)).toEqual([T0 + 31 * SECOND]);
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

  it("CP-43 the object disappears after exit, terminal status, 100 ms of unmount polling and the delete", () => {
    const harness = terminated([container()], 30, { script: () => ({ exitAfter: SECOND }) });
    expect(harness.times(FactKind.podNotReady)).toEqual([T0 + SECOND]);
    expect(harness.times(FactKind.objectDeleted)).toEqual([T0 + SECOND + 100 * MILLISECOND]);
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
