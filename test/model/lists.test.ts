import { describe, expect, test } from "vitest";
import { nodeLabels } from "../../src/model/node-labels.js";
import { plannedNodes } from "../../src/model/node-names.js";
import { entityOf, isTerminal, keyOf, NEW_POD_STATUS, newMetadata } from "../../src/model/objects.js";
import { CAUSES, OUTCOMES } from "../../src/model/outcome.js";
import { FACT_KINDS, FactKind } from "../../src/model/trace.js";
import { namespace, pod } from "../apiserver/harness.js";

describe("kinds of fact", () => {
  test("have one row each, in their order, with names of their own", () => {
    const kinds = Object.entries(FactKind);
    expect(kinds.map(([, kind]) => kind)).toEqual(FACT_KINDS.map((_, index) => index));
    for (const [key, kind] of kinds) {
      const kebab = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      expect(FACT_KINDS[kind]?.name).toBe(kebab);
      expect(FACT_KINDS[kind]?.sentence).toContain("{subject}");
    }
  });
});

test("outcomes and causes are lists without repetition", () => {
  expect(new Set(OUTCOMES).size).toBe(OUTCOMES.length);
  expect(new Set(CAUSES.map(({ name }) => name)).size).toBe(CAUSES.length);
});

test("objects have keys within their kind and names over all kinds", () => {
  expect([keyOf(namespace("a")), keyOf(pod("a"))]).toEqual(["a", "default/a"]);
  expect([entityOf(namespace("a")), entityOf(pod("a"))]).toEqual(["Namespace/a", "Pod/default/a"]);
  expect(newMetadata("default", "a")).toMatchObject({ generation: 1, deletionTimestamp: null, owner: null });
});

test("a pod is terminal once it has succeeded or failed", () => {
  const phases = (["Pending", "Running", "Succeeded", "Failed"] as const).map((phase) =>
    isTerminal({ ...pod("a"), status: { ...NEW_POD_STATUS, phase } }),
  );
  expect(phases).toEqual([false, false, true, true]);
});

test("nodes are numbered from 1 within their pool and get its zones in turn", () => {
  const capacity = { cpu: 1, memory: 1, pods: 1 };
  const nodes = plannedNodes([
    { name: "a", count: 3, zones: ["x", "y"], capacity },
    { name: "b", count: 1, zones: ["z"], capacity },
  ]);
  expect(nodes.map(({ name, zone }) => `${name} ${zone}`)).toEqual(["a-1 x", "a-2 y", "a-3 x", "b-1 z"]);
});

test("nodes have the labels that manifests select every Linux node by", () => {
  expect(nodeLabels({ name: "a-1", zone: "x", pool: { name: "a" } })).toEqual({
    "kubernetes.io/hostname": "a-1",
    "kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
    "topology.kubernetes.io/zone": "x",
    "topology.kubernetes.io/region": "region",
    "node.kubernetes.io/instance-type": "standard",
    "beta.kubernetes.io/os": "linux",
    "beta.kubernetes.io/arch": "amd64",
    "beta.kubernetes.io/instance-type": "standard",
    "failure-domain.beta.kubernetes.io/zone": "x",
    "failure-domain.beta.kubernetes.io/region": "region",
    "kubechurn.dev/pool": "a",
  });
});
