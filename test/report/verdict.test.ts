import { describe, expect, test } from "vitest";
import type { RunRecord } from "../../src/model/result.js";
import type { AssumptionInUse } from "../../src/model/scenario.js";
import type { Scope } from "../../src/report/scope.js";
import { formatVerdict, type VerdictExtra } from "../../src/report/verdict.js";
import { sampleRecord, sampleVariants } from "./sample-record.js";

const scope: Scope = {
  holdsFor: ["Kubernetes 1.33", "kube-proxy iptables"],
  change: ["traffic[0].from"],
  inFront: [],
};

function guess(path: string, what: string, value: string): AssumptionInUse {
  return { path, set: path.replace("[]", "[0]"), what, value, status: "assumed", isDefault: true };
}

const extra: VerdictExtra = {
  scope,
  assumptions: [
    guess("cluster.latency.apiWrite", "API write", "5ms"),
    guess("workloads[].onSigterm", "behaviour at SIGTERM", "finish"),
    { ...guess("cluster.latency.sameNode", "one way", "1us"), isDefault: false },
    { ...guess("cluster.latency.sameZone", "one way", "50us"), status: "fitted" },
  ],
  warnings: ["Deployment/default/web has no readiness probe: its pods are Ready before they listen"],
  directory: "results/rolling-update",
  figures: ["results/rolling-update/timeline.svg"],
  colour: false,
};

const VERDICT = `\
Rolling update of web without a preStop hook
warning:  Deployment/default/web has no readiness probe: its pods are Ready before they listen
event     415 lost by update (rollout Deployment/default/web at 10.0 s): 5.36 % of 7,744 requests
          while it ran (25.8 s); some failed in 4.2 s of these
in all    17,442 requests, 97.62 % ok, 415 failed · latency p50 21 ms, p99 204 ms
why       351 stale-rules: a node still had rules for a pod that had stopped accepting: a preStop
          sleep longer than the slowest node's sync prevents it
why       64 node-down: the endpoint's node was dead and the API did not know it yet:
          node-monitor-grace-period and client timeouts decide how long
slack     worst margin −2.7 s: pod default/web-old-4 on node-1 stopped accepting 2.7 s before node-4
          stopped sending to it.
slack     A preStop sleep of at least 2.7 s would have covered it (observed in this run; another
          seed may need more).
rollout   update took 26.1 s, at most 7 pods at once
scope     Holds for Kubernetes 1.33, kube-proxy iptables (change: --set traffic[0].from).
run       seed 42, Kubernetes 1.33, fingerprint 00c0ffee00c0ffee
more      --verbose shows also: 4 runs under other assumptions, 1 figure, 1 table of stages, 2
          assumptions
results   results/rolling-update
explain   kubechurn explain results/rolling-update --top 5
`;

const TABLES = `
                                  failed      of       ok  worst margin  preStop needed
  finish at SIGTERM (this run)       415  17,442  97.62 %        −2.7 s           2.7 s
  exit at SIGTERM                    446  17,442  97.44 %        −2.7 s           2.7 s
  ignore SIGTERM until SIGKILL         0  17,442    100 %        27.0 s            none
  finish, watches with p99 = 1 s     503  17,442  97.11 %        −3.7 s           3.7 s
`;

const REST = `
plot      results/rolling-update/timeline.svg

Failover: seconds from the event to its last effect on each stage
  event   detected    API  slices  nodes p50    p99   last  DNS   loss  failed
  update     23.00  23.20   23.25      24.90  25.75  25.75    –  25.70     415

Assumed: replace these guesses by your own, each with --set PATH=VALUE
  cluster.latency.apiWrite 5ms (API write)
  workloads[0].onSigterm finish (behaviour at SIGTERM)
  and 1 default that is fixed, read or measured: see summary.json

results   results/rolling-update
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

  test("says the rest when it is asked to", () => {
    const text = formatVerdict(sampleRecord(), sampleVariants(), { ...extra, verbose: true, program: "npm start --" });
    const own = VERDICT.split("\n").filter((line) => !/^(more|explain) |^ {10}assumptions/.test(line));
    expect(text.split("\n")).toEqual(expect.arrayContaining(own));
    expect(text).toContain(TABLES);
    expect(text).toContain(REST);
    expect(text).toContain("explain   npm start -- explain results/rolling-update --top 5\n");
  });

  test.each([60, 80, 100, 200])("keeps to %i columns and 20 lines, whatever there is to say", (width) => {
    const base = sampleRecord();
    const failover = Array.from({ length: 9 }, (_, index) => ({
      ...base.failover[0]!,
      event: `event-${index}-of-several`,
      failedRequests: index,
      recovered: index > 3,
    }));
    const entries = Array.from({ length: 5 }, (_, index) => ({ ...base.entries[0]!, traffic: `entry-${index}` }));
    const record = {
      ...base,
      description: "word ".repeat(90),
      warnings: ["a warning ".repeat(9), "more"],
      failover,
      entries,
    };
    const inFront = ["Ingress shop", "Service web of type LoadBalancer"];
    const lines = formatVerdict(record, sampleVariants(), { ...extra, width, scope: { ...scope, inFront } })
      .trimEnd()
      .split("\n");
    expect(lines.length).toBeLessThanOrEqual(20);
    expect(lines.filter((line) => [...line].length > width)).toEqual([]);
    for (const word of [
      "Inside the cluster only",
      "17,442 requests",
      "Holds for",
      "--verbose shows also: ",
      "results   ",
    ]) {
      expect(lines.join("\n")).toContain(word);
    }
    expect(lines.join("\n").replaceAll(/\s+/g, " ")).toContain(" 2 assumptions");
  });

  test("keeps the largest losses, and tells each entry apart", () => {
    const base = sampleRecord();
    const failover = Array.from({ length: 30 }, (_, index) => ({
      ...base.failover[0]!,
      event: `event-${index}`,
      traffic: `entry-${index % 2}`,
      failedRequests: index,
    }));
    const entries = [0, 1].map((index) => ({ ...base.entries[0]!, traffic: `entry-${index}` }));
    const text = verdict({ failover, entries });
    expect(text).toContain("event     29 lost by event-29 (rollout Deployment/default/web at 10.0 s): 0.37 % of 7,744");
    expect(text).toContain("of entry-1 while it ran (25.8 s)");
    expect(text).toContain("entry     entry-0: 17,442 requests, 97.62 % ok, 415 failed");
    expect(text).not.toContain("event-0 ");
    expect(text).toMatch(/--verbose shows also: \d+ events/);
  });

  test("says first what stands in front and is not simulated, and gives no sleep then", () => {
    const text = verdict({}, { scope: { ...scope, inFront: ["Ingress shop", "Service web of type LoadBalancer"] } });
    expect(text.replaceAll(/\s+/g, " ")).toContain(
      "Inside the cluster only: Ingress shop and 1 more stand in front and are not simulated.",
    );
    expect(text).toContain("No preStop figure is given");
    expect(text).not.toMatch(/sleep of/);
  });

  test("says that a run without failures proves little, and how wide the margin was", () => {
    const text = verdict(withoutFailures());
    expect(text).toContain("in all    0 of 17,442 requests failed");
    expect(text).toContain("One run proves little");
    expect(text).toContain(
      "slack     tightest margin 1.9 s: node-1 stopped sending to pod default/web-old-0 on node-1",
    );
    expect(text).toContain("A preStop sleep of 1.2 s would have been enough");
    expect(text).not.toMatch(/^why /m);
  });

  test("has words for runs without terminations, without requests, unfinished and not recovered", () => {
    const record = sampleRecord();
    expect(verdict({ terminations: [], minSlack: Number.NaN })).toContain("no pod was terminated gracefully");
    expect(verdict({ totals: { ...record.totals, requests: 0, ok: 0, failed: 0 } })).toContain("no requests were sent");
    expect(verdict({ rollouts: [{ event: "update", duration: Number.NaN, peakPods: 6 }] })).toContain(
      "update had not finished when the run ended at 61.000 s, at most 6 pods at once",
    );
    expect(verdict({ failover: record.failover.map((row) => ({ ...row, recovered: false })) })).toContain(
      "service/web had not recovered from update when the run ended",
    );
    const pending = { ...record.terminations[0]!, rulesAppliedAt: Number.NaN, slack: Number.NaN };
    expect(verdict({ terminations: [pending] })).toContain(
      "Not counted: node-1 had not stopped sending to an ended pod when it died or the run ended.",
    );
  });

  test("variants that make no difference take one sentence", () => {
    const [own] = sampleVariants();
    const text = formatVerdict(sampleRecord(), [own!, { ...own!, label: "exit at SIGTERM" }], quiet);
    expect(text).toContain("otherwise finish at SIGTERM (this run); exit at SIGTERM: the same 415 of 17,442 failed");
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
