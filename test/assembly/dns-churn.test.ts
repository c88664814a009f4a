import { describe, expect, test } from "vitest";
import { ScenarioRun } from "../../src/assembly/run.js";
import { SECOND } from "../../src/engine/duration.js";
import type { KubeProxy } from "../../src/node/service-proxy/kube-proxy/kube-proxy.js";
import { open, readRecord } from "../support/open.js";

const MANIFESTS = `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: "web:v1", ports: [{containerPort: 8080}], readinessProbe: {httpGet: {path: /, port: 8080}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
`;

/** A run of 60 s with 50 requests a second to web. */
function finished(churn: string, components = "{}"): ScenarioRun {
  const run = new ScenarioRun(
    open(`apiVersion: kubechurn/v1alpha1
kind: Scenario
metadata: {name: dns-churn}
spec:
  duration: 60s
  cluster: {components: ${components}}
  traffic: [{to: web, rps: 50}]
  churn: [${churn}]
${MANIFESTS}`),
    0,
  );
  while (run.advance(10_000));
  return run;
}

const causesOf = (run: ScenarioRun): readonly string[] => run.finish().totals.causes.map(({ cause }) => cause);

describe("churn of the cluster's components", () => {
  test("a restart of CoreDNS replaces its pods", () => {
    const run = finished("{restart-component: coredns}");
    const pods = run.cluster.log.list("Pod").filter(({ key }) => key.startsWith("kube-system/coredns"));
    expect(pods.map(({ object }) => (object.metadata.creationTimestamp ?? 0) > 10 * SECOND)).toEqual([true, true]);
  });

  test("the dns-autoscaler takes back what scaling has done", () => {
    const replicas = (components: string): number | undefined =>
      finished("{scale: coredns, replicas: 5}", components).cluster.log.get("Deployment", "kube-system/coredns")?.object
        .spec.replicas;
    expect([replicas("{}"), replicas("{dnsAutoscaler: {enabled: true}}")]).toEqual([5, 2]);
  });

  test("a kube-proxy that starts again lists everything and goes on; one restarted on each node disturbs nobody", () => {
    const run = finished("{restart-component: kube-proxy, downtime: 5s}, {scale: web, replicas: 5, at: 12s}");
    expect(run.finish().totals.failed).toBe(0);
    for (const { dataPlane } of run.cluster.nodes) {
      const kubeProxy = dataPlane as KubeProxy;
      kubeProxy.reader.settle(run.now);
      const during = kubeProxy.syncs.filter(({ end }) => end > 10 * SECOND && end < 15 * SECOND);
      expect([kubeProxy.running, during]).toEqual([true, []]);
      const newest = run.cluster.proxyLog.snapshots("default/web").at(-1);
      expect(kubeProxy.appliedSnapshots("default/web").at(-1)?.snapshot).toBe(newest);
    }
  });

  test("packet loss makes connections and look-ups fail, and ends", () => {
    const run = finished("{packet-loss: {mode: all}, percent: 60, for: 10s, at: 20s}");
    expect(causesOf(run)).toContain("packet-loss");
    const { requests, totals } = readRecord(run.finish());
    expect(totals.failed).toBeGreaterThan(50);
    expect(requests.every(({ t }) => t >= 14 * SECOND && t <= 30 * SECOND)).toBe(true);
    const fact = requests.find(({ cause }) => cause === "packet-loss")?.causeFact ?? -1;
    expect(run.simulation.facts.objectOf(fact)).toMatch(/^packet-loss Node\//);
  });

  test("is the same twice", () => {
    const churn =
      "{packet-loss: {mode: all}, percent: 20}, {restart-component: kube-proxy}, {restart-component: coredns}";
    expect(finished(churn).finish().fingerprint).toBe(finished(churn).finish().fingerprint);
  });
});
