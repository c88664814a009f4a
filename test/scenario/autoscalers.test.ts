import { describe, expect, test } from "vitest";
import { loadText, webManifests } from "./load-fixture.js";

const TARGET = "scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}";
const hpa = (spec: string, version = "v2", namespace = "default"): string =>
  `apiVersion: autoscaling/${version}\nkind: HorizontalPodAutoscaler\nmetadata: {name: a, namespace: ${namespace}}\nspec: {${spec}}\n`;
const keda = (spec: string): string =>
  `apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: a}\nspec: {${spec}}\n`;

describe("replicas beside an autoscaler", () => {
  test.each([
    ["left out: its minimum", "", hpa(`${TARGET}, minReplicas: 4, maxReplicas: 10`), 4],
    ["left out, in an older version", "", hpa(`${TARGET}, minReplicas: 2, maxReplicas: 10`, "v1"), 2],
    ["left out, without a minimum", "", hpa(`${TARGET}, maxReplicas: 10`), 1],
    ["below the minimum", "  replicas: 1\n", hpa(`${TARGET}, minReplicas: 3, maxReplicas: 10`), 3],
    ["between the two", "  replicas: 5\n", hpa(`${TARGET}, minReplicas: 3, maxReplicas: 10`), 5],
    ["above the maximum", "  replicas: 50\n", hpa(`${TARGET}, minReplicas: 3, maxReplicas: 10`), 10],
    ["zero, which switches it off", "  replicas: 0\n", hpa(`${TARGET}, minReplicas: 3, maxReplicas: 10`), 0],
    ["null is left out", "  replicas: null\n", hpa(`${TARGET}, minReplicas: 4, maxReplicas: 10`), 4],
    ["of another workload", "", hpa(`${TARGET.replace("web", "api")}, minReplicas: 4, maxReplicas: 10`), 1],
    ["of another namespace", "", hpa(`${TARGET}, minReplicas: 4, maxReplicas: 10`, "v2", "shop"), 1],
    ["of another kind", "", hpa(`${TARGET.replace("Deployment", "StatefulSet")}, minReplicas: 4, maxReplicas: 10`), 1],
    ["of KEDA", "", keda("scaleTargetRef: {name: web}, minReplicaCount: 2"), 2],
    ["of KEDA, down to zero", "", keda("scaleTargetRef: {name: web}, minReplicaCount: 0"), 1],
    ["with nonsense", "", hpa(`${TARGET}, minReplicas: many, maxReplicas: []`), 1],
    ["without a target", "", hpa("minReplicas: 4"), 1],
  ])("%s", (_, replicas, autoscaler, expected) => {
    const text = webManifests("  replicas: 3\n", replicas);
    for (const each of [`${autoscaler}---\n${text}`, `${text}---\n${autoscaler}`]) {
      const { objects, said, report, manifests } = loadText(each);
      expect(report.failed).toBe(false);
      expect(said.join()).toContain("begins with at least its minimum of replicas");
      expect(objects.deployments[0]!.spec.replicas).toBe(expected);
      expect(manifests.documents[0]).toMatchObject({ spec: { replicas: expected } });
    }
  });
});
