import { describe, expect, it } from "vitest";
import { constant } from "../../src/engine/distribution.js";
import { HOUR, MILLISECOND, MINUTE, SECOND } from "../../src/engine/duration.js";
import { FACT_KINDS, FactKind } from "../../src/model/trace.js";
import { nextRestartBackoff, type RestartBackoff, requeueDelay, restartDelay } from "../../src/node/restart-backoff.js";
import { container, Harness, newPod, PROBE } from "../node/harness.js";

const WRITTEN: readonly number[] = [FactKind.podReady, FactKind.podNotReady, FactKind.objectDeleted];

describe("status", () => {
  it("CP-16 a crash without probe is NotReady in the API one relist and one write later", () => {
    const harness = new Harness({ api: constant(200 * MILLISECOND) });
    harness.at(0, () => harness.create(newPod()));
    harness.at(50 * SECOND, () => harness.kubelet.crashContainer("default/web", "main"));
    harness.run();
    // GET (200 ms), then PATCH, committed after 95 % of 200 ms
    expect(harness.times(FactKind.podNotReady)).toEqual([harness.relistAfter(50 * SECOND) + 390 * MILLISECOND]);
    const fact = harness.factsOf(FactKind.podNotReady)[0]!;
    expect(harness.chain(fact)).toEqual(["pod-not-ready", "container-crashed"]);
    expect(harness.pod()!.status.containers[0]).toMatchObject({ restartCount: 1, state: "running", ready: true });
  });

  it.each([35, 36, 37])(
    "CP-16 it is Ready again when the restart is seen: a relist later, from 1.36 on at once (1.%i)",
    (minor) => {
      const harness = new Harness({ minor });
      harness.at(0, () => harness.create(newPod()));
      harness.at(50 * SECOND, () => harness.kubelet.crashContainer("default/web", "main"));
      harness.run();
      const relist = harness.relistAfter(50 * SECOND);
      expect(harness.times(FactKind.podNotReady)).toEqual([relist]);
      expect(harness.times(FactKind.containerStarted)[1]).toBe(relist);
      expect(harness.times(FactKind.podReady)[1]).toBe(relist + (minor < 36 ? SECOND : 5 * MILLISECOND));
    },
  );

  it.each([35, 36])("CP-23 without a probe address, phase Running and Ready come in one write (1.%i)", (minor) => {
    const harness = new Harness({ minor });
    const seen: string[] = [];
    harness.log.onCommit("Pod", ({ object: { status } }) =>
      seen.push(`${status.phase} ${status.podIP !== null} ${status.ready.status}`),
    );
    harness.at(0, () => harness.create(newPod()));
    harness.run();
    expect(new Set(seen)).toEqual(new Set(["Pending false false", "Running true true"]));
  });

  it("CP-17 the first restart is immediate, the n-th waits 10·2^(n−2) s, at most 300 s", () => {
    let backoff: RestartBackoff | null = null;
    const waits: number[] = [];
    let now = 0;
    for (let crash = 0; crash < 8; crash++) {
      const wait = restartDelay(backoff, now);
      waits.push(wait / SECOND);
      backoff = nextRestartBackoff(backoff, now, now + wait);
      now += wait + SECOND;
    }
    expect(waits).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
  });

  it("CP-17 the start after a backoff is the first sync after its expiry: up to 15 s late before 1.35", () => {
    for (const [minor, latest] of [
      [34, 16],
      [35, 7],
    ] as const) {
      const harness = new Harness({ minor, script: () => ({ livesFor: 5 * SECOND }) });
      harness.at(0, () => harness.create(newPod()));
      harness.run(10 * MINUTE);
      const starts = harness.times(FactKind.containerStarted);
      const exits = harness.times(FactKind.containerExited);
      expect(starts[1]).toBe(harness.relistAfter(exits[0]!));
      expect(starts.length).toBeGreaterThan(4);
      const waits = [10, 20, 40];
      for (const [index, wait] of waits.entries()) {
        const gap = starts[index + 2]! - exits[index + 1]!;
        expect(gap).toBeGreaterThanOrEqual(wait * SECOND);
        if (index === 0) expect(gap).toBeLessThanOrEqual((wait + latest) * SECOND);
      }
    }
    expect(requeueDelay(4 * SECOND, false, 0.5)).toBe(12_500 * MILLISECOND);
    expect(requeueDelay(4 * SECOND, true, 0.5)).toBe(5 * SECOND);
    expect(requeueDelay(5 * MINUTE, true, 1)).toBe(90 * SECOND);
  });

  it("CP-18 an entry older than 10 min counts as none", () => {
    const backoff = { delay: 80 * SECOND, updatedAt: 0 };
    expect(restartDelay(backoff, 10 * MINUTE)).toBe(80 * SECOND);
    expect(restartDelay(backoff, 10 * MINUTE + 1)).toBe(0);
    expect(nextRestartBackoff(backoff, 10 * MINUTE + 1, HOUR)).toEqual({ delay: 10 * SECOND, updatedAt: HOUR });
  });

  it("TRAP-c the first restart happens at the relist that notices the crash, not 10 s later", () => {
    const harness = new Harness();
    harness.at(0, () => harness.create(newPod()));
    harness.at(50 * SECOND, () => harness.kubelet.crashContainer("default/web", "main"));
    harness.run();
    expect(harness.times(FactKind.containerStarted)[1]).toBe(harness.relistAfter(50 * SECOND));
  });

  it("CP-19 the address stays over container restarts and changes with the pod", () => {
    const harness = new Harness();
    harness.at(0, () => harness.create(newPod()));
    harness.at(50 * SECOND, () => harness.kubelet.crashContainer("default/web", "main"));
    harness.run(60 * SECOND);
    const before = harness.pod()!.status;
    expect(before.containers[0]!.restartCount).toBe(1);
    expect(harness.times(FactKind.addressAssigned)).toHaveLength(1);
    harness.at(60 * SECOND, () => harness.delete("default/web"));
    harness.at(70 * SECOND, () => harness.create(newPod()));
    harness.run();
    expect(harness.pod()!.status.podIP).toBe(before.podIP! + 1);
  });

  it("CP-20 two readiness changes on one node reach the API one whole write after the other", () => {
    const harness = new Harness({ api: constant(100 * MILLISECOND) });
    const probe = { ...PROBE, periodSeconds: 1, failureThreshold: 1 };
    for (const name of ["a", "b"]) {
      harness.at(0, () => harness.create(newPod([container({ readinessProbe: probe })], 30, name)));
    }
    harness.at(20 * SECOND, () => {
      for (const name of ["a", "b"]) harness.kubelet.failProbe(`default/${name}`, "main", true);
    });
    harness.run();
    const failed = harness.times(FactKind.probeFailed, "a")[0]!;
    expect(harness.times(FactKind.probeFailed, "b")).toEqual([failed]);
    const written = ["a", "b"].map((name) => harness.times(FactKind.podNotReady, name)[0]! - failed);
    // each write is a GET and a PATCH of 100 ms that is committed after 95 ms
    expect(written).toEqual([195 * MILLISECOND, 395 * MILLISECOND]);
  });

  it.each([
    // containers wait; all is Ready; the end; the object
    [33, ["phase Pending", "pod-ready", "pod-not-ready", "object-deleted"]],
    [34, ["phase Pending", "pod-ready", "deletion noticed", "pod-not-ready", "object-deleted"]],
    [35, ["phase Pending", "pod-ready", "deletion noticed", "pod-not-ready", "object-deleted"]],
    [36, ["phase Pending", "sandbox ready", "pod-ready", "deletion noticed", "pod-not-ready", "object-deleted"]],
    [37, ["phase Pending", "sandbox ready", "pod-ready", "deletion noticed", "pod-not-ready", "object-deleted"]],
  ] as const)("CP-20 RT-6 what the kubelet writes of a pod in its life (1.%i)", (minor, writes) => {
    const harness = new Harness({
      minor,
      api: constant(10 * MILLISECOND),
      sandboxCreation: constant(500 * MILLISECOND),
    });
    harness.at(0, () => harness.create(newPod()));
    harness.at(50 * SECOND, () => harness.delete("default/web"));
    harness.run();
    const { facts } = harness.simulation;
    const told: string[] = [];
    for (let fact = 0; fact < facts.length; fact++) {
      if (facts.componentOf(fact) !== "kubelet/node-0" || facts.subjectOf(fact) !== "Pod/default/web") continue;
      const kind = facts.kindOf(fact);
      if (kind === FactKind.objectUpdated) told.push(facts.objectOf(fact).split(", ").at(-1) ?? "");
      if (WRITTEN.includes(kind)) told.push(FACT_KINDS[kind]!.name);
    }
    expect(told).toEqual(writes);
    // each one is a GET and a write: 10 ms and 9.5 ms
    const end = 50 * SECOND + 19_500;
    expect(harness.times(FactKind.podNotReady)).toEqual([minor < 34 ? end : end + 20 * MILLISECOND]);
    expect(harness.times(FactKind.objectDeleted)).toEqual([harness.relistAfter(50 * SECOND) + 19_500]);
  });

  it("CP-21 200 pods turning NotReady at once need at least (400 − 100) / 50 = 6 s of budget", () => {
    const harness = new Harness({ budget: { qps: 50, burst: 100 }, range: "10.244.0.0/23" });
    const probe = { ...PROBE, periodSeconds: 1, failureThreshold: 1 };
    const names = Array.from({ length: 200 }, (_, index) => `pod-${index}`);
    harness.at(0, () => {
      for (const name of names) harness.create(newPod([container({ readinessProbe: probe })], 30, name));
    });
    harness.at(5 * MINUTE, () => {
      for (const name of names) harness.kubelet.failProbe(`default/${name}`, "main", true);
    });
    harness.run();
    const failed = harness.times(FactKind.probeFailed, "pod-0")[0]!;
    const written = names.map((name) => harness.times(FactKind.podNotReady, name)[0]! - failed);
    expect(Math.max(...written)).toBe(6 * SECOND);
  });
});
