import { describe, expect, test } from "vitest";
import { type FactId, Facts, NO_FACT } from "../../src/engine/facts.js";
import { Consequences } from "../../src/metrics/consequences.js";
import { rolloutStories } from "../../src/metrics/rollout-stories.js";
import { WorkloadHistories } from "../../src/metrics/workload-histories.js";
import type { Deployment } from "../../src/model/objects.js";
import type { RolloutStory } from "../../src/model/result.js";
import { FactKind } from "../../src/model/trace.js";
import { ServerHarness } from "../apiserver/harness.js";
import { buildDeployment, buildPod, buildReplicaSet } from "../support/objects.js";

const UPDATED = { replicas: 2, updated: 2, ready: 2, available: 2, terminating: 0 };

/** Pods of a workload: each from its creation to its removal (left out: it stays). */
type Lives = Readonly<Record<string, readonly [from: number, until?: number]>>;

interface Given {
  readonly status?: Deployment["status"];
  readonly pods?: Lives;
  /** Of another Deployment, which nobody rolls. */
  readonly others?: Lives;
  /** What the event led to, and when. */
  readonly facts?: readonly (readonly [kind: FactKind, pod: string, at: number])[];
  readonly objects?: readonly string[];
}

/** The stories of a rollout of `web` at 10, in a run that ends at 100; its status is the given one from 20 on. */
function stories({ status = UPDATED, pods = {}, others = {}, facts: given = [], objects }: Given): RolloutStory[] {
  const harness = new ServerHarness();
  const workloads = new WorkloadHistories(harness.log);
  const web = buildDeployment("web", { replicas: 2 });
  harness.at(5, () => harness.commit(web));
  harness.at(20, () => harness.commit({ ...web, status }));
  for (const [deployment, lives] of [
    ["web", pods],
    ["other", others],
  ] as const) {
    const owner = { kind: "Deployment", name: deployment } as const;
    harness.at(5, () => harness.commit(buildReplicaSet(`${deployment}-1`, {}, { owner })));
    for (const [name, [from, until]] of Object.entries(lives)) {
      const pod = buildPod(name, { owner: { kind: "ReplicaSet", name: `${deployment}-1` } });
      harness.at(from, () => harness.commit(pod));
      if (until !== undefined) harness.at(until, () => harness.commit(pod, true));
    }
  }
  harness.run();
  const facts = new Facts();
  const add = (at: number, kind: FactKind, subject: string, parent: FactId): FactId =>
    facts.add(at, kind, 0, facts.intern(subject), facts.intern(""), parent);
  const fact = add(10, FactKind.churn, "rollout", NO_FACT);
  for (const [kind, pod, at] of given) add(at, kind, `Pod/default/${pod}`, fact);
  const object = "Deployment/default/web";
  const fired = [
    { name: "rollout-web", fact, t: 10, action: "rollout", rollsOut: true, objects: objects ?? [object], object },
  ];
  return rolloutStories(fired, workloads, new Consequences(facts, [fact]), 100);
}

describe("a rollout", () => {
  test("lasts until its last pod is ready or gone", () => {
    const ready = [FactKind.podReady, "b", 20] as const;
    expect(stories({ facts: [ready] })).toMatchObject([{ event: "rollout-web", duration: 10 }]);
    expect(stories({ facts: [ready, [FactKind.objectDeleted, "a", 47]] })).toMatchObject([{ duration: 37 }]);
    // a pod that is about to end has not gone
    expect(stories({ facts: [ready, [FactKind.deletionRequested, "a", 47]] })).toMatchObject([{ duration: 10 }]);
  });

  test("that is stuck has not finished, whoever sends to its pods", () => {
    const facts = [[FactKind.podReady, "b", 20]] as const;
    for (const status of [
      { replicas: 3, updated: 2, ready: 2, available: 2, terminating: 0 },
      { replicas: 2, updated: 1, ready: 2, available: 2, terminating: 0 },
      { replicas: 1, updated: 1, ready: 1, available: 1, terminating: 0 },
    ]) {
      expect(stories({ status, facts })[0]?.duration).toBeNaN();
    }
  });

  test("without a consequence has not finished", () => {
    expect(stories({})[0]?.duration).toBeNaN();
  });

  test("counts the pods of its own workload that there were at once, terminating ones included", () => {
    const pods: Lives = { a: [5, 60], b: [5, 40], c: [30], d: [50] };
    const others: Lives = { e: [5], f: [5], g: [5], h: [5] };
    // a, b, c from 30 to 40; a, c, d from 50 to 60
    expect(stories({ pods, others })).toMatchObject([{ peakPods: 3 }]);
    expect(stories({ pods: { a: [5, 9], b: [5, 9], c: [5, 9], d: [20] } })).toMatchObject([{ peakPods: 1 }]);
  });

  test("of nothing has no story", () => {
    expect(stories({ objects: [] })).toEqual([]);
  });
});
