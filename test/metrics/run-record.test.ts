import { describe, expect, test } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { NO_FACT } from "../../src/engine/facts.js";
import type { ServiceWatch } from "../../src/metrics/service-watch.js";
import { KeptAddresses } from "../../src/model/kept-addresses.js";
import { keyOf, objectsOf, type Pod, type Service } from "../../src/model/objects.js";
import type { RunRecord } from "../../src/model/result.js";
import { FactKind } from "../../src/model/trace.js";
import { buildEndpoint, buildPod, buildService, buildSlice } from "../support/objects.js";
import { observer } from "../support/observers.js";
import { buildClient, buildPlace, buildRequest } from "../support/requests.js";
import { MeasuredRun, scenarioTo } from "./measured-run.js";

/** A run with a traffic entry to each of these Services ("web", "web.other"). */
function runTo(targets: readonly string[], set: readonly string[] = []): MeasuredRun {
  const scenario = scenarioTo(targets, set);
  const services = targets.map((target) => {
    const [name, namespace = "default"] = target.split(".");
    const found = objectsOf(scenario.objects, "Service").find((each) => keyOf(each) === `${namespace}/${name}`);
    return found as Service;
  });
  return new MeasuredRun(scenario, services);
}

function ready(name: string, isReady = true, deletedAt: number | null = null): Pod {
  const made = buildPod(name, { labels: { app: "web" } });
  return {
    ...made,
    metadata: { ...made.metadata, deletionTimestamp: deletedAt },
    status: { ...made.status, ready: { status: isReady, lastTransitionTime: 0 } },
  };
}

describe("slack", () => {
  test("is that of pods that were deleted before they stopped, or that died with their node; not of a process that crashed", () => {
    const run = runTo(["web"]);
    for (const name of ["a", "b", "c"]) run.commit(ready(name));
    run.at(10 * SECOND, () => run.commit(ready("a", true, 10 * SECOND)));
    run.at(30 * SECOND, () => run.commit(ready("b", true, 30 * SECOND)));
    run.at(40 * SECOND, () => run.commit(ready("c", true, 40 * SECOND)));
    run.stopped.push(
      { pod: "default/a", node: "node-1", at: 12 * SECOND, fact: NO_FACT, crashed: false },
      // its process ended by itself, and only then somebody deleted the pod
      { pod: "default/b", node: "node-1", at: 20 * SECOND, fact: NO_FACT, crashed: false },
      { pod: "default/c", node: "node-2", at: 21 * SECOND, fact: NO_FACT, crashed: true },
    );
    run.sent("node/node-1", "default/web", {
      "default/a": 11 * SECOND,
      "default/b": 31 * SECOND,
      "default/c": 41 * SECOND,
    });
    const { terminations, minSlack } = run.record();
    expect(terminations.map(({ pod, node, slack }) => `${pod} ${node} ${slack / SECOND}`)).toEqual([
      "default/a node-1 1",
      "default/c node-2 -20",
    ]);
    expect(minSlack).toBe(SECOND);
  });

  test("counts the sleep that really passed, which a grace period may have cut short", () => {
    const run = runTo(["web"]);
    const sleeping = (deletedAt: number | null): Pod => {
      const { spec, ...rest } = ready("a", true, deletedAt);
      const [container] = spec.containers;
      const containers = [{ ...(container as NonNullable<typeof container>), preStopSleepSeconds: 40 }];
      return { ...rest, spec: { ...spec, containers, terminationGracePeriodSeconds: 30 } };
    };
    run.commit(sleeping(null));
    run.at(10 * SECOND, () => run.commit(sleeping(10 * SECOND)));
    run.stopped.push({ pod: "default/a", node: "node-1", at: 40 * SECOND, fact: NO_FACT, crashed: false });
    run.sent("node/node-1", "default/web", { "default/a": 11 * SECOND });
    expect(run.record()).toMatchObject({ minSlack: 29 * SECOND, requiredPreStop: SECOND });
  });

  test("is that of whoever kept a pod's address, with the requests that it cost the client", () => {
    const run = runTo(["web"]);
    run.commit(ready("a"));
    run.commit(buildSlice("web", "web-1", [buildEndpoint({ address: 7, pod: "a" })]));
    run.at(10 * SECOND, () => run.commit(ready("a", true, 10 * SECOND)));
    run.stopped.push({ pod: "default/a", node: "node-1", at: 12 * SECOND, fact: NO_FACT, crashed: false });
    const kept = new KeptAddresses();
    // 8 is the address of somebody else's pod
    kept.keep("web", [7, 8], 5 * SECOND, 35 * SECOND);
    run.keepers.push({ observer: observer("client-cache/default/client"), kept });
    const lost = { outcome: "refused", cause: "stale-dns-answer", believedPod: "default/a" } as const;
    run.request(buildRequest(11, { ...lost, client: buildClient({ pod: "default/client" }) }));
    run.request(buildRequest(12, { ...lost, client: buildClient({ pod: "default/other" }) }));
    const { terminations, requiredPreStop } = run.record();
    expect(terminations).toMatchObject([{ pod: "default/a", slack: -23 * SECOND, failedRequests: 1 }]);
    expect(requiredPreStop).toBe(23 * SECOND);
  });

  test("counts the failed requests of the observing node on the pod", () => {
    const run = runTo(["web"]);
    run.commit(ready("a", true, 0));
    run.stopped.push({ pod: "default/a", node: "node-1", at: SECOND, fact: NO_FACT, crashed: false });
    run.sent("node/node-1", "default/web", { "default/a": 2 * SECOND });
    run.sent("node/node-2", "default/web", { "default/a": 2 * SECOND });
    run.sent("coredns/kube-system/dns", "default/web", { "default/a": 2 * SECOND });
    const lost = { outcome: "refused", cause: "stale-rules", believedPod: "default/a" } as const;
    run.request(buildRequest(11, lost));
    run.request(buildRequest(12, lost));
    run.request(buildRequest(13, { ...lost, believedPod: "default/b" }));
    run.request(
      buildRequest(14, { ...lost, client: buildClient({ pod: "default/other", place: buildPlace("node-2") }) }),
    );
    const { terminations } = run.record();
    expect(terminations.map(({ observer, failedRequests }) => `${observer.kind} ${failedRequests}`)).toEqual([
      "node 2",
      "node 1",
      "coredns NaN",
    ]);
  });
});

describe("the failover of a node's crash", () => {
  test("has the slack of the pods that died with the node", () => {
    const run = runTo(["web"]);
    run.commit(ready("a"));
    run.at(10 * SECOND, () => {
      const event = run.fire("crash", "crash-node");
      const crashed = run.fact(FactKind.nodeCrashed, "Node/node-2", event);
      const unknown = run.fact(FactKind.nodeUnknown, "Node/node-2", crashed);
      run.commit(ready("a", false), FactKind.podNotReady, unknown);
      run.stopped.push({ pod: "default/a", node: "node-2", at: 10 * SECOND, fact: crashed, crashed: true });
    });
    run.sent("node/node-1", "default/web", { "default/a": 50 * SECOND });
    expect(run.record().failover[0]).toMatchObject({ event: "crash", minSlack: -40 * SECOND });
  });

  test("has none of pods that merely became unready because of another event", () => {
    const run = runTo(["web"]);
    run.commit(ready("a", true, 0));
    run.at(10 * SECOND, () => run.commit(ready("a", false, 0), FactKind.podNotReady, run.fire("sick", "fail-probe")));
    run.stopped.push({ pod: "default/a", node: "node-2", at: 20 * SECOND, fact: NO_FACT, crashed: false });
    run.sent("node/node-1", "default/web", { "default/a": 50 * SECOND });
    expect(run.record().failover[0]?.minSlack).toBeNaN();
  });
});

describe("an event", () => {
  /** A rollout of `web` deletes its pod `a`; `api` has the pod `b`, which is deleted by somebody at the same time. */
  function rollout(): RunRecord {
    const run = runTo(["web", "api"]);
    const other = { ...ready("b"), metadata: { ...ready("b").metadata, labels: { app: "api" } } };
    run.commit(ready("a"));
    for (const name of ["b", "c", "d"]) run.commit({ ...other, metadata: { ...other.metadata, name } });
    run.at(10 * SECOND, () => {
      const event = run.fire("update", "rollout");
      const deleted = { ...other, metadata: { ...other.metadata, deletionTimestamp: 10 * SECOND } };
      run.commit(ready("a", true, 10 * SECOND), FactKind.deletionRequested, event);
      run.commit(deleted, FactKind.deletionRequested);
      const stops = run.fact(FactKind.processStopsAccepting, "Pod/default/a", event);
      run.stopped.push(
        { pod: "default/a", node: "node-1", at: 12 * SECOND, fact: stops, crashed: false },
        { pod: "default/b", node: "node-1", at: 12 * SECOND, fact: NO_FACT, crashed: false },
      );
      run.at(14 * SECOND, () => run.commit(ready("a", false, 10 * SECOND), FactKind.objectDeleted, event));
    });
    run.sent("node/node-1", "default/web", { "default/a": 13 * SECOND });
    run.sent("node/node-1", "default/api", { "default/b": 40 * SECOND, "default/a": 50 * SECOND });
    return run.record();
  }

  test("has stages where the pods of the target felt it, and the slack that the observers of the target left", () => {
    const { failover } = rollout();
    expect(failover.map(({ target, detected, api, minSlack }) => [target, detected, api, minSlack])).toEqual([
      ["web", 0, 4 * SECOND, -SECOND],
      ["api", Number.NaN, Number.NaN, -38 * SECOND],
    ]);
  });
});

describe("a Service that is no target", () => {
  test("is measured when it is watched: endpoints, pods, terminations, but no timeline and no failover", () => {
    const run = runTo(["web"]);
    const upstream = buildService("api", { selector: { app: "web" } });
    run.measurements.watches.of(upstream);
    run.measurements.start(run);
    run.commit(ready("a", true, 0));
    run.commit(buildSlice("api", "api-1", [buildEndpoint({ address: 1, pod: "a" })]));
    run.at(SECOND, () => run.fire("one", "rollout"));
    run.at(10 * SECOND, () => run.measurements.stop());
    run.stopped.push({ pod: "default/a", node: "node-1", at: 2 * SECOND, fact: NO_FACT, crashed: false });
    run.sent("node/node-2", "default/api", { "default/a": 3 * SECOND });
    const { endpoints, pods, terminations, timeline, failover } = run.record();
    expect(endpoints.map(({ service, pod, observer }) => `${service} ${pod} ${observer.kind}`)).toEqual([
      "default/api default/a api",
    ]);
    expect(new Set(pods.map(({ pod }) => pod))).toEqual(new Set(["default/a"]));
    expect(terminations).toMatchObject([{ pod: "default/a", observer: { name: "node-2" }, slack: -SECOND }]);
    expect(new Set(timeline.map(({ target }) => target))).toEqual(new Set(["web"]));
    expect(failover.map(({ target }) => target)).toEqual(["web"]);
  });

  test("that is watched twice is measured once", () => {
    const run = runTo(["web"]);
    const [target] = run.measurements.targets;
    expect(run.measurements.watches.of((target as ServiceWatch).service)).toBe(target);
    expect([...run.measurements.watches]).toEqual([target]);
  });
});

describe("the slices of a Service", () => {
  const changed = (run: MeasuredRun, service: string, slice: string, namespace: string, parent: number): void =>
    run.commit(
      buildSlice(service, slice, [buildEndpoint({ address: 1, pod: "a" })], { namespace }),
      FactKind.endpointsChanged,
      parent,
    );
  const slices = ({ failover }: RunRecord): string[] =>
    failover.map(({ event, target, slice }) => `${event} ${target} ${slice / SECOND}`);

  test("are those that name it, whatever their own names begin with", () => {
    const run = runTo(["web", "web-admin", "web.other"]);
    run.at(10 * SECOND, () => {
      const event = run.fire("one", "rollout");
      run.at(11 * SECOND, () => changed(run, "web-admin", "web-admin-1", "default", event));
      run.at(12 * SECOND, () => changed(run, "web", "web-1", "other", event));
      run.at(13 * SECOND, () => changed(run, "web", "not-named-after-it", "default", event));
    });
    run.at(20 * SECOND, () => {
      const event = run.fire("two", "rollout");
      run.at(24 * SECOND, () => changed(run, "web-admin", "web-admin-1", "default", event));
    });
    expect(slices(run.record())).toEqual([
      "one web 3",
      "one web-admin 1",
      "one web.other 2",
      "two web NaN",
      "two web-admin 4",
      "two web.other NaN",
    ]);
  });
});

describe("the warm-up", () => {
  test("ends before the request that arrives at its last moment: it counts", () => {
    const run = runTo(["web"], ["warmup=2s"]);
    const failed = { outcome: "refused", cause: "stale-rules" } as const;
    for (const arrivedAt of [0, 1_999_999, 2_000_000, 2_000_001])
      run.request(buildRequest(1, { arrivedAt, ...failed }));
    const { totals } = run.record();
    expect([totals.requests, totals.causes]).toEqual([2, [{ cause: "stale-rules", count: 2 }]]);
  });
});

describe("a request row", () => {
  test("has no time to connect when the connection was open already", () => {
    const run = runTo(["web"], ["sampling.requests=all"]);
    run.request(buildRequest(1, { oneWay: 50 }));
    run.request(buildRequest(2, { oneWay: 50, reused: true }));
    run.request(buildRequest(3, { oneWay: 50, reused: true, outcome: "reset", cause: "killed-in-flight" }));
    expect([...run.record().requests].map(({ connect }) => connect)).toEqual([100, 0, 0]);
  });
});
