/** What a user of the library does: a scenario in memory, run to every text that the library can make of it. */
import type * as library from "../../src/index.js";

export const SCENARIO = `
apiVersion: kubechurn/v1alpha1
kind: Scenario
metadata: {name: memory}
spec:
  duration: 20s
  traffic: [{name: users, to: web, rps: 50}]
  churn: [{name: rollout, at: 5s, rollout: web}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:v1", ports: [{containerPort: 8080}]}]}
`;

/**
 * The texts by name. It refers to nothing but its arguments and the language, for its source is also run where there is
 * nothing else.
 */
export function story(kubechurn: typeof library, text: string): Record<string, string> {
  const report = new kubechurn.Report();
  const files: library.Files = { read: () => ({ ok: true, text }), glob: () => [], list: () => [] };
  const { scenario, resolved } = kubechurn.openScenario(files, { files: ["memory.yaml"] }, report);
  if (scenario === null || resolved === null)
    throw new Error(
      report
        .sorted()
        .map(({ message }) => message)
        .join("\n"),
    );
  const run = kubechurn.simulate(scenario);
  while (run.advance(10_000));
  const record = run.finish();
  const texts: Record<string, string> = {
    "scenario.resolved.yaml": kubechurn.resolvedYaml(resolved),
    "schema.json": JSON.stringify(kubechurn.scenarioJsonSchema()),
    explanation: kubechurn.topText(kubechurn.explainTop(record, 3)).join("\n"),
  };
  for (const { name, draw } of kubechurn.FIGURES) texts[name] = draw(record);
  for (const { name, chunks } of kubechurn.RESULT_FILES) texts[name] = [...chunks(record)].join("");
  return texts;
}
