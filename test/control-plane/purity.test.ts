import { describe, expect, test } from "vitest";
import { withDefaultTolerations } from "../../src/control-plane/admission.js";
import { planDeployment } from "../../src/control-plane/deployment-plan.js";
import { reconcileEndpointSlices } from "../../src/control-plane/endpointslice.js";
import { endpointChanges } from "../../src/control-plane/endpointslice-change.js";
import { packEndpoints } from "../../src/control-plane/endpointslice-packing.js";
import { newPod } from "../../src/control-plane/new-pod.js";
import { rankPodsForDeletion } from "../../src/control-plane/pod-ranking.js";
import { scaleProportionally } from "../../src/control-plane/proportional-scaling.js";
import { replicaSetStatus } from "../../src/control-plane/replicaset.js";
import { nextRollingUpdateStep } from "../../src/control-plane/rolling-update.js";
import { hashText, ordinalText } from "../../src/control-plane/stable-text.js";
import { templateHash } from "../../src/control-plane/template-hash.js";
import { deepFreeze, deployment, endpoints, pod, service, slice } from "./objects.js";

describe("decisions do not touch their arguments", () => {
  test("endpoints", () => {
    const slices = deepFreeze([slice("a", endpoints(0, 5)), slice("b", endpoints(10, 3))]);
    const desired = deepFreeze([...endpoints(1, 4), ...endpoints(20, 120)]);
    expect(packEndpoints(desired, slices, 100).creates).toHaveLength(1);
    expect(endpointChanges(slices[0] ?? null, slices[1] ?? null)).toHaveLength(8);
    const pods = deepFreeze([pod("x", { address: "10.244.9.1" }), pod("y", { address: "10.244.9.2" })]);
    expect(reconcileEndpointSlices(deepFreeze(service("web")), pods, slices, () => "a", 3).updates).toHaveLength(1);
  });

  test("workloads", () => {
    const web = deepFreeze(deployment("web", 4));
    const created = deepFreeze(planDeployment(web, deepFreeze([]), false)).create;
    expect(created?.spec.replicas).toBe(4);
    const next = deepFreeze({
      ...web,
      spec: { ...web.spec, replicas: 6, template: { ...web.spec.template, annotations: { a: "b" } } },
    });
    expect(planDeployment(next, created === null ? [] : deepFreeze([created]), false).scale).toHaveLength(1);
    const sets = deepFreeze([{ replicas: 8, available: 8 }]);
    const posts = deepFreeze({ maxSurge: 3, maxUnavailable: 2 });
    expect(nextRollingUpdateStep(10, posts, deepFreeze({ replicas: 5, available: 2 }), sets).kind).toBe("scale-old");
    expect(scaleProportionally(9, deepFreeze([{ replicas: 5, maxReplicas: 10 }]))).toEqual([9]);
    const pods = deepFreeze([pod("x"), pod("y")]);
    const ranked = deepFreeze(
      pods.map((each) => ({ pod: each, neighbours: 1, uid: each.metadata.name === "x" ? 2 : 1 })),
    );
    expect(rankPodsForDeletion(ranked, 5).map((each) => each.pod.metadata.name)).toEqual(["y", "x"]);
    expect(replicaSetStatus(pods, 0, 5)).toEqual({ replicas: 2, ready: 2, available: 2, terminating: 0 });
    expect(withDefaultTolerations(pods[0]!).spec.tolerations).toHaveLength(2);
  });
});

describe("stable names", () => {
  test("pods are named after their ReplicaSet and ordinal; no ordinal of a ReplicaSet repeats a name", () => {
    const names = new Set(Array.from({ length: 20_000 }, (_, ordinal) => ordinalText("default/web", ordinal)));
    expect(names.size).toBe(20_000);
    for (const name of names) expect(name).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    const { metadata, spec } = planDeployment(deployment("web", 1), [], false).create!;
    const owner = { kind: "ReplicaSet", name: metadata.name } as const;
    const made = newPod(owner, metadata.namespace, spec.template, 0);
    expect(made.metadata.name).toMatch(/^web-[a-z0-9]{10}-[a-z0-9]{5}$/);
    expect(made.metadata.owner).toBe(owner);
    expect(made).toEqual(newPod(owner, metadata.namespace, spec.template, 0));
    expect(made.metadata.labels["pod-template-hash"]).toBe(metadata.name.slice("web-".length));
  });

  test("a template's hash depends on all of its content, not on the order of fields", () => {
    const { template } = deployment("web", 1).spec;
    const { labels, annotations, spec } = template;
    expect(templateHash({ spec, annotations, labels })).toBe(templateHash(template));
    const variants = [
      template,
      { ...template, annotations: { "kubectl.kubernetes.io/restartedAt": "1s" } },
      { ...template, annotations: { "kubectl.kubernetes.io/restartedAt": "2s" } },
      { ...template, labels: { app: "other" } },
      { ...template, spec: { ...spec, containers: spec.containers.map((each) => ({ ...each, image: "web:2" })) } },
    ];
    expect(new Set(variants.map(templateHash)).size).toBe(variants.length);
  });

  test("hashes of similar texts differ", () => {
    const texts = Array.from({ length: 50_000 }, (_, i) => hashText(`template ${i}`, 10));
    expect(new Set(texts).size).toBe(texts.length);
  });
});
