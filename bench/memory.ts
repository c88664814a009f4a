/**
 * bench:memory: the largest resident set of a command that samples each of 600,000 requests, and what the heap gains in an
 * hour of a cluster at rest with 10 requests a second.
 *
 *   npm run bench:memory [-- --record] [-- --beside FOLDER]
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baselineFolder } from "./baseline.js";
import { type Bound, conclude, type Line } from "./bounds.js";
import { webManifests } from "./programs/web.js";
import { figure, inTurns } from "./sides.js";

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
${webManifests()}`;

const baseline = baselineFolder(process.argv);

function sampled(): Line[] {
  const place = mkdtempSync(join(tmpdir(), "kubechurn-bench-"));
  try {
    const file = join(place, "sampled.yaml");
    writeFileSync(file, SAMPLED);
    const { now, before } = inTurns("command", ["run", file, "--no-variants"], { baseline, times: 1 });
    return ["peak_mb", "cpu_s"].map((metric) => ({
      case: "10,000 requests/s for 60 s, all sampled",
      metric,
      now: figure(now, metric),
      before: before[metric],
      ...(metric === "peak_mb" ? { bound: { atMost: 500 } } : {}),
    }));
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** With background changes every kube-proxy has syncs, which are kept: what it believed is asked at the end. */
function steady(changesPerSecond: number, bound?: Bound): Line {
  const { now, before } = inTurns("steady", [HOURS, changesPerSecond], { baseline, times: 1 });
  const metric = "heap_mb_per_hour";
  const line = { case: `at rest, ${changesPerSecond} background changes/s`, metric, now: figure(now, metric) };
  return { ...line, before: before[metric], ...(bound === undefined ? {} : { bound }) };
}

// an hour has 60 bins of its timeline, with the latencies of 600 requests each
conclude("memory", [...sampled(), steady(0, { atMost: 0.2 }), steady(1)], process.argv);
