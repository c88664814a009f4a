/** `scenario.resolved.yaml` opens as the scenario that it was written for: same settings, same objects, same text again. */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { Report } from "../../src/scenario/diagnostic.js";
import { type OpenArguments, openScenario } from "../../src/scenario/open.js";
import { resolvedYaml } from "../../src/scenario/resolved-document.js";
import { memoryFiles, webManifests } from "./load-fixture.js";
import { withoutIndices } from "./without-indices.js";

const SCENARIOS = fileURLToPath(new URL("../../scenarios/", import.meta.url));

function open(text: string, given: Partial<OpenArguments> = {}) {
  const report = new Report();
  const files = memoryFiles({ "a.yaml": text });
  const { scenario, resolved } = openScenario(files, { files: ["a.yaml"], ...given }, report);
  if (scenario === null || resolved === null)
    throw new Error(
      report
        .sorted()
        .map(({ message }) => message)
        .join("\n"),
    );
  return { scenario, text: resolvedYaml(resolved) };
}

function expectAgain(text: string, given: Partial<OpenArguments> = {}): string {
  const first = open(text, given);
  const again = open(first.text);
  expect(withoutIndices(again.scenario)).toEqual(withoutIndices(first.scenario));
  expect(again.text).toBe(first.text);
  return first.text;
}

const scenario = (spec: string, manifests = webManifests()): string =>
  `apiVersion: kubechurn/v1alpha1\nkind: Scenario\nmetadata: {name: s}\nspec:\n${spec}\n---\n${manifests}`;

describe("the text of a resolved scenario", () => {
  test.each(readdirSync(SCENARIOS).filter((name) => name.endsWith(".yaml")))("of %s", (name) => {
    expectAgain(readFileSync(`${SCENARIOS}${name}`, "utf8"));
  });

  test.each([
    ["a hook beyond the grace period", 'exec: {command: [sleep, "40"]}'],
    ["a hook of unknown length", "exec: {command: [nginx, -s, quit]}"],
    ["a hook that is not simulated", "httpGet: {path: /, port: 80}"],
  ])("with %s", (_, hook) => {
    expectAgain(scenario("  traffic: [{to: web, rps: 10}]", webManifests("sleep: {seconds: 5}", hook)));
  });

  test.each([
    [
      "of every kind of target",
      "[{rollout: web}, {delete-pod: web}, {crash-node: {hosting: web}}, {restart-component: kube-proxy}]",
    ],
    ["in both forms", "[{action: scale, target: {name: web}, replicas: 5}, {scale: web, replicas: 3, at: 20s}]"],
    ["that repeats", "[{delete-pod: web, every: 5s, until: 30s, jitter: 1s, gracePeriodSeconds: 0}]"],
    ["outside", "[{upstream-outage: all, for: 5s}, {restart-component: {component: coredns}}]"],
  ])("with churn %s", (_, churn) => {
    expectAgain(scenario(`  traffic: [{to: web, rps: 10}]\n  churn: ${churn}`));
  });

  test("with what the command line says", () => {
    const text = expectAgain(webManifests(), { quick: { rollout: true }, seed: "7" });
    expect(text).toMatch(/seed: "7"/);
  });

  test("with another behaviour at SIGTERM, in all entries", () => {
    const first = open(
      scenario(
        '  workloads: [{onSigterm: exit}, {selector: {kind: Deployment, name: web}, images: {"web:v2": {onSigterm: finish}}}]',
      ),
      { onSigterm: "ignore" },
    );
    expect(first.text.match(/onSigterm: .*/g)).toEqual(Array(3).fill("onSigterm: ignore"));
    const { workloads, defaultWorkload } = open(first.text).scenario;
    expect({ workloads, defaultWorkload }).toEqual({
      workloads: first.scenario.workloads,
      defaultWorkload: first.scenario.defaultWorkload,
    });
  });

  test("without the environment of containers, which is not read", () => {
    const manifests = webManifests("image: web:v1", "image: web:v1\n          env: [{name: TOKEN, value: secret}]");
    expect(expectAgain(scenario("  traffic: [{to: web, rps: 10}]", manifests))).not.toContain("secret");
  });
});
