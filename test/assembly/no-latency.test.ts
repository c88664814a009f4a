/** Delays of zero: what arrives at the instant at which it was sent is still answered, whatever changes at that instant. */
import { describe, expect, test } from "vitest";
import { open, run } from "../support/open.js";

const scenario = (latency: string, resolver: string, cache: string): string => `apiVersion: kubechurn/v1alpha1
kind: Scenario
metadata: {name: zero}
spec:
  duration: 20s
  cluster: {latency: ${latency}}
  traffic: [{to: "http://web/", rps: 21, client: {dns: {resolver: ${resolver}}}}]
  churn: [{at: 1s, delete-pod: web}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "web:v1"}]}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: coredns, namespace: kube-system}
data:
  Corefile: |
    .:53 {
        health
        ready
        kubernetes cluster.local
        cache ${cache}
    }
`;

describe("a server on the client's own node, without any delay in between", () => {
  test.each([
    ["{sameNode: 0s}", "node-resolve", "3"],
    ["{sameNode: 0s}", "node-lookup", "1"],
    ["{sameNode: 0s, sameZone: 0s, crossZone: 0s}", "musl", "2"],
    ["{sameNode: 1us}", "node-resolve", "3"],
  ])("latency %s, %s, cache %s", (latency, resolver, cache) => {
    const { totals, requests } = run(open(scenario(latency, resolver, cache)));
    expect(totals.requests).toBeGreaterThan(350);
    expect(totals.outcomes.reduce((sum, { count }) => sum + count, 0)).toBe(totals.requests);
    expect(requests.length).toBeGreaterThan(0);
  });
});
