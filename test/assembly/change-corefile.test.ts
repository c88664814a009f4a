/** The churn action change-corefile, through a whole run. */
import { describe, expect, it } from "vitest";
import { Report } from "../../src/scenario/diagnostic.js";
import { openScenario } from "../../src/scenario/open.js";
import { simulate } from "../../src/simulate.js";

/** The new Corefile denies the Service's name in front of the kubernetes plugin. */
const DENYING = [
  ".:53 {",
  "  errors",
  "  ready",
  "  reload",
  "  template ANY ANY web.default.svc.cluster.local {",
  "    rcode NXDOMAIN",
  "  }",
  "  kubernetes cluster.local {",
  "    ttl 30",
  "  }",
  "  forward . /etc/resolv.conf",
  "}",
];

function scenarioText(lines: readonly string[], target = "coredns"): string {
  return `
apiVersion: kubechurn/v1alpha1
kind: Scenario
spec:
  seed: 3
  duration: 150s
  traffic: [{to: web, rps: 5}]
  churn:
    - at: 10s
      change-corefile: ${target}
      corefile: |
${lines.map((line) => `        ${line}`).join("\n")}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1", ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
`;
}

function open(text: string) {
  const report = new Report();
  const files = { read: () => ({ ok: true, text }) as const, glob: () => [], list: () => [] };
  const { scenario } = openScenario(files, { files: ["scenario.yaml"] }, report);
  return { scenario, errors: report.sorted().filter(({ severity }) => severity === "error") };
}

describe("change-corefile", () => {
  it("is taken up by each replica within the ConfigMap's sync and the reload interval, and not at once", () => {
    const { scenario, errors } = open(scenarioText(DENYING));
    expect(errors).toEqual([]);
    const run = simulate(scenario!);
    while (run.advance(1_000_000));
    const { failures, timeline } = run.finish();
    const first = failures[0]!.t / 1e6;
    // U(0, 60 s) for the ConfigMap, then a look every 30 ± 7.5 s: the first of two replicas
    expect(first).toBeGreaterThan(10);
    expect(first).toBeLessThan(10 + 60 + 37.5);
    expect(new Set(failures.map(({ outcome }) => outcome))).toEqual(new Set(["dns-nxdomain"]));
    const last = timeline.filter(({ t, requests }) => t > 110e6 && requests > 0);
    expect(last.length).toBeGreaterThan(10);
    for (const { ok } of last) expect(ok).toBe(0);
  });

  it("is refused with the place in the Corefile when it is none, and for other workloads", () => {
    const broken = open(scenarioText([".:53 {", "  kubernets cluster.local", "}"])).errors;
    expect(broken).toHaveLength(1);
    expect(broken[0]?.path).toBe("spec.churn[0].corefile");
    expect(broken[0]?.message).toMatch(/^line 2, column 3 of the Corefile: .*kubernets/);
    const other = open(scenarioText(DENYING, "web")).errors;
    expect(other.map(({ message }) => message)).toEqual(["only CoreDNS has a Corefile"]);
  });
});
