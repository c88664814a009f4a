/** Pods that no node could take are refused when the scenario is read; labels that every node has select it. */
import { describe, expect, it } from "vitest";
import { nodeLabels } from "../../src/model/node-labels.js";
import type { Container, PodSpec } from "../../src/model/objects.js";
import { buildContainer, buildDeployment, buildPod, buildPodTemplate } from "../support/objects.js";
import { load, objects } from "./resolve-fixtures.js";

const GIBIBYTE = 1_073_741_824;

function web(spec: Partial<PodSpec>, replicas = 3) {
  const template = buildPodTemplate({ app: "web" });
  const labels = { matchLabels: { app: "web" }, matchExpressions: [] };
  return buildDeployment("web", {
    replicas,
    selector: labels,
    template: { ...template, spec: { ...template.spec, ...spec } },
  });
}

/** What is said about pods of the Deployment web with this spec, on nodes of these pools. */
function said(spec: Partial<PodSpec>, cluster: unknown = {}, replicas = 3): readonly string[] {
  return load({ cluster }, objects({ deployments: [web(spec, replicas)] })).texts;
}

function asking(request: Partial<Container>): Partial<PodSpec> {
  return { containers: [buildContainer(request)] };
}

const PREFIX = "error: spec.template.spec: no node could ever take the pods of Deployment default/web: ";
const UNMATCHED = "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector";

describe("a selector on a label that every node has", () => {
  it.each([
    ["kubernetes.io/os", "linux"],
    ["kubernetes.io/arch", "amd64"],
    ["kubernetes.io/hostname", "node-2"],
    ["topology.kubernetes.io/zone", "b"],
    ["beta.kubernetes.io/os", "linux"],
    ["beta.kubernetes.io/arch", "amd64"],
    ["failure-domain.beta.kubernetes.io/zone", "c"],
  ])("%s=%s takes pods", (key, value) => {
    expect(said({ nodeSelector: { [key]: value } })).toEqual([]);
  });

  it("region and instance type are labels, too", () => {
    const pool = { name: "node", count: 1, zones: ["a"], capacity: { cpu: 1, memory: 1, pods: 1 } };
    const labels = { "topology.kubernetes.io/region": "eu-west-1", "node.kubernetes.io/instance-type": "m5.large" };
    const all = nodeLabels({ name: "node-1", zone: "a", pool: { ...pool, labels } });
    expect(all).toMatchObject({
      "failure-domain.beta.kubernetes.io/region": "eu-west-1",
      "beta.kubernetes.io/instance-type": "m5.large",
    });
    expect(Object.keys(nodeLabels({ name: "node-1", zone: "a", pool })).sort()).toEqual(Object.keys(all).sort());
  });
});

describe("a selector on a label of one's own", () => {
  const disk = { nodeSelector: { disk: "ssd" } };

  it("is an error that shows how to give the nodes this label", () => {
    const hint = `(it selects nodes with disk: "ssd": --set 'cluster.nodePools[0].labels={disk: "ssd"}')`;
    expect(said(disk)).toEqual([`${PREFIX}${UNMATCHED} ${hint}`]);
    expect(said(disk, { nodePools: [{ labels: { disk: "ssd" } }] })).toEqual([]);
    expect(said(disk, { nodePools: [{}, { name: "fast", count: 1, labels: { disk: "ssd" } }] })).toEqual([]);
    expect(said(disk, { nodePools: [{ labels: { disk: "hdd" } }] })).toHaveLength(1);
  });

  it.each([
    [
      { "kubernetes.io/os": "windows" },
      `it selects nodes with kubernetes.io/os: "windows": --set 'cluster.nodePools[0].labels={kubernetes.io/os: "windows"}'`,
    ],
    [
      { "failure-domain.beta.kubernetes.io/zone": "eu-west-1a" },
      `it selects nodes with failure-domain.beta.kubernetes.io/zone: "eu-west-1a": --set 'cluster.nodePools[0].zones=[eu-west-1a]'`,
    ],
    [
      { "beta.kubernetes.io/arch": "arm64" },
      `it selects nodes with beta.kubernetes.io/arch: "arm64": --set 'cluster.nodePools[0].labels={kubernetes.io/arch: "arm64"}'`,
    ],
    [
      { "kubernetes.io/hostname": "ip-10-0-0-1" },
      `it selects nodes with kubernetes.io/hostname: "ip-10-0-0-1": change nodeSelector, or cluster.nodePools[].name`,
    ],
  ])("%j: the setting that the label follows from", (nodeSelector, hint) => {
    expect(said({ nodeSelector })).toEqual([`${PREFIX}${UNMATCHED} (${hint})`]);
  });

  it("concerns no workload without pods, and pods of no workload", () => {
    expect(said(disk, {}, 0)).toEqual([]);
    const lone = buildPod("lone", { spec: { nodeSelector: { disk: "ssd" } } });
    expect(load({}, objects({ pods: [lone] })).texts).toEqual([
      expect.stringContaining(`error: spec: no node could ever take the pod default/lone: ${UNMATCHED}`),
    ]);
  });
});

describe("requests that no node holds", () => {
  it.each([
    [{ cpu: 6000 }, "3 Insufficient cpu", "'cluster.nodePools[0].capacity.cpu=6'"],
    [{ cpu: 4001 }, "3 Insufficient cpu", "'cluster.nodePools[0].capacity.cpu=4001m'"],
    [{ memory: 17 * GIBIBYTE }, "3 Insufficient memory", "'cluster.nodePools[0].capacity.memory=17Gi'"],
    [
      { cpu: 5000, memory: 32 * GIBIBYTE },
      "3 Insufficient cpu, 3 Insufficient memory",
      "'cluster.nodePools[0].capacity.cpu=5' --set 'cluster.nodePools[0].capacity.memory=32Gi'",
    ],
  ])("%j", (request, reason, options) => {
    const hint = `(larger nodes: --set ${options}, or more for several pods)`;
    expect(said(asking(request))).toEqual([`${PREFIX}0/3 nodes are available: ${reason} ${hint}`]);
  });

  it("are none where some node holds one of the pods", () => {
    expect(said(asking({ cpu: 4000 }))).toEqual([]);
    expect(said(asking({ cpu: 6000 }), { nodePools: [{}, { name: "large", capacity: { cpu: 8 } }] })).toEqual([]);
  });
});

describe("taints", () => {
  const taints = [{ key: "dedicated", value: "db", effect: "NoSchedule" }];
  const tainted = (effect: string) => ({ nodePools: [{ taints: [{ ...taints[0], effect }] }] });
  const tolerates = { key: "dedicated", operator: "Exists", value: "", effect: "", tolerationSeconds: null } as const;

  it.each(["NoSchedule", "NoExecute"])("keep pods away that do not tolerate them: %s", (effect) => {
    const reason = "0/3 nodes are available: 3 node(s) had untolerated taint {dedicated: db}";
    const hint = "(let it tolerate the taint, or take that from cluster.nodePools)";
    expect(said({}, tainted(effect))).toEqual([
      `${PREFIX}${reason} ${hint}`,
      expect.stringContaining(`no node could ever take the pods of Deployment kube-system/coredns: ${reason}`),
    ]);
  });

  it("matter neither to pods that tolerate them, nor where another pool has none", () => {
    const pools = { nodePools: [{}, { name: "db", taints }] };
    expect(said({}, pools)).toEqual([]);
    expect(said({ tolerations: [tolerates], nodeSelector: { "kubechurn.dev/pool": "db" } }, pools)).toEqual([]);
    expect(said({ nodeSelector: { "kubechurn.dev/pool": "db" } }, pools)).toHaveLength(1);
    expect(said({}, tainted("PreferNoSchedule"))).toEqual([]);
  });

  it("of the control plane are tolerated by CoreDNS", () => {
    const controlPlane = { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" };
    const texts = said({}, { nodePools: [{ taints: [controlPlane] }] });
    expect(texts).toEqual([expect.stringContaining("the pods of Deployment default/web")]);
  });
});

describe("labels and taints of a pool", () => {
  it.each<readonly [unknown, string]>([
    [{ labels: { a: true } }, `labels.a: the value of a label is text: put it into quotes, such as "true"`],
    [{ labels: { a: "b c" } }, `labels.a: "b c" is no valid label value`],
    [{ labels: { "a b": "c" } }, `is no valid label key (for instance "disk" or "x.org/disk")`],
    [{ labels: { "kubernetes.io/hostname": "a" } }, "follows from the pool's name and zones (set those)"],
    [{ labels: { "beta.kubernetes.io/arch": "arm64" } }, "is kept equal to kubernetes.io/arch (set that one)"],
    [{ taints: [{ key: "a" }] }, "the effect is NoSchedule, PreferNoSchedule or NoExecute"],
    [{ taints: [{ key: "a/b/c", effect: "NoExecute" }] }, `"a/b/c" is no valid key of a taint`],
  ])("%j", (pool, message) => {
    const { texts } = load({ cluster: { nodePools: [pool] } });
    expect(texts).toEqual([expect.stringContaining(message)]);
  });
});
