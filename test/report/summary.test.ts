import { describe, expect, test } from "vitest";
import { summaryObject } from "../../src/report/summary.js";
import { sampleRecord, sampleVariants } from "./sample-record.js";

const extra = {
  assumptions: [
    {
      path: "workloads[].onSigterm",
      set: "workloads[0].onSigterm",
      what: "behaviour at SIGTERM",
      value: "finish",
      status: "assumed",
      isDefault: true,
    },
  ],
  inputs: [{ name: "web.yaml", sha256: "ab".repeat(32) }],
  version: "0.1.0",
  scope: { holdsFor: ["no retries"], change: [], inFront: ["Ingress shop"] },
  warnings: ["from the input"],
} as const;

describe("summaryObject", () => {
  const summary = summaryObject({ ...sampleRecord(), warnings: ["from the run"] }, sampleVariants(), extra);

  test("has stable keys", () => {
    expect(Object.keys(summary).join(" ")).toBe(
      "scenario description kubechurn kubernetes seed run fingerprint warmup_s duration_s ended_s simulated_events requests ok failed success_ratio outcomes causes latency_ms dns traffic holds_for in_front slack rollouts failover variants assumptions warnings inputs",
    );
  });

  test("holds rounded numbers, null where nothing applies", () => {
    expect(summary).toMatchObject({
      requests: 17_442,
      failed: 415,
      success_ratio: 0.976207,
      causes: { "stale-rules": 351, "node-down": 64 },
      latency_ms: { p50: 20.6, p99: 204, max: 1000.3 },
      slack: { min_slack_s: -2.69, required_pre_stop_s: 2.69 },
      traffic: [
        { name: "users", target: "service/web", requests: 17_442, failed: 415, causes: { "stale-rules": 351 } },
      ],
      rollouts: [{ event: "update", duration_s: 26.1, peak_pods: 7 }],
      warnings: ["from the input", "from the run"],
      inputs: [{ name: "web.yaml" }],
    });
    expect(summary.failover).toMatchObject([
      { dns_last_s: null, rules_last_s: 25.75, failed_ratio: 0.023793, failed_ratio_meanwhile: 0.05359 },
    ]);
    expect(summary.variants).toMatchObject([{}, {}, { failed: 0, success_ratio: 1 }, { slow_watches: true }]);
  });

  test("survives JSON", () => {
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
  });
});
