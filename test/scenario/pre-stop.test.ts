import { describe, expect, test } from "vitest";
import type { ApiObject } from "../../src/model/objects.js";
import { podPrototypesOf } from "../../src/model/workload.js";
import { Report } from "../../src/scenario/diagnostic.js";
import { openScenario } from "../../src/scenario/open.js";
import { resolvedYaml } from "../../src/scenario/resolved-document.js";
import { memoryFiles, webManifests } from "./load-fixture.js";

const HOOK = "exec: {command: [/stop-it]}";

function opened(spec: string, text = webManifests("sleep: {seconds: 5}", HOOK)) {
  const report = new Report();
  const document = `apiVersion: kubechurn/v1alpha1\nkind: Scenario\nspec: ${spec}\n---\n`;
  const files = memoryFiles({ "a.yaml": document + text });
  const { scenario, resolved } = openScenario(files, { files: ["a.yaml"] }, report);
  const said = report.sorted().map(({ severity, loud, message }) => `${loud ? "loud " : ""}${severity}: ${message}`);
  return { said, sleeps: sleepsOf(scenario?.objects ?? []), yaml: resolved === null ? "" : resolvedYaml(resolved) };
}

function sleepsOf(objects: readonly ApiObject[]) {
  return podPrototypesOf(objects).map(({ spec }) => spec.containers.map((each) => each.preStopSleepSeconds));
}

const TWO = `${webManifests("sleep: {seconds: 5}", HOOK)}---\n${webManifests().replaceAll("web", "api")}`;

describe("workloads[].preStop", () => {
  test("says how long a hook takes of which the manifest does not tell, and nothing more is said of it", () => {
    expect(opened("{}")).toMatchObject({
      said: ["loud warning: how long this hook takes is unknown: the pod stops as if it had no hook"],
      sleeps: [[null]],
    });
    expect(opened("{workloads: [{preStop: 12.5s}]}")).toMatchObject({ said: [], sleeps: [[12.5]] });
    const url = webManifests("sleep: {seconds: 5}", "httpGet: {path: /stop, port: http}");
    expect(opened("{workloads: [{preStop: 1m}]}", url)).toMatchObject({ said: [], sleeps: [[60]] });
  });

  test("is that of the workload, of a selector, or of all others", () => {
    expect(opened("{workloads: [{selector: {kind: Deployment, name: web}, preStop: 9s}]}", TWO).sleeps).toEqual([
      [9],
      [5],
    ]);
    expect(
      opened("{workloads: [{preStop: 1s}, {selector: {matchLabels: {app: api}}, preStop: 2s}]}", TWO),
    ).toMatchObject({
      said: [],
      sleeps: [[1], [2]],
    });
    const inherited = "{workloads: [{preStop: 3s}, {selector: {kind: Deployment, name: web}, serviceTime: 1ms}]}";
    expect(opened(inherited, TWO).sleeps).toEqual([[3], [3]]);
    const others = "{workloads: [{selector: {kind: Deployment, name: api}, preStop: 2s}]}";
    expect(opened(others, TWO).said).toHaveLength(1);
  });

  test("is in the resolved scenario, which says the same", () => {
    const { yaml, sleeps } = opened(
      "{workloads: [{preStop: 1s}, {selector: {matchLabels: {app: api}}, preStop: 2s}]}",
      TWO,
    );
    const report = new Report();
    const again = openScenario(memoryFiles({ "b.yaml": yaml }), { files: ["b.yaml"] }, report);
    expect(report.sorted()).toEqual([]);
    expect(sleepsOf(again.scenario?.objects ?? [])).toEqual(sleeps);
  });

  test("is no setting of CoreDNS, and a duration", () => {
    const dns = "{workloads: [{selector: {kind: Deployment, name: coredns, namespace: kube-system}, preStop: 2s}]}";
    expect(opened(dns).said).toContain("error: coredns has no preStop hook");
    expect(opened("{workloads: [{preStop: 5}]}").said.join()).toContain("5 has no unit");
  });
});
