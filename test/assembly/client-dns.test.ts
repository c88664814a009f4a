/** A client pod gets the resolver of its traffic entry, and the resolv.conf of its own pod. */
import { describe, expect, test } from "vitest";
import { open, run } from "../support/open.js";

interface Situation {
  readonly dns?: string;
  /** Lines of the clients' pod spec. */
  readonly pod?: string;
  readonly to?: string;
  readonly cluster?: string;
}

const WORKLOAD = (name: string, pod: string): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: 2
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      ${pod}
      containers: [{name: main, image: ${name}, ports: [{containerPort: 80}]}]
`;

function totals({ dns = "{}", pod = "dnsPolicy: ClusterFirst", to = "web", cluster = "{}" }: Situation) {
  const text = `apiVersion: kubechurn/v1alpha1
kind: Scenario
metadata: {name: client-dns}
spec:
  duration: 10s
  cluster: ${cluster}
  traffic:
    - {to: ${to}, from: {pods: {kind: Deployment, name: client}}, rps: 5, client: {dns: ${dns}}}
${WORKLOAD("web", "terminationGracePeriodSeconds: 30")}${WORKLOAD("client", pod)}---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;
  const { requests, ok, outcomes, dnsQuestions } = run(open(text)).totals;
  expect(requests).toBeGreaterThan(20);
  return {
    ratio: ok / requests,
    questionsEach: dnsQuestions / requests,
    outcomes: outcomes.map((each) => each.outcome),
  };
}

describe("a client pod", () => {
  test("asks as its resolver does", () => {
    expect(totals({})).toEqual({ ratio: 1, questionsEach: 2, outcomes: ["ok"] });
    for (const resolver of ["musl", "go", "node-lookup", "c-ares", "java", "go-cgo"]) {
      expect(totals({ dns: `{resolver: ${resolver}}` })).toEqual({ ratio: 1, questionsEach: 2, outcomes: ["ok"] });
    }
    expect(totals({ dns: "{resolver: node-resolve}" }).ratio).toBe(0);
    const to = "web.default.svc.cluster.local";
    expect(totals({ to, dns: "{resolver: node-resolve}" })).toMatchObject({ ratio: 1, questionsEach: 1 });
  });

  test("has the options of its dnsConfig", () => {
    const to = "web.default.svc.cluster.local";
    expect(totals({ to }).questionsEach).toBe(8);
    const pod = "dnsConfig: {options: [{name: ndots, value: '1'}]}";
    expect(totals({ to, pod })).toEqual({ ratio: 1, questionsEach: 2, outcomes: ["ok"] });
  });

  test("has the nameservers and the search list of its dnsPolicy", () => {
    expect(totals({ pod: "dnsPolicy: Default" }).ratio).toBe(0);
    const nobody = "{dnsPolicy: None, dnsConfig: {nameservers: [203.0.113.9]}}"
      .slice(1, -1)
      .replace(", dnsC", "\n      dnsC");
    expect(totals({ pod: nobody })).toMatchObject({ ratio: 0, outcomes: ["dns-timeout"] });
    const own = "dnsPolicy: None\n      dnsConfig: {nameservers: [10.96.0.10], searches: [default.svc.cluster.local]}";
    expect(totals({ pod: own })).toMatchObject({ ratio: 1, questionsEach: 2 });
  });

  test("asks for more names where the node has a search list of its own", () => {
    const cluster = "{nodeResolvConf: {search: [corp.example]}}";
    const to = "web.default.svc.cluster.local";
    // two more at least: what the world outside says about names below corp.example is not the point here
    expect(totals({ to, cluster }).questionsEach).toBeGreaterThanOrEqual(10);
  });
});
