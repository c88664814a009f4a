/** A made-up but plausible run: five pods are replaced, nodes learn of it late, requests fail in the gaps. */
import type { Micros } from "../../src/engine/duration.js";
import { NO_COUNTS } from "../../src/metrics/request-recorder.js";
import { parseAddress } from "../../src/model/address.js";
import type {
  DnsRow,
  EndpointRow,
  EventRow,
  FailureRow,
  RequestRow,
  TerminationRow,
  TimelineRow,
  Totals,
  Variant,
} from "../../src/model/result.js";
import { observer } from "../support/observers.js";
import type { ReadRecord } from "../support/open.js";

const S: Micros = 1_000_000;
const SERVICE = "default/web";
const NODES = ["node-1", "node-2", "node-3", "node-4"];
const ROUNDS = [0, 1, 2, 3, 4];

/** Old pod k is deleted at 13 + 5k s and stops accepting 60 ms later; node n learns of it 0.2 + 0.45·n s + 0.3·k later. */
const deletedAt = (k: number): Micros => (13 + 5 * k) * S;
const stopsAt = (k: number): Micros => deletedAt(k) + 60_000;
const appliedAt = (k: number, n: number): Micros => deletedAt(k) + 200_000 + 450_000 * n + 300_000 * k;
const readyAt = (k: number): Micros => deletedAt(k) - 100_000;

function endpoints(): EndpointRow[] {
  const rows: EndpointRow[] = [];
  const row = (t: Micros, by: string, k: number, generation: string, state: "ready" | "terminating" | "gone") =>
    rows.push({
      t,
      observer: observer(by),
      service: SERVICE,
      endpoint: `10.244.${k}.${generation === "old" ? 2 : 3}:8080`,
      pod: `default/web-${generation}-${k}`,
      ready: state === "ready",
      serving: state !== "gone",
      terminating: state === "terminating",
    });
  const observers = ["api", ...NODES.map((node) => `node/${node}`)];
  observers.forEach((by, index) => {
    for (const k of ROUNDS) {
      row(-1 * S, by, k, "old", "ready");
      const lag = index === 0 ? 0 : appliedAt(k, index - 1) - deletedAt(k);
      row(readyAt(k) + lag, by, k, "new", "ready");
      row(deletedAt(k) + lag, by, k, "old", "terminating");
      row(deletedAt(k) + 900_000 + lag, by, k, "old", "gone");
    }
  });
  return rows.sort((x, y) => x.t - y.t);
}

function terminations(): TerminationRow[] {
  return ROUNDS.flatMap((k) =>
    NODES.map((node, n) => ({
      pod: `default/web-old-${k}`,
      node: NODES[k % 4] as string,
      observer: observer(`node/${node}`),
      deletedAt: deletedAt(k),
      stopsAcceptingAt: stopsAt(k),
      rulesAppliedAt: appliedAt(k, n),
      slack: stopsAt(k) - appliedAt(k, n),
      failedRequests: lost(k, n),
    })),
  );
}

/** Requests lost between the stop of pod k and the sync of node n: 300 a second over 4 nodes and 5 pods. */
function lost(k: number, n: number): number {
  return Math.max(0, Math.floor(((appliedAt(k, n) - stopsAt(k)) / S) * 15));
}

function failures(): FailureRow[] {
  const counts = new Map<number, number>();
  for (const k of ROUNDS) {
    NODES.forEach((_, n) => {
      for (let i = 0; i < lost(k, n); i++) {
        const t = stopsAt(k) + ((appliedAt(k, n) - stopsAt(k)) * (i + 0.5)) / lost(k, n);
        const bin = Math.floor(t / S);
        counts.set(bin, (counts.get(bin) ?? 0) + 1);
      }
    });
  }
  const rows = [...counts].map(([bin, count]) => ({ bin, count })).sort((x, y) => x.bin - y.bin);
  return rows.flatMap(({ bin, count }) => {
    const late = Math.floor(count / 6);
    const row = (outcome: FailureRow["outcome"], cause: FailureRow["cause"], n: number): FailureRow[] =>
      n === 0 ? [] : [{ t: bin * S, traffic: "users", target: "service/web", outcome, cause, count: n }];
    return [...row("refused", "stale-rules", count - late), ...row("connect-timeout", "node-down", late)];
  });
}

function timeline(failureRows: readonly FailureRow[]): TimelineRow[] {
  return Array.from({ length: 60 }, (_, bin): TimelineRow => {
    const failed = failureRows.reduce((sum, row) => (row.t === bin * S ? sum + row.count : sum), 0);
    const requests = bin >= 54 && bin < 56 ? 0 : 290 + ((bin * 37) % 23);
    const none = requests === 0;
    return {
      t: bin * S,
      bin: S,
      traffic: "users",
      target: "service/web",
      ...NO_COUNTS,
      requests,
      ok: requests - failed,
      failed,
      latencyP50: none ? Number.NaN : 20_400 + ((bin * 13) % 7) * 150,
      latencyP90: none ? Number.NaN : 72_000,
      latencyP99: none ? Number.NaN : 190_000 + ((bin * 29) % 11) * 4_000 + failed * 3_000,
      latencyMax: none ? Number.NaN : 420_000,
      inFlight: 9,
      endpointsDesired: 5,
      endpointsReady: 5,
      endpointsTerminating: bin >= 13 && bin < 35 ? 1 : 0,
      staleNodes: 0,
      maxRuleLag: 0,
    };
  });
}

const EVENTS: readonly EventRow[] = [
  {
    fact: 4,
    t: -2 * S,
    component: "endpointslice",
    kind: "endpoints-changed",
    object: "Service/default/web",
    detail: "5 ready",
    cause: -1,
  },
  {
    fact: 100,
    t: 10 * S,
    component: "churn",
    kind: "churn",
    object: "update",
    detail: "rollout Deployment/default/web",
    cause: -1,
  },
  {
    fact: 140,
    t: 13 * S,
    component: "kube-controller-manager",
    kind: "deletion-requested",
    object: "Pod/default/web-old-0",
    detail: "(grace 30s)",
    cause: 100,
  },
  {
    fact: 141,
    t: 13 * S + 30_000,
    component: "kubelet/node-1",
    kind: "termination-started",
    object: "Pod/default/web-old-0",
    detail: "",
    cause: 140,
  },
  {
    fact: 142,
    t: 13 * S + 55_000,
    component: "kubelet/node-1",
    kind: "sigterm-sent",
    object: "Pod/default/web-old-0",
    detail: "web",
    cause: 141,
  },
  {
    fact: 143,
    t: 13 * S + 60_000,
    component: "process/web-old-0",
    kind: "process-stops-accepting",
    object: "Pod/default/web-old-0",
    detail: "",
    cause: 142,
  },
];

function requests(): RequestRow[] {
  const rows = ROUNDS.flatMap((k) =>
    NODES.flatMap((node, n) =>
      Array.from({ length: lost(k, n) }, (_, i): RequestRow => {
        const t = Math.floor(stopsAt(k) + ((appliedAt(k, n) - stopsAt(k)) * (i + 0.5)) / lost(k, n));
        return {
          id: 0,
          attempt: 1,
          t,
          traffic: "users",
          clientPod: `default/client-${node}`,
          clientNode: node,
          clientZone: "a",
          target: "service/web",
          resolvedAddress: parseAddress("10.96.0.80") ?? 0,
          endpointAddress: parseAddress(`10.244.${k}.2`) ?? 0,
          endpointPod: `default/web-old-${k}`,
          endpointNode: NODES[k % 4] as string,
          endpointZone: "a",
          outcome: "refused",
          cause: "stale-rules",
          latency: 300,
          dns: Number.NaN,
          connect: 300,
          server: Number.NaN,
          rulesSyncedAt: k === 0 ? -1 * S : appliedAt(k - 1, n),
          supersededAt: deletedAt(k),
          dnsAnsweredAt: Number.NaN,
          causeFact: k === 0 ? 143 : -1,
          basisFact: 4,
        };
      }),
    ),
  );
  return rows.sort((x, y) => x.t - y.t).map((row, index) => ({ ...row, id: 3_900 + index }));
}

const LOOKUPS: readonly DnsRow[] = [
  {
    lookup: 3,
    request: 7,
    t: 2 * S,
    traffic: "users",
    clientPod: "default/client-node-1",
    name: "web",
    resolver: "glibc",
    questions: 2,
    failedQuestions: 0,
    status: "ok",
    rcode: "NOERROR",
    answeredBy: "cache",
    answerAge: 12 * S,
    duration: 340,
    server: "kube-system/coredns-1",
  },
  {
    lookup: 4,
    request: 9,
    t: 3 * S,
    traffic: "users",
    clientPod: "default/client-node-2",
    name: "web",
    resolver: "glibc",
    questions: 4,
    failedQuestions: 4,
    status: "EAI_AGAIN",
    rcode: "",
    answeredBy: "",
    answerAge: Number.NaN,
    duration: 10 * S,
    server: "",
  },
];

export function sampleRecord(): ReadRecord {
  const failureRows = failures();
  const rows = timeline(failureRows);
  const failed = rows.reduce((sum, row) => sum + row.failed, 0);
  const total = rows.reduce((sum, row) => sum + row.requests, 0);
  const ended = terminations();
  const minSlack = ended.reduce((least, row) => Math.min(least, row.slack), 0);
  const count = (cause: string): number =>
    failureRows.reduce((sum, row) => (row.cause === cause ? sum + row.count : sum), 0);
  const totals: Totals = {
    requests: total,
    ok: total - failed,
    failed,
    outcomes: [
      { outcome: "ok", count: total - failed },
      { outcome: "refused", count: count("stale-rules") },
      { outcome: "connect-timeout", count: count("node-down") },
    ],
    causes: [
      { cause: "stale-rules", count: count("stale-rules") },
      { cause: "node-down", count: count("node-down") },
    ],
    latencyP50: 20_600,
    latencyP90: 72_000,
    latencyP99: 204_000,
    latencyMax: 1_000_300,
    dnsQuestions: 16,
    dnsFailures: 0,
  };
  return {
    scenario: "rolling-update",
    description: "Rolling update of web without a preStop hook",
    seed: "42",
    run: 0,
    kubernetesVersion: "1.33",
    warmup: 0,
    duration: 60 * S,
    endedAt: 61 * S,
    totals,
    entries: [{ traffic: "users", target: "service/web", totals }],
    timeline: rows,
    failures: failureRows,
    requests: requests(),
    lookups: LOOKUPS,
    events: EVENTS,
    endpoints: endpoints(),
    terminations: ended,
    pods: [
      {
        t: 0,
        pod: "default/web-old-0",
        node: "node-1",
        zone: "a",
        image: "web:1",
        ready: true,
        requests: 60,
        connections: 60,
        inFlight: 2,
      },
    ],
    failover: [
      {
        event: "update",
        t: 10 * S,
        action: "rollout",
        object: "Deployment/default/web",
        traffic: "users",
        target: "service/web",
        detected: 23 * S,
        api: 23_200_000,
        slice: 23_250_000,
        rulesP50: 24_900_000,
        rulesP99: 25_750_000,
        rulesLast: 25_750_000,
        dnsLast: Number.NaN,
        firstFailure: 3_100_000,
        lastFailure: 25_700_000,
        unavailable: 4_200_000,
        failedRequests: failed,
        failedRatio: failed / total,
        lasted: 25_750_000,
        requestsMeanwhile: 7_744,
        minSlack,
        recovered: true,
      },
    ],
    rollouts: [{ event: "update", duration: 26_100_000, peakPods: 7 }],
    ruleLags: [],
    minSlack,
    requiredPreStop: -minSlack,
    endless: [],
    heldToTheEnd: [],
    fingerprint: "00c0ffee00c0ffee",
    dispatchedEvents: 123_456,
    warnings: [],
  };
}

export function sampleVariants(): Variant[] {
  const { totals, minSlack } = sampleRecord();
  const variant = (label: string, onSigterm: Variant["onSigterm"], slowWatches: boolean, failed: number): Variant => ({
    label,
    onSigterm,
    slowWatches,
    totals: { ...totals, failed, ok: totals.requests - failed },
    minSlack: failed === 0 ? 27 * S : minSlack - (slowWatches ? S : 0),
    requiredPreStop: failed === 0 ? 0 : -minSlack + (slowWatches ? S : 0),
  });
  return [
    variant("finish at SIGTERM (this run)", "finish", false, totals.failed),
    variant("exit at SIGTERM", "exit", false, totals.failed + 31),
    variant("ignore SIGTERM until SIGKILL", "ignore", false, 0),
    variant("finish, watches with p99 = 1 s", "finish", true, totals.failed + 88),
  ];
}
