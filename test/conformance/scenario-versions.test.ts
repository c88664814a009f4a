/** Statements about what a Kubernetes version accepts or brings along, seen through a scenario. */
import { describe, expect, it } from "vitest";
import { Report } from "../../src/scenario/diagnostic.js";
import { openScenario } from "../../src/scenario/open.js";

function open(cluster: string, version: string) {
  const text = `
apiVersion: kubechurn/v1alpha1
kind: Scenario
spec:
  kubernetesVersion: "${version}"
  cluster: ${cluster}
  traffic: [{to: web, rps: 1}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "web:1"}]}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;
  const report = new Report();
  const files = { read: () => ({ ok: true, text }) as const, glob: () => [], list: () => [] };
  const { scenario } = openScenario(files, { files: ["scenario.yaml"] }, report);
  return { scenario, errors: report.sorted().filter(({ severity }) => severity === "error") };
}

describe("kubernetesVersion", () => {
  it("CP-76 no accepted version has the legacy eviction clock: its flags are errors", () => {
    for (const flag of ["--pod-eviction-timeout=1m", "--enable-taint-manager=false"]) {
      for (const version of ["1.29", "1.36"]) {
        const { scenario, errors } = open(`{components: {controllerManager: {args: ["${flag}"]}}}`, version);
        expect(scenario).toBeNull();
        expect(errors).toHaveLength(1);
        expect(errors[0]?.message).toContain(flag.slice(2, flag.indexOf("=")));
        expect(errors[0]?.message).toContain("1.27");
      }
    }
  });

  it("DNS-56 kubeadm's Corefile: ttl 30 in every version, cluster.local out of the cache since 1.32", () => {
    const coreDns = (version: string) => open("{}", version).scenario?.cluster.coreDns.options;
    for (const version of ["1.29", "1.31"]) {
      expect(coreDns(version)).toMatchObject({ ttlSeconds: 30, cacheSeconds: 30, cacheSkipsCluster: false });
    }
    for (const version of ["1.32", "1.37"]) {
      expect(coreDns(version)).toMatchObject({ ttlSeconds: 30, cacheSeconds: 30, cacheSkipsCluster: true });
    }
  });
});
