import { describe, expect, it } from "vitest";
import { CHURN_ACTIONS } from "../../src/churn/actions.js";
import { checkScalable } from "../../src/churn/scale.js";
import { start } from "../../src/churn/schedule.js";
import type { ComponentTarget } from "../../src/churn/targets/component.js";
import type { NodesTarget } from "../../src/churn/targets/nodes.js";
import type { PodsTarget } from "../../src/churn/targets/pods.js";
import type { WorkloadTarget } from "../../src/churn/targets/workload.js";
import { MINUTE, SECOND } from "../../src/engine/duration.js";
import type { ProcessStop } from "../../src/model/cluster.js";
import type { Flow } from "../../src/model/flow.js";
import type { Deployment, Protocol } from "../../src/model/objects.js";
import type { ChurnTarget } from "../../src/model/scenario.js";
import type { Leg } from "../../src/model/verdict.js";
import { Action, type Verdict } from "../../src/model/verdict.js";
import { workloadKind } from "../../src/model/workload.js";
import { newVerdict } from "../../src/network/verdict.js";
import { deployment, FakeCluster, node, pod } from "./fake-cluster.js";

const workload: WorkloadTarget = {
  kind: "workload",
  workload: { kind: "Deployment", namespace: "default", name: "web" },
};
const pods: PodsTarget = {
  kind: "pods",
  selector: { namespace: "default", matchLabels: { app: "web" } },
  selection: { mode: "all", value: 0 },
};
const nodes: NodesTarget = { kind: "nodes", name: "", zone: "b", hosting: null, selection: { mode: "all", value: 0 } };

/** What one firing at 10 s does. */
function run(action: string, target: ChurnTarget, parameters: object): FakeCluster {
  const cluster = new FakeCluster([deployment("web"), pod("web-1"), pod("web-2"), node("node-1"), node("node-2", "b")]);
  start(
    cluster,
    [{ name: "event", action, at: 10 * SECOND, every: null, target, parameters: { ...parameters } }],
    () => {},
  );
  cluster.run();
  return cluster;
}

function template(cluster: FakeCluster): Deployment["spec"]["template"] {
  return cluster.api.get("Deployment", "default/web")!.spec.template;
}

describe("rollout", () => {
  it("gives the first container the image", () => {
    const cluster = run("rollout", workload, { image: "main:v2" });
    expect(cluster.done).toEqual(["10: patch Deployment/default/web image main:v2"]);
    expect(template(cluster).spec.containers.map(({ image }) => image)).toEqual(["main:v2", "sidecar:v1"]);
    expect(template(cluster).annotations).toEqual({});
  });

  it("gives a named container the image", () => {
    const cluster = run("rollout", workload, { image: "sidecar:v2", container: "sidecar" });
    expect(template(cluster).spec.containers.map(({ image }) => image)).toEqual(["main:v1", "sidecar:v2"]);
  });

  it.each([{}, { image: "main:v1" }])("%j restarts, and the simulated time makes the template new", (parameters) => {
    const cluster = run("rollout", workload, parameters);
    expect(template(cluster).annotations).toEqual({ "kubectl.kubernetes.io/restartedAt": "10s" });
    expect(template(cluster).spec.containers[0]?.image).toBe("main:v1");
  });

  it("mutates nothing", () => {
    const before = deployment("web");
    const cluster = new FakeCluster([before]);
    const copy = structuredClone(before);
    start(cluster, [{ name: "e", action: "rollout", at: 0, every: null, target: workload, parameters: {} }], () => {});
    cluster.run();
    expect(before).toEqual(copy);
  });
});

it("scale sets the replicas, and nothing when they are as wanted", () => {
  const cluster = run("scale", workload, { replicas: 5 });
  expect(cluster.api.get("Deployment", "default/web")?.spec.replicas).toBe(5);
  expect(run("scale", workload, { replicas: 3 }).done).toEqual([
    "10: patch Deployment/default/web replicas 3 (no change)",
  ]);
});

it("delete-pod deletes with the pod's own grace period, or a given one", () => {
  expect(run("delete-pod", pods, {}).done).toEqual(["10: delete Pod/default/web-1", "10: delete Pod/default/web-2"]);
  expect(run("delete-pod", pods, { gracePeriodSeconds: 0 }).done[0]).toBe("10: delete Pod/default/web-1 grace 0");
});

it("crash-container kills the first container, or a named one", () => {
  expect(run("crash-container", pods, {}).done).toEqual([
    "10: kill container default/web-1 main",
    "10: kill container default/web-2 main",
  ]);
  expect(run("crash-container", pods, { container: "sidecar" }).done[0]).toBe(
    "10: kill container default/web-1 sidecar",
  );
});

it("fail-probe fails for ever, or recovers", () => {
  expect(run("fail-probe", pods, {}).done).toEqual([
    "10: graceful readiness-endpoint default/web-1 main",
    "10: graceful readiness-endpoint default/web-2 main",
  ]);
  const cluster = run("fail-probe", pods, { for: MINUTE });
  expect(cluster.done).toEqual([
    "10: graceful readiness-endpoint default/web-1 main until 70",
    "10: graceful readiness-endpoint default/web-2 main until 70",
    "70: start readiness-endpoint default/web-1 main",
    "70: start readiness-endpoint default/web-2 main",
  ]);
  const { facts } = cluster.simulation;
  expect([facts.length, facts.objectOf(1), facts.parentOf(1)]).toEqual([3, "has ended for Pod/default/web-1", 0]);
});

it("crash-node powers nodes off", () => {
  expect(run("crash-node", nodes, {}).done).toEqual(["10: kill node node-2"]);
});

describe("restart-component", () => {
  const onNodes = (component: string, stop: ProcessStop = "kill"): ComponentTarget => ({
    kind: "component",
    component,
    stop,
    nodes,
  });

  it("restarts the Deployment of CoreDNS as kubectl does", () => {
    const target: ComponentTarget = { kind: "component", component: "coredns", stop: "graceful", nodes: null };
    const coreDns = deployment("coredns");
    const cluster = new FakeCluster([{ ...coreDns, metadata: { ...coreDns.metadata, namespace: "kube-system" } }]);
    const entry = { name: "event", action: "restart-component", at: 10 * SECOND, every: null, target, parameters: {} };
    const fired: string[] = [];
    start(cluster, [entry], ({ object }) => {
      fired.push(object);
    });
    cluster.run();
    expect(fired).toEqual(["Deployment/kube-system/coredns"]);
    expect(cluster.done).toEqual(["10: patch Deployment/kube-system/coredns restarted"]);
    expect(cluster.api.get("Deployment", "kube-system/coredns")?.spec.template.annotations).toEqual({
      "kubectl.kubernetes.io/restartedAt": "10s",
    });
  });

  it("restarts the process of kube-proxy on nodes", () => {
    expect(run("restart-component", onNodes("kube-proxy"), {}).done).toEqual([
      "10: kill kube-proxy node-2 until 11",
      "11: start kube-proxy node-2",
    ]);
    expect(run("restart-component", onNodes("kube-proxy"), { downtime: 5 * SECOND }).done).toEqual([
      "10: kill kube-proxy node-2 until 15",
      "15: start kube-proxy node-2",
    ]);
  });

  it("restarts NodeLocal DNSCache on nodes, by SIGTERM or SIGKILL; it is away for 20 s", () => {
    const restarted = (stop: ProcessStop, parameters: object): readonly string[] =>
      run("restart-component", onNodes("node-local-dns", stop), parameters).done;
    expect(restarted("graceful", {})).toEqual([
      "10: graceful node-local-dns node-2 until 30",
      "30: start node-local-dns node-2",
    ]);
    expect(restarted("kill", { downtime: 5 * SECOND })).toEqual([
      "10: kill node-local-dns node-2 until 15",
      "15: start node-local-dns node-2",
    ]);
  });

  it("of a component that there is not is a programming error", () => {
    expect(() => run("restart-component", onNodes("kube-dns"), {})).toThrow("there is no component kube-dns");
  });
});

describe("packet-loss", () => {
  type Packet = [flow: Flow, leg: Leg, verdict: Verdict];
  const packet = (cluster: FakeCluster, from: number, to: number, port = 53, protocol: Protocol = "UDP"): Packet => {
    const { nodes: places } = cluster.network.topology;
    const leg = { index: 0, from: places[from]!, to: places[to]!, port };
    const flow: Flow = { source: leg.from, sourceAddress: 1, destination: 2, port, protocol, choice: 0 };
    return [flow, leg, newVerdict()];
  };
  const lost = (...args: Parameters<typeof packet>): boolean =>
    args[0].rules.some((rule) => rule.apply(...packet(...args), 0));

  it("lasts for ever, or for a time", () => {
    expect(run("packet-loss", nodes, { percent: 100 }).done).toEqual(["10: a rule is added"]);
    const cluster = run("packet-loss", nodes, { percent: 100, for: MINUTE });
    expect(cluster.done).toEqual(["10: a rule is added", "70: a rule is removed"]);
    expect(cluster.rules).toEqual([]);
  });

  it.each([
    ["both", [true, true, true, false]],
    ["from", [false, true, true, false]],
    ["to", [true, false, true, false]],
  ])("direction %s of node-2", (direction, expected) => {
    const cluster = run("packet-loss", nodes, { percent: 100, direction });
    const paths: readonly [number, number][] = [
      [0, 1],
      [1, 0],
      [1, 1],
      [0, 0],
    ];
    expect(paths.map(([from, to]) => lost(cluster, from, to))).toEqual(expected);
  });

  it("may be limited to a protocol, a port and peers", () => {
    const cluster = run("packet-loss", nodes, { percent: 100, protocol: "UDP", port: 53 });
    expect([lost(cluster, 0, 1), lost(cluster, 0, 1, 53, "TCP"), lost(cluster, 0, 1, 80)]).toEqual([
      true,
      false,
      false,
    ]);
    const peers = run("packet-loss", nodes, { percent: 100, peers: { zone: "a" } });
    expect([lost(peers, 0, 1), lost(peers, 1, 0), lost(peers, 1, 1)]).toEqual([true, true, false]);
  });

  it("names the churn as the cause of what is lost", () => {
    const cluster = run("packet-loss", nodes, { percent: 100 });
    const [flow, leg, verdict] = packet(cluster, 0, 1);
    cluster.rules[0]?.apply(flow, leg, verdict, 0);
    expect(verdict).toMatchObject({ action: Action.blackHole, rule: "packet-loss", ruleFact: 0 });
  });
});

it("every action has a name, a sentence and strict parameters", () => {
  expect(CHURN_ACTIONS.map(({ name }) => name)).toEqual([
    "rollout",
    "scale",
    "delete-pod",
    "crash-container",
    "fail-probe",
    "crash-node",
    "restart-component",
    "packet-loss",
    "upstream-outage",
    "change-corefile",
  ]);
  for (const { summary, parameters } of CHURN_ACTIONS) {
    expect(summary).toMatch(/^[A-Z].*\.$/);
    expect(parameters.safeParse({ nonsense: 1 }).success).toBe(false);
    for (const type of Object.values(parameters.shape))
      expect((type as { description?: string }).description).toMatch(/\.$/);
  }
});

describe("what an action needs of a kind", () => {
  it("cannot be scaled when nobody sets how many pods it has", () => {
    const complaints: string[] = [];
    const entry = {
      error: (field: string, message: string, hint: string) => complaints.push([field, message, hint].join(": ")),
    };
    const row = workloadKind("Deployment");
    checkScalable(row, entry);
    expect(complaints).toEqual([]);
    checkScalable({ ...row, kind: "Gang" as never, scale: null }, entry);
    expect(complaints).toEqual(["target: a Gang cannot be scaled: nobody sets its number of pods"]);
  });
});
