import { expect, test } from "vitest";
import type { Why } from "../../src/apiserver/client.js";
import { isAvailable } from "../../src/control-plane/active-pod.js";
import { newPod } from "../../src/control-plane/new-pod.js";
import { OwnedPods } from "../../src/control-plane/owned-pods.js";
import { WorkQueue } from "../../src/control-plane/work-queue.js";
import { MILLISECOND, SECOND } from "../../src/engine/duration.js";
import { keyOf, type Pod } from "../../src/model/objects.js";
import { buildPodTemplate } from "../support/objects.js";
import { runFakeKubelet } from "./fake-kubelet.js";
import { Harness } from "./harness.js";
import { node, POD_SPEC, service } from "./objects.js";

const MIN_READY_SECONDS = 5;
const WRITE = 5 * MILLISECOND;

/** Keeps a pod on each node for every Service: a controller that is nothing but its decision. */
class PodForEachNode {
  /** When a sync ended, whether its writes succeeded, and how many pods were available. */
  readonly ends: { time: number; complete: boolean; available: number }[] = [];
  private readonly queue: WorkQueue;
  private readonly pods: OwnedPods<"Service">;

  constructor(private readonly harness: Harness) {
    const { context, reader } = harness;
    this.queue = new WorkQueue(context, { workers: 2 }, (key) => this.sync(key));
    const owner = { kind: "Service", recheckSeconds: () => MIN_READY_SECONDS + 1 } as const;
    this.pods = new OwnedPods(reader, harness.clientFor("pod-for-each-node"), this.queue, owner);
    reader.on("Node", () => {
      for (const { key } of reader.all("Service")) this.queue.add(key);
    });
  }

  private sync(key: string): void {
    const owner = this.harness.reader.get("Service", key);
    if (owner === null) {
      this.pods.removeOrphans(key);
      this.queue.done(key);
      return;
    }
    const nodes = new Map([...this.harness.reader.all("Node")].map((each) => [each.object.metadata.name, each]));
    const superfluous: Pod[] = [];
    for (const { object } of this.pods.activeOf(key)) {
      if (!nodes.delete(object.spec.nodeName)) superfluous.push(object);
    }
    const end = (_: null, complete: boolean): void => this.end(key, complete);
    if (this.pods.isAwaiting(key)) {
      end(null, true);
      return;
    }
    const missing = [...nodes.values()];
    const { metadata } = owner.object;
    const lost = this.pods.takeLosses(key).map(({ fact }) => fact);
    const next = (ordinal: number) => {
      const on = missing.shift();
      const spec = { ...POD_SPEC, nodeName: on?.object.metadata.name ?? "" };
      const template = buildPodTemplate({ app: "agent" }, spec);
      const pod = newPod({ kind: "Service", name: metadata.name }, metadata.namespace, template, ordinal);
      return { pod, why: { cause: lost.shift() ?? on?.fact ?? owner.fact } };
    };
    const whyOf = (pod: Pod): Why => ({ cause: owner.fact, detail: `off ${pod.spec.nodeName}` });
    const create = (_: null, complete: boolean): void => {
      if (complete) this.pods.create(key, missing.length, next, end, null);
      else end(null, false);
    };
    this.pods.remove(key, superfluous, whyOf, create, null);
  }

  private end(key: string, complete: boolean): void {
    const { now } = this.harness.simulation;
    const available = this.pods.activeOf(key).filter(({ object }) => isAvailable(object, MIN_READY_SECONDS, now));
    this.ends.push({ time: now, complete, available: available.length });
    if (complete) this.queue.forget(key);
    else this.queue.addRateLimited(key);
    this.queue.done(key);
  }
}

function started(nodes: number): { harness: Harness; controller: PodForEachNode } {
  const harness = new Harness({ write: WRITE });
  for (let i = 0; i < nodes; i++) harness.put(node(`n${i}`));
  harness.put(service("agent"));
  const controller = new PodForEachNode(harness);
  harness.reader.start();
  return { harness, controller };
}

const nodesOf = (harness: Harness): string[] =>
  harness
    .objects("Pod")
    .map(({ spec }) => spec.nodeName)
    .sort((x, y) => (x < y ? -1 : 1));

test("pods are created in batches of 1, 2, 4, … and named by their owner and ordinal", () => {
  const { harness } = started(5);
  harness.run(2 * SECOND);
  expect(nodesOf(harness)).toEqual(["n0", "n1", "n2", "n3", "n4"]);
  const times = harness.commitsOf("Pod").map(({ time }) => time);
  const [first = 0] = times;
  expect(times.map((time) => (time - first) / WRITE)).toEqual([0, 1, 1, 2, 2]);
  const names = harness.objects("Pod").map(({ metadata }) => metadata);
  for (const { name, owner } of names) {
    expect(name).toMatch(/^agent-[a-z0-9]{5}$/);
    expect(owner).toEqual({ kind: "Service", name: "agent" });
  }
  expect(new Set(names.map(({ name }) => name)).size).toBe(5);
});

test("a lost pod is replaced once, because of its loss", () => {
  const { harness } = started(3);
  harness.run(2 * SECOND);
  const lost = keyOf(harness.objects("Pod")[1]!);
  harness.at(3 * SECOND, () => harness.remove("Pod", lost));
  harness.run(5 * SECOND);
  expect(nodesOf(harness)).toEqual(["n0", "n1", "n2"]);
  const [loss, replacement, ...more] = harness.commitsOf("Pod", 3 * SECOND).map(({ revision }) => revision);
  expect(more).toEqual([]);
  expect(harness.simulation.facts.parentOf(replacement!.fact)).toBe(loss?.fact);
});

test("superfluous pods go, and those of an owner that is gone", () => {
  const { harness } = started(3);
  harness.run(2 * SECOND);
  harness.at(3 * SECOND, () => harness.remove("Node", "n1"));
  runFakeKubelet(harness, { startup: SECOND, termination: SECOND });
  harness.run(6 * SECOND);
  expect(nodesOf(harness)).toEqual(["n0", "n2"]);
  harness.at(7 * SECOND, () => harness.remove("Service", "default/agent"));
  harness.run(10 * SECOND);
  expect(nodesOf(harness)).toEqual([]);
});

test("a creation that fails ends the batches, and the sync is tried again", () => {
  const { harness, controller } = started(4);
  const second = newPod({ kind: "Service", name: "agent" }, "default", buildPodTemplate({}, POD_SPEC), 1);
  harness.put({ ...second, metadata: { ...second.metadata, owner: null } });
  harness.run(2 * SECOND);
  expect(controller.ends[0]?.complete).toBe(false);
  expect(controller.ends.at(-1)?.complete).toBe(true);
  const owned = harness.objects("Pod").filter(({ metadata }) => metadata.owner !== null);
  expect(owned.map(({ spec }) => spec.nodeName).sort((x, y) => (x < y ? -1 : 1))).toEqual(["n0", "n1", "n2", "n3"]);
});

test("a sync follows when a pod has been ready for long enough", () => {
  const { harness, controller } = started(1);
  harness.run(SECOND);
  const [pod] = harness.objects("Pod");
  harness.at(2 * SECOND, () =>
    harness.change("Pod", keyOf(pod!), (now) => ({
      ...now,
      status: { ...now.status, phase: "Running", ready: { status: true, lastTransitionTime: 2 * SECOND } },
    })),
  );
  harness.run();
  expect(controller.ends.at(-1)).toMatchObject({ available: 1 });
  expect(controller.ends.at(-1)!.time).toBeGreaterThan((2 + MIN_READY_SECONDS) * SECOND);
});
