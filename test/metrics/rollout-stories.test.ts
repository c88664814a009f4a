import { expect, test } from "vitest";
import { Facts, NO_FACT } from "../../src/engine/facts.js";
import { Consequences } from "../../src/metrics/consequences.js";
import { rolloutStories } from "../../src/metrics/rollout-stories.js";
import { ServiceWatch } from "../../src/metrics/service-watch.js";
import type { Deployment } from "../../src/model/objects.js";
import { FactKind } from "../../src/model/trace.js";
import { ServerHarness } from "../apiserver/harness.js";
import { buildDeployment, buildEndpoint, buildPod, buildService, buildSlice } from "../support/objects.js";

const LABELS = { app: "web" };

/** How long a rollout at 10 took whose first new pod was ready at 20, in a cluster that had this status from then on. */
function duration(status: Deployment["status"]): number {
  const harness = new ServerHarness();
  const watch = new ServiceWatch(harness.log, buildService("web", { selector: LABELS, clusterIP: 1 }));
  const web = buildDeployment("web", { replicas: 2 });
  const endpoints = ["a", "b"].map((pod, index) => buildEndpoint({ address: index + 1, pod, ready: true }));
  harness.at(5, () => harness.commit(web));
  for (const name of ["a", "b"]) harness.at(5, () => harness.commit(buildPod(name, { labels: LABELS })));
  harness.at(5, () => harness.commit(buildSlice("web", "web-1", endpoints)));
  harness.at(20, () => harness.commit({ ...web, status }));
  harness.run();
  const facts = new Facts();
  const fact = facts.add(10, FactKind.churn, 0, facts.intern("rollout"), facts.intern(""), NO_FACT);
  facts.add(20, FactKind.podReady, 0, facts.intern("Pod/default/b"), facts.intern(""), fact);
  const object = "Deployment/default/web";
  const fired = [{ name: "rollout-web", fact, t: 10, action: "rollout", rollsOut: true, object }];
  const [story] = rolloutStories(fired, [watch], new Consequences(facts, [fact]), 100);
  return story?.duration ?? Number.POSITIVE_INFINITY;
}

test("a rollout lasts until its last pod is ready or gone", () => {
  expect(duration({ replicas: 2, updated: 2, ready: 2, available: 2 })).toBe(10);
});

test("a rollout that is stuck while the old pods are ready has not finished", () => {
  expect(duration({ replicas: 3, updated: 2, ready: 2, available: 2 })).toBeNaN();
  expect(duration({ replicas: 2, updated: 1, ready: 2, available: 2 })).toBeNaN();
});
