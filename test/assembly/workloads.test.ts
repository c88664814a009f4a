import { describe, expect, test } from "vitest";
import { nodeInfos, nodeObject } from "../../src/assembly/nodes.js";
import { serviceOf, targetPort, targetService } from "../../src/assembly/target-service.js";
import { Workloads } from "../../src/assembly/workloads.js";
import { parseRange } from "../../src/model/address.js";
import { nodeLabels } from "../../src/model/node-labels.js";
import { type Container, newMetadata, type Pod } from "../../src/model/objects.js";
import { selectsPod } from "../../src/model/service-selection.js";
import type { Lookup } from "../../src/model/workload.js";
import { clientPods, sendsFor } from "../../src/traffic/default-clients.js";
import { buildContainer, buildPod } from "../support/objects.js";
import { open } from "../support/open.js";

const SCENARIO = open(`apiVersion: kubechurn/v1alpha1
kind: Scenario
spec:
  cluster: {nodePools: [{name: a, count: 2, zones: [x, y]}, {name: b, count: 1, zones: [z]}]}
  workloads:
    - {serviceTime: 1ms}
    - selector: {matchLabels: {app: web}}
      serviceTime: 2ms
      images: {"web:v2": {serviceTime: 3ms}}
    - {selector: {kind: Deployment, name: db}, serviceTime: 4ms}
  traffic:
    - {name: by-name, to: db, rps: 1}
    - {name: by-url, to: "http://web:8081/", rps: 1}
    - {name: by-address, to: "10.96.0.50:80", rps: 1}
    - {name: by-pod, to: {podOf: {kind: Deployment, name: db}, port: 5432}, rps: 1}
    - {name: from-pods, to: db, rps: 1, from: {pods: {matchLabels: {app: db}}}}
    - {name: from-outside, to: "10.96.0.50:80", rps: 1, from: outside}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  clusterIP: 10.96.0.50
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: 8080}, {name: extra, port: 8081, targetPort: 9090}]
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {selector: {app: db}, ports: [{port: 5432, targetPort: sql}]}
${["web", "db"]
  .map(
    (name) => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: 1
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: main, image: "${name}:v1", ports: [{name: sql, containerPort: 5432}]}]}
`,
  )
  .join("")}`);

function container(image: string, ports: Container["ports"] = [], name = "main"): Container {
  return buildContainer({ name, image, ports });
}

/** A pod of a ReplicaSet "<app>-abc". */
function podOf(app: string, ...containers: Container[]): Pod {
  return buildPod(`${app}-abc-1`, {
    labels: { app },
    owner: { kind: "ReplicaSet", name: `${app}-abc` },
    spec: { containers },
  });
}

/** ReplicaSets "<app>-abc", each of the Deployment "<app>". */
const lookup = ((kind: string, key: string) => {
  const [namespace = "", name = ""] = key.split("/");
  if (kind !== "ReplicaSet" || !name.endsWith("-abc")) return null;
  return { metadata: newMetadata(namespace, name, {}, { kind: "Deployment", name: name.slice(0, -"-abc".length) }) };
}) as Lookup;

const port = (containerPort: number, protocol: "TCP" | "UDP" = "TCP"): Container["ports"][number] => ({
  name: "",
  containerPort,
  protocol,
});

describe("workloads", () => {
  const workloads = new Workloads(SCENARIO, lookup);
  const serviceTime = (made: Pod): number =>
    workloads.settingsOf(made, made.spec.containers[0]!).serviceTime.minimum / 1000;

  test.each([
    ["another app", "other", "other:v1", 1],
    ["a label", "web", "web:v1", 2],
    ["an image", "web", "web:v2", 3],
    ["a Deployment", "db", "db:v1", 4],
  ])("are found by %s", (_, app, image, expected) => {
    expect(serviceTime(podOf(app, container(image)))).toBe(expected);
  });

  test("are compiled once", () => {
    const made = podOf("web", container("web:v1"));
    const settings = workloads.settingsOf(made, made.spec.containers[0]!);
    expect(workloads.settingsOf(made, made.spec.containers[0]!)).toBe(settings);
  });

  test("listen on declared TCP ports and, in the first container, on numeric target ports that nobody declares", () => {
    const first = container("web:v1", [port(8080), port(53, "UDP")]);
    const second = container("sidecar", [port(15001)], "sidecar");
    const made = podOf("web", first, second);
    expect(workloads.portsOf(made, first)).toEqual([8080, 9090]);
    expect(workloads.portsOf(made, second)).toEqual([15001]);
    const elsewhere = podOf("web", container("web:v1"), container("sidecar", [port(9090)], "sidecar"));
    expect(workloads.portsOf(elsewhere, elsewhere.spec.containers[0]!)).toEqual([8080]);
    const none = podOf("other", container("other:v1"));
    expect(workloads.portsOf(none, none.spec.containers[0]!)).toEqual([]);
  });

  test("are selected by a Service within its namespace", () => {
    const service = serviceOf(SCENARIO, "default/web")!;
    const made = podOf("web");
    expect(selectsPod(service, made)).toBe(true);
    expect(selectsPod(service, { ...made, metadata: { ...made.metadata, namespace: "other" } })).toBe(false);
    expect(selectsPod({ ...service, spec: { ...service.spec, selector: null } }, made)).toBe(false);
    expect(selectsPod({ ...service, spec: { ...service.spec, selector: {} } }, made)).toBe(true);
  });
});

describe("targets", () => {
  const entry = (name: string) => SCENARIO.traffic.find((each) => each.name === name)!;

  test.each([
    ["by-name", "db", 5432],
    ["by-url", "web", 8081],
    ["by-address", "web", 80],
    ["by-pod", "db", 5432],
  ])("%s mean the Service %s at port %i", (name, service, expected) => {
    expect(targetService(SCENARIO, entry(name))?.metadata.name).toBe(service);
    expect(targetPort(SCENARIO, entry(name))).toBe(expected);
  });

  test("that no Service answers have none", () => {
    const to = { kind: "address", text: "", address: 1, port: 80 } as const;
    expect(targetService(SCENARIO, { ...entry("by-address"), to })).toBeNull();
    expect(serviceOf(SCENARIO, null)).toBeNull();
  });

  test("get requests from the pods that an entry names", () => {
    const client = clientPods(SCENARIO, nodeInfos(SCENARIO.cluster))[0]!;
    const senders = [client, podOf("db"), podOf("web")].map((made) =>
      ["by-name", "from-pods", "from-outside"].filter((name) => sendsFor(entry(name).from, made)),
    );
    expect(senders).toEqual([["by-name"], ["from-pods"], []]);
  });
});

describe("nodes", () => {
  const nodes = nodeInfos(SCENARIO.cluster);

  test("are numbered over all pools, with zones in turn and addresses of the node range", () => {
    expect(nodes.map(({ index, name, zone, pool }) => `${index} ${name} ${zone} ${pool}`)).toEqual([
      "0 a-1 x a",
      "1 a-2 y a",
      "2 b-1 z b",
    ]);
    expect(new Set(nodes.map(({ address }) => address)).size).toBe(3);
  });

  test("become Ready objects with their labels and pod range", () => {
    const object = nodeObject(nodes[1]!, SCENARIO.cluster.nodePools[0]!, parseRange("10.244.1.0/24")!);
    expect(object).toMatchObject({
      metadata: { name: "a-2", labels: nodeLabels({ name: "a-2", zone: "y", pool: { name: "a" } }) },
      spec: { podCIDR: "10.244.1.0/24", taints: [], unschedulable: false },
      status: { ready: "True" },
    });
  });

  test("each get a client pod of our own, bound to them by a selector", () => {
    expect(clientPods(SCENARIO, nodes).map(({ metadata, spec }) => [metadata.name, spec.nodeSelector])).toEqual(
      nodes.map(({ name }) => [`client-${name}`, { "kubernetes.io/hostname": name }]),
    );
    const entries = SCENARIO.traffic.filter(({ from }) => from.kind !== "per-node");
    expect(clientPods({ ...SCENARIO, traffic: entries }, nodes)).toEqual([]);
  });

  test("have the labels and taints of their pool, which our client pods tolerate", () => {
    const taints = [{ key: "dedicated", value: "db", effect: "NoExecute" }] as const;
    const pool = { ...SCENARIO.cluster.nodePools[0]!, labels: { disk: "ssd", "kubernetes.io/arch": "arm64" }, taints };
    const object = nodeObject(nodes[0]!, pool, parseRange("10.244.1.0/24")!);
    expect(object.spec.taints).toEqual(taints);
    expect(object.metadata.labels).toMatchObject({ disk: "ssd", "beta.kubernetes.io/arch": "arm64" });
    const nodePools = [pool, ...SCENARIO.cluster.nodePools.slice(1)];
    const clients = clientPods({ ...SCENARIO, cluster: { ...SCENARIO.cluster, nodePools } }, nodes);
    const tolerations = [
      { key: "dedicated", operator: "Equal", value: "db", effect: "NoExecute", tolerationSeconds: null },
    ];
    expect(clients.map(({ spec }) => spec.tolerations)).toEqual([tolerations, tolerations, []]);
  });
});
