import { describe, expect, test } from "vitest";
import { type LabelSelector, matchesLabels } from "../../src/model/labels.js";
import { nodeLabels } from "../../src/model/node-labels.js";
import {
  type ApiObject,
  type Deployment,
  type Kind,
  newMetadata,
  type OwnerReference,
  type PodTemplate,
} from "../../src/model/objects.js";
import {
  type AnyWorkloadKind,
  isPodOf,
  type Lookup,
  NAMED_WORKLOADS,
  namedAmong,
  podPrototypesOf,
  podSelectorOf,
  selectsPodsOf,
  templateOf,
  type Workload,
  type WorkloadReference,
  workloadKind,
  workloadNoun,
  workloadsOf,
} from "../../src/model/workload.js";
import { service } from "../scenario/resolve-fixtures.js";
import { buildDeployment, buildPod, buildPodSpec } from "../support/objects.js";

/** A kind that is made up: it keeps everything elsewhere than the others, owns its pods, and nobody scales it. */
interface Gang {
  readonly kind: "Gang";
  readonly metadata: ReturnType<typeof newMetadata>;
  readonly members: { readonly like: PodTemplate; readonly chosen: LabelSelector; readonly nodes: number };
}

const gangs: AnyWorkloadKind = {
  kind: "Gang" as never,
  revisions: null,
  template: (gang) => (gang as unknown as Gang).members.like,
  withTemplate(gang, like) {
    const { members, ...rest } = gang as unknown as Gang;
    return { ...rest, members: { ...members, like } } as unknown as Workload;
  },
  selector: (gang) => (gang as unknown as Gang).members.chosen,
  planned: (gang, nodes) => {
    const { nodeSelector } = (gang as unknown as Gang).members.like.spec;
    return nodes.filter((labels) => matchesLabels(nodeSelector, labels)).length;
  },
  desired: (gang) => (gang as unknown as Gang).members.nodes,
  updated: () => 1,
  scale: null,
};
/** What is said of it holds however many kinds there are. */
const KINDS_WITH_GANG = [workloadKind("Deployment"), workloadKind("ReplicaSet"), gangs];

const like: PodTemplate = {
  labels: { app: "gang", x: "1" },
  annotations: {},
  spec: buildPodSpec({ nodeSelector: { "kubechurn.dev/pool": "edge" } }),
};
const NODES = [
  nodeLabels({ name: "a-1", zone: "x", pool: { name: "a" } }),
  nodeLabels({ name: "edge-1", zone: "x", pool: { name: "edge" } }),
  nodeLabels({ name: "edge-2", zone: "y", pool: { name: "edge" } }),
];
const gang = {
  kind: "Gang",
  metadata: newMetadata("shop", "crew"),
  members: { like, chosen: { matchLabels: { app: "gang" }, matchExpressions: [] }, nodes: 4 },
} as unknown as Workload;
const reference = { kind: "Gang", namespace: "shop", name: "crew" } as unknown as WorkloadReference;

describe("a workload of a kind that has a row of its own", () => {
  test("is found among objects, and named by users", () => {
    const others: ApiObject[] = [service("web")];
    expect(workloadsOf([...others, gang], KINDS_WITH_GANG)).toEqual([gang]);
    expect(workloadsOf([...others, gang])).toEqual([]);
    expect(namedAmong(KINDS_WITH_GANG).map(({ kind }) => kind)).toEqual(["Deployment", "Gang"]);
  });

  test("has a template, a selector and pods like any other", () => {
    expect(templateOf(gang, KINDS_WITH_GANG)).toBe(like);
    expect(podSelectorOf(gang, KINDS_WITH_GANG)).toEqual({ namespace: "shop", matchLabels: { app: "gang" } });
    expect(podPrototypesOf([gang], KINDS_WITH_GANG)).toEqual([
      { namespace: "shop", labels: like.labels, spec: like.spec },
    ]);
    expect(gangs.desired(gang)).toBe(4);
    expect(gangs.planned(gang, NODES)).toBe(2);
    const changed = { ...like, annotations: { again: "1" } };
    expect(templateOf(gangs.withTemplate(gang, changed), KINDS_WITH_GANG)).toBe(changed);
    expect(templateOf(gang, KINDS_WITH_GANG)).toBe(like);
  });

  test("is behind the Services of its namespace that select its template's labels", () => {
    const selects = (labels: Record<string, string>, namespace = "shop"): boolean =>
      selectsPodsOf(service("any", namespace, { selector: labels }), gang, KINDS_WITH_GANG);
    expect(selects({ x: "1" })).toBe(true);
    expect(selects({ x: "2" })).toBe(false);
    expect(selects({ x: "1" }, "default")).toBe(false);
  });
});

describe("pods of a workload", () => {
  const chain: Record<string, OwnerReference | null> = {
    "ReplicaSet shop/web-7f": { kind: "Deployment", name: "web" },
    "ReplicaSet shop/web-admin": null,
  };
  const lookup = ((kind: Kind, key: string) => {
    const owner = chain[`${kind} ${key}`];
    return owner === undefined ? null : { metadata: newMetadata("shop", key, {}, owner) };
  }) as unknown as Lookup;
  const web: WorkloadReference = { kind: "Deployment", namespace: "shop", name: "web" };

  test.each<[string, OwnerReference | null, WorkloadReference, boolean]>([
    ["through a revision", { kind: "ReplicaSet", name: "web-7f" }, web, true],
    [
      "of the revision itself",
      { kind: "ReplicaSet", name: "web-7f" },
      { ...web, kind: "ReplicaSet", name: "web-7f" },
      true,
    ],
    ["of a name that only begins alike", { kind: "ReplicaSet", name: "web-admin" }, web, false],
    ["whose owner is gone", { kind: "ReplicaSet", name: "web-gone" }, web, false],
    ["of nobody", null, web, false],
    ["in another namespace", { kind: "ReplicaSet", name: "web-7f" }, { ...web, namespace: "default" }, false],
    ["directly, by a kind of its own", { kind: "Gang" as Kind, name: "crew" }, reference, true],
  ])("%s", (_, owner, workload, expected) => {
    expect(isPodOf(buildPod("p", { namespace: "shop", owner }), workload, lookup)).toBe(expected);
  });
});

describe("the table", () => {
  test("says what can be named, in one form and the other", () => {
    expect(workloadNoun("singular", KINDS_WITH_GANG.slice(0, 1))).toBe("Deployment");
    expect(workloadNoun("plural", KINDS_WITH_GANG.slice(0, 1))).toBe("Deployments");
    expect(workloadNoun("singular", KINDS_WITH_GANG.slice(1))).toBe("ReplicaSet or Gang");
    expect(workloadNoun("plural", KINDS_WITH_GANG)).toBe("Deployments, ReplicaSets or Gangs");
  });

  test.each<[string, Partial<Deployment["status"]>, number]>([
    ["at rest", { replicas: 3, updated: 3, available: 3 }, 3],
    ["stuck with a surplus pod", { replicas: 4, updated: 1, available: 3 }, 0],
    ["half way", { replicas: 4, updated: 2, available: 3 }, 1],
    ["with all updated, and one old pod left", { replicas: 4, updated: 3, available: 4 }, 3],
    ["without pods", { replicas: 2, updated: 0, available: 0 }, 0],
  ])("counts at most the updated pods of a Deployment that are available: %s", (_, status, expected) => {
    const web = buildDeployment("web");
    const row = workloadKind("Deployment");
    expect(row.updated({ ...web, status: { ...web.status, ...status } })).toBe(expected);
  });

  test("names what no other kind makes", () => {
    const names = NAMED_WORKLOADS.map(({ kind }) => kind);
    expect(names).toContain("Deployment");
    expect(names).not.toContain("ReplicaSet");
    expect(workloadNoun()).toBe(workloadNoun("singular", NAMED_WORKLOADS));
  });
});
