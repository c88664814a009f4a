import { expect, test } from "vitest";
import type { Scenario } from "../../src/model/scenario.js";
import { scopeOf, scopeSentence } from "../../src/report/scope.js";
import { open } from "../support/open.js";

/** A scenario with this traffic, and a Service in these documents. */
function scenario(traffic: string, service = "", more = "", cluster = "{}"): Scenario {
  return open(`
apiVersion: kubechurn/v1alpha1
kind: Scenario
metadata: {name: scope}
spec: {duration: 10s, cluster: ${cluster}, traffic: [${traffic}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: 10.96.0.80, selector: {app: web}, ports: [{port: 80}]${service}}
${more}`);
}

const PER_REQUEST = "{to: web, rps: 1}";
const HELD = "{name: held, to: web, rps: 1, client: {connection: {reuse: hold}}}";

test("a scope says which cluster and which clients the figures are of", () => {
  expect(scopeOf(scenario(PER_REQUEST)).holdsFor).toEqual([
    "Kubernetes 1.36",
    "kube-proxy iptables",
    "bridge CNI",
    "clients inside the cluster",
    "a connection per request",
    "no retries",
  ]);
  expect(scopeSentence(scopeOf(scenario(PER_REQUEST)))).toBe(
    "Holds for Kubernetes 1.36, kube-proxy iptables, bridge CNI, clients inside the cluster, a connection per request, no retries (change: --set cluster.components.kubeProxy.mode, traffic[0].from, traffic[0].client.connection.reuse).",
  );
});

test.each([
  [HELD, "connections that are held"],
  [`${PER_REQUEST}, ${HELD}`, "a connection per request or held ones"],
])("the connections of %s", (traffic, text) => {
  expect(scopeOf(scenario(traffic)).holdsFor).toContain(text);
});

test("another mode of kube-proxy", () => {
  const nftables = "{components: {kubeProxy: {mode: nftables}}}";
  expect(scopeOf(scenario(PER_REQUEST, "", "", nftables)).holdsFor).toContain("kube-proxy nftables");
});

test("the settings that it names can be set", () => {
  for (const path of scopeOf(scenario(PER_REQUEST)).change) {
    const value = { mode: "nftables", from: "outside", reuse: "hold" }[path.slice(path.lastIndexOf(".") + 1)];
    const text = path.endsWith(".from") ? "{name: x, to: 10.96.0.80:80, rps: 1}" : PER_REQUEST;
    expect(value).toBeDefined();
    expect(() => open(TEXT.replace("TRAFFIC", text), { set: [`${path}=${value}`] })).not.toThrow();
  }
});

const TEXT = `
apiVersion: kubechurn/v1alpha1
kind: Scenario
metadata: {name: scope}
spec: {duration: 10s, traffic: [TRAFFIC]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;

const INGRESS = `
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
`;
const ROUTE = `
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop}
spec: {rules: [{backendRefs: [{name: web, port: 80}]}]}
`;
const MESH = `
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
`;
const POLICY = `
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shop}
spec: {podSelector: {}}
`;

test.each([
  ["", "", []],
  ["", POLICY, []],
  [", type: NodePort", "", []],
  [", type: LoadBalancer", "", ["Service web of type LoadBalancer"]],
  ["", INGRESS, ["Ingress shop"]],
  ["", `${ROUTE}${INGRESS}`, ["HTTPRoute shop", "Ingress shop"]],
  ["", MESH, ["a mesh (Namespace shop)"]],
])("what stands in front: %s %s", (service, more, inFront) => {
  expect(scopeOf(scenario(PER_REQUEST, service, more)).inFront).toEqual(inFront);
});
