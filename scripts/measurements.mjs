/**
 * Simulates what docs/fidelity.md shows beside published measurements (M1, M2, M6) and prints the figures. Run it after a
 * change of the model and correct that page; about a minute.
 *   npm run build && node scripts/measurements.mjs
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Report } from "../dist/scenario/diagnostic.js";
import { openScenario } from "../dist/scenario/open.js";
import { simulate } from "../dist/simulate.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const NODE_CRASH = readFileSync(`${ROOT}scenarios/node-crash.yaml`, "utf8");

const SMALL = (replicas) => `
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:v1", ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
`;

function document(spec) {
  return JSON.stringify({ apiVersion: "kubechurn/v1alpha1", kind: "Scenario", metadata: { name: "m" }, spec });
}

function run(text, set = []) {
  const report = new Report();
  const files = { read: () => ({ ok: true, text }), glob: () => [], list: () => [] };
  const opened = openScenario(files, { files: ["m.yaml"], set }, report);
  const scenario = opened?.scenario ?? null;
  if (scenario === null) throw new Error(JSON.stringify(report.sorted(), null, 2));
  const simulation = simulate(scenario);
  while (simulation.advance(1e6));
  return simulation.finish();
}

const seeds = (count) => Array.from({ length: count }, (_, i) => i + 1);
const secondsBetween = (from, to) => (to.t - from.t) / 1e6;

function show(name, values) {
  const sorted = values.slice().sort((x, y) => x - y);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const [least, most] = [sorted[0], sorted[sorted.length - 1]].map((value) => value.toFixed(2));
  console.log(`${name}: ${least} to ${most} s, mean ${mean.toFixed(2)} s (${values.length} runs)`);
}

/** From the crash to the deletion of the pod of web, and to Unknown. */
function nodeFailure(text, set) {
  const { events } = run(text, set);
  const crash = events.find(({ kind }) => kind === "node-crashed");
  const unknown = events.find(({ kind }) => kind === "node-unknown");
  const deletion = events.find(
    ({ kind, object }) => kind === "deletion-requested" && object.startsWith("Pod/default/web-"),
  );
  return { unknown: secondsBetween(crash, unknown), deletion: secondsBetween(crash, deletion) };
}

for (const version of ["1.31", "1.36"]) {
  const set = (seed) => [`seed=${seed}`, "duration=400s", `kubernetesVersion="${version}"`];
  const failures = seeds(50).map((seed) => nodeFailure(NODE_CRASH, set(seed)));
  const reactions = failures.map(({ unknown }) => unknown);
  show(`M1 node failure, Unknown, ${version}`, reactions);
  console.log(`   below the published 38.187 s: ${reactions.filter((value) => value < 38.187).length}`);
  show(
    `M1 node failure, pod deleted, ${version}`,
    failures.map(({ deletion }) => deletion),
  );
}

const oneReplica = (seed, churn, workload) =>
  document({ seed, duration: "60s", workloads: [workload], traffic: [{ to: "web", rps: 1 }], churn: [churn] }) +
  SMALL(1);
const crashes = seeds(50).map((seed) => {
  const { events } = run(oneReplica(seed, { at: "10s", "crash-container": "web" }, { listenAfter: "0s" }));
  const crash = events.find(({ kind }) => kind === "container-crashed");
  const [lost, back] = ["pod-not-ready", "pod-ready"].map((name) =>
    events.find(({ kind, t }) => kind === name && t > crash.t),
  );
  return { lost: secondsBetween(crash, lost), back: secondsBetween(crash, back) };
});
show(
  "M1 container killed, NotReady",
  crashes.map(({ lost }) => lost),
);
show(
  "M1 container killed, Ready again",
  crashes.map(({ back }) => back),
);
show(
  "M1 SIGTERM ignored, deletion to disappearance",
  seeds(50).map((seed) => {
    const { events } = run(
      oneReplica(seed, { at: "10s", "delete-pod": "web" }, { listenAfter: "0s", onSigterm: "ignore" }),
    );
    const requested = events.find(({ kind }) => kind === "deletion-requested");
    return secondsBetween(
      requested,
      events.find(({ kind, object }) => kind === "object-deleted" && object === requested.object),
    );
  }),
);

for (const kubernetesVersion of ["1.33", "1.36"]) {
  const { ruleLags } = run(
    document({
      kubernetesVersion,
      duration: "1520s",
      cluster: {
        nodePools: [{ count: 1, zones: ["a"], capacity: { cpu: "64", memory: "160Gi", pods: "200" } }],
        backgroundChurn: { endpointChangesPerSecond: 0 },
      },
      workloads: [{ listenAfter: "1s" }],
      traffic: [{ to: "web", rps: 1 }],
      churn: ["20s", "20.1s", "20.2s"].map((from) => ({
        from,
        every: "30s",
        "delete-pod": "web",
        gracePeriodSeconds: 0,
      })),
    }) + SMALL(10),
  );
  const lags = ruleLags
    .filter(({ observer, committedAt }) => observer.startsWith("node/") && committedAt > 0)
    .map(({ committedAt, appliedAt }) => ({
      ms: (appliedAt - committedAt) / 1e3,
      phase: (committedAt / 1e6 + 10) % 30,
    }));
  const within = (low, high) => lags.filter(({ ms }) => ms >= low && ms < high).length;
  const median = (low, high) => {
    const values = lags.filter(({ phase }) => phase >= low && phase < high).map(({ ms }) => ms);
    return Math.round(values.sort((x, y) => x - y)[values.length >> 1]);
  };
  console.log(
    `M2 ${kubernetesVersion}: ${lags.length} changes; 0–300 ms ${within(0, 300)}, 300–600 ms ${within(300, 600)}, ` +
      `above ${within(600, Number.POSITIVE_INFINITY)}; median of the 1st, 2nd, 3rd change of a burst ` +
      `${median(0, 0.1)}, ${median(0.1, 0.2)}, ${median(0.2, 0.5)} ms`,
  );
}

for (const [monitor, grace, eviction, duration] of [
  [2, 20, 30, 120],
  [5, 120, 60, 260],
  [5, 300, 60, 450],
]) {
  const toleration = `{key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: ${eviction}}`;
  const text = NODE_CRASH.replace(
    "    spec:\n      containers:",
    `    spec:\n      tolerations: [${toleration}]\n      containers:`,
  );
  const args = `["--node-monitor-grace-period=${grace}s", "--node-monitor-period=${monitor}s"]`;
  const set = (seed) => [`seed=${seed}`, `duration=${duration}s`, `cluster.components.controllerManager.args=${args}`];
  show(
    `M6 monitor ${monitor} s, grace ${grace} s, eviction ${eviction} s`,
    seeds(20).map((seed) => nodeFailure(text, set(seed)).deletion),
  );
}
