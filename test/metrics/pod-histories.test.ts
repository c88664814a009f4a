import { describe, expect, test } from "vitest";
import { PodHistories } from "../../src/metrics/pod-histories.js";
import type { Pod } from "../../src/model/objects.js";
import { pod, ServerHarness } from "../apiserver/harness.js";
import { buildContainer } from "../support/objects.js";

function ready(made: Pod, status = true): Pod {
  return { ...made, status: { ...made.status, ready: { status, lastTransitionTime: 0 } } };
}

function deleting(made: Pod, at: number): Pod {
  return { ...made, metadata: { ...made.metadata, deletionTimestamp: at } };
}

describe("what the log says of a pod", () => {
  test("is contradicted when it becomes unready, begins to be deleted, or disappears while it was usable", () => {
    const harness = new ServerHarness();
    const truth = new PodHistories(harness.log);
    const steps: [number, Pod, boolean?][] = [
      [10, pod("a")],
      [20, ready(pod("a"))],
      [30, ready(pod("a"), false)],
      [40, ready(pod("a"))],
      [50, deleting(ready(pod("a")), 50)],
      [60, deleting(ready(pod("a"), false), 50)],
      [70, deleting(ready(pod("a"), false), 50), true],
    ];
    for (const [time, made, gone] of steps) harness.at(time, () => harness.commit(made, gone ?? false));
    harness.run();
    const since = [0, 29, 30, 39, 40, 49, 50, 80].map((time) => truth.contradictedAt("default/a", time));
    expect(since).toEqual([30, 30, 30, 30, 50, 50, 50, 50]);
    expect(truth.deletedAt("default/a")).toBe(50);
    expect(truth.contradictedAt("default/unknown", 0)).toBeNaN();
    expect(truth.deletedAt("default/unknown")).toBeNaN();
  });

  test("counts a removal by force as its deletion", () => {
    const harness = new ServerHarness();
    const truth = new PodHistories(harness.log);
    harness.at(10, () => harness.commit(ready(pod("a"))));
    harness.at(20, () => harness.commit(ready(pod("a")), true));
    harness.run();
    expect([truth.deletedAt("default/a"), truth.contradictedAt("default/a", 10)]).toEqual([20, 20]);
  });

  test("knows the longest preStop sleep of its containers", () => {
    const harness = new ServerHarness();
    const truth = new PodHistories(harness.log);
    const made = pod("a");
    const containers = [null, 3, 2].map((preStopSleepSeconds) => buildContainer({ preStopSleepSeconds }));
    harness.commit({ ...made, spec: { ...made.spec, containers } });
    expect([truth.preStopOf("default/a"), truth.preStopOf("default/b")]).toEqual([3_000_000, 0]);
  });
});
