import { describe, expect, test } from "vitest";
import { TargetWatch } from "../../src/assembly/target-watch.js";
import { PodAddresses } from "../../src/assembly/targets.js";
import { LoggedTruth } from "../../src/assembly/truth.js";
import type { EndpointSlice, Pod } from "../../src/model/objects.js";
import type { BeliefChange } from "../../src/model/observation.js";
import { pod, ServerHarness } from "../apiserver/harness.js";
import { buildContainer, buildEndpoint, buildPod, buildService, buildSlice } from "../support/objects.js";

function ready(made: Pod, status = true): Pod {
  return { ...made, status: { ...made.status, ready: { status, lastTransitionTime: 0 } } };
}

function deleting(made: Pod, at: number): Pod {
  return { ...made, metadata: { ...made.metadata, deletionTimestamp: at } };
}

const SERVICE = buildService("web", {
  ports: [{ name: "", port: 80, targetPort: 8080, protocol: "TCP" }],
  clusterIP: 1,
});

function slice(pods: readonly string[], terminating = false): EndpointSlice {
  const endpoints = pods.map((name, index) =>
    buildEndpoint({ address: index + 1, pod: name, ready: !terminating, terminating }),
  );
  return buildSlice("web", "web-1", endpoints, { ports: [{ name: "", port: 8080, protocol: "TCP" }] });
}

describe("what the log says of a pod", () => {
  test("is contradicted when it becomes unready, begins to be deleted, or disappears while it was usable", () => {
    const harness = new ServerHarness();
    const truth = new LoggedTruth(harness.log);
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
    const truth = new LoggedTruth(harness.log);
    harness.at(10, () => harness.commit(ready(pod("a"))));
    harness.at(20, () => harness.commit(ready(pod("a")), true));
    harness.run();
    expect([truth.deletedAt("default/a"), truth.contradictedAt("default/a", 10)]).toEqual([20, 20]);
  });

  test("knows the longest preStop sleep of its containers", () => {
    const harness = new ServerHarness();
    const truth = new LoggedTruth(harness.log);
    const made = pod("a");
    const containers = [null, 3, 2].map((preStopSleepSeconds) => buildContainer({ preStopSleepSeconds }));
    harness.commit({ ...made, spec: { ...made.spec, containers } });
    expect([truth.preStopOf("default/a"), truth.preStopOf("default/b")]).toEqual([3_000_000, 0]);
  });
});

function told({ at, used, unused }: BeliefChange): string {
  const named = (sign: string, pods: readonly string[]): string =>
    pods.length > 0 ? sign + [...pods].sort((x, y) => (x < y ? -1 : 1)).join() : "";
  return `${at} ${named("+", used)}${named("-", unused)}`;
}

describe("the watch of a target", () => {
  test("follows its pods and slices, and nobody else's", () => {
    const harness = new ServerHarness();
    const watch = new TargetWatch(harness.log, SERVICE);
    const mine = buildPod("a", { labels: { app: "web" }, spec: { containers: [] } });
    harness.at(10, () => harness.commit(mine));
    harness.at(10, () => harness.commit(pod("other")));
    harness.at(20, () => harness.commit(slice(["a", "b"])));
    harness.at(30, () => harness.commit(slice(["a"], true)));
    harness.at(40, () => harness.commit(mine, true));
    harness.at(50, () => harness.commit(slice([]), true));
    harness.run();
    const at = (history: { at(time: number): number }): number[] =>
      [15, 25, 35, 45, 55].map((time) => history.at(time));
    expect(at(watch.pods)).toEqual([1, 1, 1, 0, 0]);
    expect(at(watch.ready)).toEqual([0, 2, 0, 0, 0]);
    expect(at(watch.terminating)).toEqual([0, 0, 1, 1, 0]);
    expect(watch.podKeys).toEqual([]);
    expect(watch.observation().beliefs.map(told)).toEqual([
      "20 +default/a,default/b",
      "30 -default/a,default/b",
      "50 ",
    ]);
    expect(watch.observation().beliefs[0]?.endpoints[0]?.after?.text).toBe("0.0.0.1:8080");
  });
});

test("an address means the newest pod that a slice of the Service has named there", () => {
  const harness = new ServerHarness();
  const addresses = new PodAddresses({ log: harness.log } as never, "default/web");
  harness.commit(slice(["a", "b"]));
  harness.commit(slice(["c"]));
  expect([1, 2, 3].map((address) => addresses.at(address))).toEqual(["default/c", "default/b", ""]);
});
