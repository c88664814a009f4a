import { describe, expect, test } from "vitest";
import { Report } from "../../src/scenario/diagnostic.js";
import { openScenario } from "../../src/scenario/open.js";
import { memoryFiles, webManifests } from "./load-fixture.js";

function open(mode: string, set: readonly string[] = []) {
  const report = new Report();
  const kubeProxy = `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: ${mode}\n`;
  const files = memoryFiles({ "a.yaml": webManifests(), "b.yaml": kubeProxy });
  const { scenario } = openScenario(files, { files: ["a.yaml", "b.yaml"], quick: { rollout: true }, set }, report);
  return { scenario, diagnostics: report.sorted() };
}

describe.each(["ipvs", "kernelspace"])("a KubeProxyConfiguration with the mode %s", (mode) => {
  test("is refused, with the way on", () => {
    const { scenario, diagnostics } = open(mode);
    expect(scenario).toBeNull();
    expect(diagnostics).toMatchObject([
      {
        severity: "error",
        location: { file: "b.yaml", line: 3, column: 7 },
        message: `the mode ${mode} is not modelled yet`,
        hint: "--set cluster.components.kubeProxy.mode=iptables goes on with that one (or nftables)",
      },
    ]);
  });

  test("is run in the mode that the scenario chooses, loudly", () => {
    const { scenario, diagnostics } = open(mode, ["cluster.components.kubeProxy.mode=nftables"]);
    expect(scenario?.cluster.kubeProxy.mode).toBe("nftables");
    expect(diagnostics).toMatchObject([
      {
        severity: "warning",
        loud: true,
        message: `the mode ${mode} is not modelled: kube-proxy runs in mode nftables instead; the verdict may differ`,
      },
    ]);
  });
});

test("checking manifests asks nobody for whom requests are", () => {
  const two = `${webManifests()}---\n${webManifests().replaceAll("web", "api")}`;
  for (const [text, traffic] of [
    [two, 0],
    [webManifests(), 1],
    ["apiVersion: v1\nkind: Secret\n", 0],
  ] as const) {
    const report = new Report();
    const { scenario } = openScenario(memoryFiles({ "a.yaml": text }), { files: ["a.yaml"], check: true }, report);
    expect(report.sorted()).toEqual([]);
    expect(scenario?.traffic).toHaveLength(traffic);
  }
  const report = new Report();
  openScenario(memoryFiles({ "a.yaml": two }), { files: ["a.yaml"], check: true, quick: { rollout: true } }, report);
  expect(report.failed).toBe(true);
});
