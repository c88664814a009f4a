import { describe, expect, test } from "vitest";
import type { RunRecord } from "../../src/model/result.js";
import type { Scope } from "../../src/report/scope.js";
import { formatVerdict, type VerdictExtra } from "../../src/report/verdict.js";
import { sampleRecord, sampleVariants } from "./sample-record.js";

const scope: Scope = {
  holdsFor: ["Kubernetes 1.33", "kube-proxy iptables"],
  change: ["traffic[0].from"],
  inFront: [],
};

const extra: VerdictExtra = {
  scope,
  assumptions: [
    { path: "cluster.latency.apiWrite", what: "API write", value: "5ms", status: "assumed", isDefault: true },
    {
      path: "workloads[].onSigterm",
      what: "behaviour at SIGTERM",
      value: "finish",
      status: "assumed",
      isDefault: true,
    },
    { path: "cluster.latency.sameNode", what: "one way", value: "1us", status: "assumed", isDefault: false },
    { path: "cluster.latency.crossZone", what: "one way", value: "1ms", status: "assumed", isDefault: true },
    { path: "cluster.latency.sameZone", what: "one way", value: "50us", status: "fitted", isDefault: true },
  ],
  warnings: ["Deployment/default/web has no readiness probe: its pods are Ready before they listen"],
  directory: "results/rolling-update",
  figures: ["results/rolling-update/timeline.svg"],
  colour: false,
};

const VERDICT = `\
warning: Deployment/default/web has no readiness probe: its pods are Ready before they listen

Rolling update of web without a preStop hook
  at 10.0 s: rollout Deployment/default/web
  17,442 requests, 97.62 % ok, 415 failed · latency p50 21 ms, p99 204 ms

Why they failed
  351  stale-rules  a node still had rules for a pod that had stopped accepting: a preStop sleep
                    longer than the slowest node's sync prevents it
   64  node-down    the endpoint's node was dead and the API did not know it yet:
                    node-monitor-grace-period and client timeouts decide how long

  Holds for Kubernetes 1.33, kube-proxy iptables (change: --set traffic[0].from).

Slack
  worst margin −2.7 s: pod default/web-old-4 on node-1 stopped accepting 2.7 s before node-4 stopped
  sending to it.
  A preStop sleep of at least 2.7 s would have covered it (observed in this run; another seed may
  need more).

The same run under other assumptions
                                  failed      of       ok  worst margin  preStop needed
  finish at SIGTERM (this run)       415  17,442  97.62 %        −2.7 s           2.7 s
  exit at SIGTERM                    446  17,442  97.44 %        −2.7 s           2.7 s
  ignore SIGTERM until SIGKILL         0  17,442    100 %        27.0 s            none
  finish, watches with p99 = 1 s     503  17,442  97.11 %        −3.7 s           3.7 s

Failover: seconds from the event to its last effect on each stage
  event   detected    API  slices  nodes p50    p99   last  DNS   loss  failed
  update     23.00  23.20   23.25      24.90  25.75  25.75    –  25.70     415

Rollout
  update took 26.1 s, at most 7 pods at once.

Assumed (guesses: replace them by your own, for instance --set cluster.latency.apiWrite=VALUE)
  cluster.latency: apiWrite = 5ms · crossZone = 1ms
  workloads[]: onSigterm = finish
  and 1 default that is fixed, read or measured: see summary.json

plot      results/rolling-update/timeline.svg
results   results/rolling-update
explain   kubechurn explain results/rolling-update --top 5
run       seed 42, Kubernetes 1.33, fingerprint 00c0ffee00c0ffee
`;

const quiet: VerdictExtra = { assumptions: [], warnings: [], directory: null, scope, figures: [], colour: false };

function verdict(change: Partial<RunRecord>, options: Partial<VerdictExtra> = {}): string {
  return formatVerdict({ ...sampleRecord(), ...change }, [], { ...quiet, ...options });
}

function withoutFailures(): Partial<RunRecord> {
  const record = sampleRecord();
  const slack = 1_900_000;
  const row = record.terminations[0]!;
  return {
    totals: { ...record.totals, ok: record.totals.requests, failed: 0, causes: [] },
    terminations: [{ ...row, slack, stopsAcceptingAt: row.rulesAppliedAt + slack }],
    minSlack: slack,
    requiredPreStop: 1_110_000,
  };
}

describe("formatVerdict", () => {
  test("warns first, then answers, explains, and says where the details lie", () => {
    expect(formatVerdict(sampleRecord(), sampleVariants(), extra)).toBe(VERDICT);
  });

  test("keeps to 100 columns", () => {
    const long = { ...sampleRecord(), description: "word ".repeat(60), warnings: ["another warning ".repeat(20)] };
    const failover = sampleRecord().failover.map((row) => ({ ...row, event: "e".repeat(60), detected: 312_345_678 }));
    const text = formatVerdict(
      { ...long, failover: [...failover, { ...failover[0]!, target: "b" }] },
      sampleVariants(),
      extra,
    );
    expect(text.split("\n").filter((line) => [...line].length > 100)).toEqual([]);
  });

  test("says first what stands in front and is not simulated, and gives no sleep then", () => {
    const text = verdict({}, { scope: { ...scope, inFront: ["Ingress shop", "Service web of type LoadBalancer"] } });
    expect(text.split("\n").slice(1, 3).join(" ")).toContain(
      "Inside the cluster only: Ingress shop and 1 more stand in front and are not simulated.",
    );
    expect(text).toContain("No preStop figure is given");
    expect(text).not.toMatch(/sleep of/);
  });

  test("says that a run without failures proves little, and how wide the margin was", () => {
    const text = verdict(withoutFailures());
    expect(text).toContain("  0 of 17,442 requests failed");
    expect(text).toContain("One run proves little");
    expect(text).toContain(
      "tightest margin 1.9 s: node-1 stopped sending to pod default/web-old-0 on node-1 1.9 s before",
    );
    expect(text).toContain("A preStop sleep of 1.2 s would have been enough");
    expect(text).not.toContain("Why they failed");
  });

  test("has words for runs without terminations, without requests, unfinished and not recovered", () => {
    const record = sampleRecord();
    expect(verdict({ terminations: [], minSlack: Number.NaN })).toContain("no pod was terminated gracefully");
    expect(verdict({ totals: { ...record.totals, requests: 0, ok: 0, failed: 0 } })).toContain("no requests were sent");
    expect(verdict({ rollouts: [{ event: "update", duration: Number.NaN, peakPods: 6 }] })).toContain(
      "update had not finished when the run ended at 61.000 s, at most 6 pods at once.",
    );
    expect(verdict({ failover: record.failover.map((row) => ({ ...row, recovered: false })) })).toContain(
      "service/web had not recovered from update when the run ended.",
    );
    const pending = { ...record.terminations[0]!, rulesAppliedAt: Number.NaN, slack: Number.NaN };
    expect(verdict({ terminations: [pending] })).toContain(
      "Not counted: node-1 had not stopped sending to an ended pod when it died or the run ended.",
    );
  });

  test("variants that make no difference take one sentence", () => {
    const [own] = sampleVariants();
    const text = formatVerdict(sampleRecord(), [own!, { ...own!, label: "exit at SIGTERM" }], quiet);
    expect(text).toContain("  finish at SIGTERM (this run); exit at SIGTERM: the same 415 of 17,442 failed.");
    expect(verdict({ ...withoutFailures(), minSlack: Number.NaN })).toContain("says nothing about rollouts");
  });

  test("a crash has no slack: only graceful terminations are quoted", () => {
    const record = sampleRecord();
    const crashed = { ...record.terminations[0]!, pod: "crashed", deletedAt: Number.NaN, slack: -90_000_000 };
    expect(verdict({ terminations: [crashed, ...record.terminations] })).toContain("worst margin −2.7 s");
  });

  test("prints no control characters of names, and colours only when asked", () => {
    expect(verdict({ description: "a\u001b[2Jb", warnings: ["x\u0007"] })).not.toMatch(/\p{Cc}(?<!\n)/u);
    expect(verdict({}, { colour: true })).toContain("\u001b[31m415 failed\u001b[0m");
  });
});
