/**
 * bench:scale: 1,000 nodes, 1,000 Services, 10,000 pods at rest, then one rolling update of 100 replicas with background
 * churn and a little traffic. Reports wall time and peak memory; fails above 400 MB.
 */
import { readFileSync } from "node:fs";
import { type Deployment, objectsOf, type Service } from "../src/model/objects.js";
import type { Scenario } from "../src/model/scenario.js";
import { Report } from "../src/scenario/diagnostic.js";
import { openScenario } from "../src/scenario/open.js";
import { simulate } from "../src/simulate.js";
import { printTable, recordHistory } from "./measure.js";

const MEMORY_LIMIT_MB = 400;
const SERVICES = 1_000;
const SMALL_REPLICAS = 9_900 / 999;

const TEXT = `
apiVersion: kubechurn/v1alpha1
kind: Scenario
metadata: {name: scale}
spec:
  seed: 1
  cluster:
    podCIDR: 172.16.0.0/12
    serviceCIDR: 10.96.0.0/16
    nodePools: [{name: node, count: 1000, zones: [a, b, c], capacity: {cpu: "8", memory: 32Gi, pods: "110"}}]
    backgroundChurn: {endpointChangesPerSecond: 5}
  traffic:
    - {to: web, rps: 100, from: {pods: {matchLabels: {app: web-1}}}}
  churn:
    - {at: 10s, rollout: web, image: "web:v2"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 100
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: web:v1
          ports: [{containerPort: 8080}]
          resources: {requests: {cpu: 100m, memory: 64Mi}}
          readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 5}
          lifecycle: {preStop: {sleep: {seconds: 5}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web-1}
spec:
  replicas: 10
  selector: {matchLabels: {app: web-1}}
  template:
    metadata: {labels: {app: web-1}}
    spec: {containers: [{name: web, image: "web:v1", ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web-1}
spec: {selector: {app: web-1}, ports: [{port: 80, targetPort: 8080}]}
`;

function renamed<T extends Deployment | Service>(object: T, name: string): T {
  return JSON.parse(JSON.stringify(object).replaceAll("web-1", name)) as T;
}

/** The small Deployment and its Service, 999 times, so that 10,000 pods and 1,000 Services come together. */
function enlarge(scenario: Scenario): Scenario {
  const [web, small] = objectsOf(scenario.objects, "Deployment") as [Deployment, Deployment];
  const [service, smallService] = objectsOf(scenario.objects, "Service") as [Service, Service];
  const deployments = [web];
  const services = [service];
  let pods = 0;
  for (let i = 1; i < SERVICES; i++) {
    const replicas = Math.round(i * SMALL_REPLICAS) - pods;
    pods += replicas;
    const deployment = renamed(small, `web-${i}`);
    deployments.push({ ...deployment, spec: { ...deployment.spec, replicas } });
    services.push(renamed(smallService, `web-${i}`));
  }
  return { ...scenario, objects: [...objectsOf(scenario.objects, "Namespace"), ...deployments, ...services] };
}

function peakMegabytes(): number {
  const line = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"));
  return line === null ? process.memoryUsage().rss / 1e6 : Number(line[1]) / 1e3;
}

const report = new Report();
const files = { read: () => ({ ok: true, text: TEXT }) as const, glob: () => [], list: () => [] };
const { scenario } = openScenario(files, { files: ["scale.yaml"] }, report);
if (scenario === null)
  throw new Error(
    report
      .sorted()
      .map(({ message }) => message)
      .join("; "),
  );

const started = performance.now();
const run = simulate(enlarge(scenario));
const converged = performance.now();
while (run.advance(1_000_000));
const record = run.finish();
const ended = performance.now();
const memory = peakMegabytes();

printTable([
  ["bench:scale", "value"],
  ["pods at rest", "10,000 (1,000 nodes, 1,000 Services)"],
  ["convergence, s", ((converged - started) / 1e3).toFixed(2)],
  ["rollout of 100 replicas, s", ((ended - converged) / 1e3).toFixed(2)],
  ["simulated time, s", (record.endedAt / 1e6).toFixed(1)],
  ["events", String(record.dispatchedEvents)],
  ["requests / failed", `${record.totals.requests} / ${record.totals.failed}`],
  [`peak memory, MB (at most ${MEMORY_LIMIT_MB})`, memory.toFixed(0)],
]);
recordHistory(
  [
    { bench: "scale", case: "1000x1000x10000", metric: "convergence_s", value: (converged - started) / 1e3 },
    { bench: "scale", case: "1000x1000x10000", metric: "rollout_s", value: (ended - converged) / 1e3 },
    { bench: "scale", case: "1000x1000x10000", metric: "peak_mb", value: memory },
  ],
  process.argv,
);
if (memory > MEMORY_LIMIT_MB) process.exitCode = 1;
