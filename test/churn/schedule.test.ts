import { describe, expect, it } from "vitest";
import { start } from "../../src/churn/schedule.js";
import type { NodesTarget } from "../../src/churn/targets/nodes.js";
import type { PodsTarget } from "../../src/churn/targets/pods.js";
import type { WorkloadTarget } from "../../src/churn/targets/workload.js";
import { SECOND } from "../../src/engine/duration.js";
import { Phase } from "../../src/engine/event-queue.js";
import { NO_FACT } from "../../src/engine/facts.js";
import type { ApiObject } from "../../src/model/objects.js";
import type { FiredChurn } from "../../src/model/run-evidence.js";
import type { ChurnEntry, Selection } from "../../src/model/scenario.js";
import { FactKind } from "../../src/model/trace.js";
import { deployment, FakeCluster, node, pod } from "./fake-cluster.js";

const selector = { namespace: "default", matchLabels: { app: "web" } };
const ONE: Selection = { mode: "one", value: 0 };
const ALL: Selection = { mode: "all", value: 0 };

function deletePod(changes: Partial<ChurnEntry> = {}, selection = ALL): ChurnEntry {
  const target: PodsTarget = { kind: "pods", selector, selection };
  return { name: "kill", action: "delete-pod", at: SECOND, every: null, target, parameters: {}, ...changes };
}

function crashNode(changes: Partial<NodesTarget>): ChurnEntry {
  const target: NodesTarget = { kind: "nodes", name: "", zone: "", hosting: null, selection: ALL, ...changes };
  return { name: "dark", action: "crash-node", at: SECOND, every: null, target, parameters: {} };
}

interface Run {
  readonly cluster: FakeCluster;
  readonly fired: FiredChurn[];
}

function run(entries: readonly ChurnEntry[], objects: readonly ApiObject[], seed = "1"): Run {
  const cluster = new FakeCluster(objects, seed);
  const fired: FiredChurn[] = [];
  start(cluster, entries, (event) => fired.push(event));
  cluster.run();
  return { cluster, fired };
}

describe("a firing", () => {
  it("records a fact, tells it, and is the cause of what follows", () => {
    const cluster = new FakeCluster([pod("web-1"), pod("web-2")]);
    const causes: number[] = [];
    const { api } = cluster;
    const watched = { ...cluster, context: cluster.context, components: cluster.components };
    start(
      { ...watched, api: { ...api, delete: () => causes.push(cluster.simulation.cause) } },
      [deletePod()],
      (event) =>
        expect(event).toEqual({
          name: "kill",
          fact: 0,
          t: SECOND,
          action: "delete-pod",
          rollsOut: false,
          objects: ["Pod/default/web-1", "Pod/default/web-2"],
          object: "Pod/default/web-1, Pod/default/web-2",
        }),
    );
    cluster.run();
    const { facts } = cluster.simulation;
    expect(causes).toEqual([0, 0]);
    expect([facts.kindOf(0), facts.subjectOf(0), facts.objectOf(0), facts.parentOf(0)]).toEqual([
      FactKind.churn,
      "kill",
      "delete-pod Pod/default/web-1, Pod/default/web-2",
      NO_FACT,
    ]);
  });

  it("that selects nothing says so and does nothing", () => {
    const { cluster, fired } = run([deletePod()], []);
    expect(cluster.done).toEqual([]);
    expect(fired).toMatchObject([{ name: "kill", fact: 0, t: SECOND, action: "delete-pod", object: "" }]);
    expect(cluster.simulation.facts.objectOf(0)).toBe("delete-pod: selected nothing");
  });

  it("of an unknown action is refused at once", () => {
    expect(() => run([deletePod({ action: "nonsense" })], [])).toThrow("there is no churn action nonsense");
  });

  it("happens among the crashes of its instant when it is one", () => {
    const cluster = new FakeCluster([node("node-1"), pod("web-1")]);
    start(cluster, [crashNode({}), deletePod()], () => {});
    cluster.context.at(SECOND, Phase.traffic, () => cluster.done.push("traffic"), null);
    cluster.run();
    expect(cluster.done).toEqual(["1: delete Pod/default/web-1", "1: kill node node-1", "traffic"]);
  });
});

describe("repetitions", () => {
  const every = { period: 10 * SECOND, until: 31 * SECOND, jitter: 0 };

  it("are numbered and end before `until`", () => {
    const { fired } = run([deletePod({ every })], [pod("web-1")]);
    expect(fired.map(({ name, t }) => [name, t / SECOND])).toEqual([
      ["kill", 1],
      ["kill#2", 11],
      ["kill#3", 21],
    ]);
  });

  it("are root causes, each of them", () => {
    const { cluster, fired } = run([deletePod({ every })], [pod("web-1")]);
    expect(fired.map(({ fact }) => cluster.simulation.facts.parentOf(fact))).toEqual([NO_FACT, NO_FACT, NO_FACT]);
  });

  it("with jitter are late by less than it, by draws of their own", () => {
    const jittered = deletePod({ every: { ...every, until: 1000 * SECOND, jitter: 10 * SECOND } });
    const times = (seed: string, more: readonly ChurnEntry[] = []) =>
      run([...more, jittered], [pod("web-1")], seed)
        .fired.filter(({ name }) => name.startsWith("kill"))
        .map(({ t }) => t);
    const late = times("1").map((time, index) => time - SECOND - index * every.period);
    expect(late).toHaveLength(100);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late)).toBeLessThan(10 * SECOND);
    expect(new Set(late).size).toBeGreaterThan(90);
    expect(times("1", [deletePod({ ...jittered, name: "other" })])).toEqual(times("1"));
    expect(times("2")).not.toEqual(times("1"));
  });

  it("draw anew whom they take, and an unrelated pod changes nothing", () => {
    const web = ["web-1", "web-2", "web-3", "web-4"].map((name) => pod(name));
    const entry = deletePod({ every: { ...every, until: 200 * SECOND } }, ONE);
    const { cluster } = run([entry], web);
    expect(new Set(cluster.done.map((text) => text.split(": ")[1])).size).toBeGreaterThan(1);
    const unrelated = pod("aaa", "node-1", { labels: { app: "other" } });
    expect(run([entry], [unrelated, ...[...web].reverse()]).cluster.done).toEqual(cluster.done);
  });
});

describe("candidates", () => {
  it("are pods that run and are not being deleted, in the order of their names", () => {
    const pending: ApiObject = { ...pod("web-0"), status: { ...pod("web-0").status, phase: "Pending" } };
    const objects = [
      pod("web-3"),
      pod("web-1"),
      pending,
      pod("web-2", "node-1", { deletionTimestamp: 5 }),
      pod("web-4", "node-1", { namespace: "other" }),
    ];
    expect(run([deletePod()], objects).cluster.done).toEqual([
      "1: delete Pod/default/web-1",
      "1: delete Pod/default/web-3",
    ]);
  });

  it.each<readonly [string, Parameters<typeof crashNode>[0], readonly string[]]>([
    ["every Ready node", {}, ["1: kill node node-1", "1: kill node node-2", "1: kill node node-3"]],
    ["a node by name", { name: "node-2" }, ["1: kill node node-2"]],
    ["the nodes of a zone", { zone: "b" }, ["1: kill node node-2", "1: kill node node-3"]],
    ["the nodes that host a pod", { hosting: selector }, ["1: kill node node-1", "1: kill node node-3"]],
    ["the nodes of a zone that host a pod", { hosting: selector, zone: "a" }, ["1: kill node node-1"]],
    ["a node that is not Ready", { name: "node-4" }, []],
  ])("are %s", (_, target, expected) => {
    const objects = [
      node("node-4", "b", "Unknown"),
      node("node-3", "b"),
      node("node-2", "b"),
      node("node-1"),
      pod("web-1", "node-1"),
      pod("web-2", "node-3"),
      pod("other", "node-2", { labels: {} }),
    ];
    expect(run([crashNode(target)], objects).cluster.done).toEqual(expected);
  });

  it("are nobody when the Deployment is gone", () => {
    const target: WorkloadTarget = {
      kind: "workload",
      workload: { kind: "Deployment", namespace: "default", name: "api" },
    };
    const entry = { ...deletePod(), action: "rollout", target };
    expect(run([entry], [deployment("web")]).fired[0]?.object).toBe("");
  });
});
