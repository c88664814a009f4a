/**
 * bench:memory: the largest resident set of a command that samples each of 600,000 requests, and what the heap gains in an
 * hour of a cluster at rest (10 requests a second: 0.3 MB an hour are their latencies).
 *
 *   npm run bench:memory [-- --record] [-- --beside FOLDER]
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baselineFolder } from "./baseline.js";
import { conclude, type Line } from "./bounds.js";
import { inTurns } from "./sides.js";

const HOURS = 4;
const SAMPLED = `
apiVersion: kubechurn/v1alpha1
kind: Scenario
metadata: {name: sampled}
spec:
  seed: 1
  duration: 60s
  traffic: [{to: web, rps: 10000}]
  churn: [{at: 10s, rollout: web}]
  sampling: {requests: all}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 10
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

const baseline = baselineFolder(process.argv);

function sampled(): Line[] {
  const place = mkdtempSync(join(tmpdir(), "kubechurn-bench-"));
  try {
    const file = join(place, "sampled.yaml");
    writeFileSync(file, SAMPLED);
    const words = ["run", file, "--no-variants", "--force", "-o", join(place, "results")];
    const { now, before } = inTurns("command", words, { baseline, times: 1 });
    return ["peak_mb", "cpu_s"].map((metric) => ({
      case: "10,000 requests/s for 60 s, all sampled",
      metric,
      now: now[metric] as number,
      before: before[metric],
      ...(metric === "peak_mb" ? { bound: { atMost: 500 } } : {}),
    }));
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function steady(): Line {
  const { now, before } = inTurns("steady", [HOURS], { baseline, times: 1 });
  const metric = "heap_mb_per_hour";
  return { case: "at rest", metric, now: now[metric] as number, before: before[metric], bound: { atMost: 1 } };
}

conclude("memory", [...sampled(), steady()], process.argv);
