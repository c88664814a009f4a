/** The text of `scenario.resolved.yaml`: every default written out, the manifests behind it. It runs to the same bytes. */
import { stringify } from "yaml";
import type { Scenario } from "../model/scenario.js";
import { writeManifests } from "./manifests/write.js";
import { resolvedSpec } from "./resolved.js";
import { SCENARIO_API_VERSION } from "./schema.js";

export function resolvedYaml(scenario: Scenario): string {
  const { name, description } = scenario;
  const document = {
    apiVersion: SCENARIO_API_VERSION,
    kind: "Scenario",
    metadata: { name, description },
    spec: resolvedSpec(scenario),
  };
  const { corefile, options } = scenario.cluster.coreDns;
  const manifests = writeManifests(scenario.objects, options === null ? corefile : null);
  return `${stringify(document, { lineWidth: 0 })}---\n${manifests}`;
}
