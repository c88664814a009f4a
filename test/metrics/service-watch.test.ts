import { describe, expect, test } from "vitest";
import { ServiceWatch } from "../../src/metrics/service-watch.js";
import type { EndpointSlice } from "../../src/model/objects.js";
import type { BeliefChange } from "../../src/model/observation.js";
import { pod, ServerHarness } from "../apiserver/harness.js";
import { buildEndpoint, buildPod, buildService, buildSlice } from "../support/objects.js";

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

function told({ at, used, unused }: BeliefChange): string {
  const named = (sign: string, pods: readonly string[]): string =>
    pods.length > 0 ? sign + [...pods].sort((x, y) => (x < y ? -1 : 1)).join() : "";
  return `${at} ${named("+", used)}${named("-", unused)}`;
}

describe("the watch of a target", () => {
  test("follows its pods and slices, and nobody else's", () => {
    const harness = new ServerHarness();
    const watch = new ServiceWatch(harness.log, SERVICE);
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
    expect([...watch.existing.keys()]).toEqual([]);
    expect(watch.observation().beliefs.map(told)).toEqual([
      "20 +default/a,default/b",
      "30 -default/a,default/b",
      "50 ",
    ]);
    expect(watch.observation().beliefs[0]?.endpoints[0]?.after?.text).toBe("0.0.0.1:8080");
  });
});
