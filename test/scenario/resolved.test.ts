import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deployment, load, objects, service } from "./resolve-fixtures.js";
import { withoutIndices } from "./without-indices.js";

const given = objects({
  deployments: [deployment("web"), deployment("client"), deployment("database", "production")],
  services: [service("web"), service("database", "production", { ports: [5432] })],
});

const micros = fc.integer({ min: 1, max: 5_000_000_000 });
const duration = fc.oneof(
  micros.map((value) => `${value}us`),
  fc.constantFrom("250ms", "1.5s", "1h30m", "10s"),
);
const distribution = fc.oneof(
  duration,
  fc.tuple(micros, micros).map(([x, y]) => ({ uniform: { min: `${Math.min(x, y)}us`, max: `${Math.max(x, y)}us` } })),
  duration.map((mean) => ({ exponential: { mean } })),
  fc.record({ mean: duration, stddev: duration }).map((normal) => ({ normal })),
  fc
    .tuple(micros, micros)
    .map(([x, y]) => ({ lognormal: { median: `${Math.min(x, y)}us`, p99: `${Math.max(x, y)}us` } })),
  fc.array(duration, { minLength: 1, maxLength: 4 }).map((empirical) => ({ empirical })),
);
const optional = { requiredKeys: [] };
const behaviour = {
  listenAfter: distribution,
  readyAfter: distribution,
  serviceTime: distribution,
  onSigterm: fc.constantFrom("finish", "exit", "ignore"),
};
const workload = fc.record(
  {
    selector: fc.constantFrom(
      { kind: "Deployment", name: "web" },
      { kind: "Deployment", name: "database" },
      { matchLabels: { app: "web" } },
    ),
    ...behaviour,
    images: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}(:v\d)?$/), fc.record(behaviour, optional), { maxKeys: 2 }),
  },
  { requiredKeys: ["selector"] },
);
const traffic = fc
  .record(
    {
      to: fc.constantFrom<unknown>(
        "web",
        "web:80",
        "http://web.default.svc.cluster.local:80/",
        "database.production",
        "database",
        "10.244.0.3:8080",
        { podOf: { kind: "Deployment", name: "web" }, index: 2, port: 8080, learnedAt: "3s" },
      ),
      from: fc.constantFrom<unknown>("per-node", "outside", { pods: { kind: "Deployment", name: "client" } }),
      rate: fc.double({ min: 0.001, max: 1000, noNaN: true }),
      timeUnit: fc.constantFrom("1s", "1m", "70ms"),
      arrival: fc.constantFrom("poisson", "uniform"),
      client: fc.record({ connectTimeout: duration, requestTimeout: duration, synLinearTimeouts: fc.nat(9) }, optional),
    },
    { requiredKeys: ["to", "rate"] },
  )
  .map((entry) => ({ ...entry, timeUnit: entry.timeUnit ?? "1s" }));
const churn = fc
  .tuple(
    fc.constantFrom<Record<string, unknown>>(
      { rollout: "web" },
      { rollout: "web", image: "web:v2", container: "main" },
      { scale: "database", replicas: 7 },
      { "delete-pod": "web", gracePeriodSeconds: 0 },
      { "crash-container": { pods: { mode: "fixed", value: 2, selector: { matchLabels: { app: "web" } } } } },
      { "fail-probe": "web", for: "90s" },
      {
        "fail-probe": {
          pods: { mode: "random-max-percent", value: "12.5%", selector: { kind: "Deployment", name: "web" } },
        },
      },
      { "crash-node": { hosting: "web" } },
      { "crash-node": { zone: "b", mode: "all" } },
      { "crash-node": "node-2" },
    ),
    fc.option(duration, { nil: undefined }),
    fc.boolean(),
  )
  .map(([entry, at, repeated]) => ({
    ...entry,
    ...(at === undefined ? {} : { at }),
    ...(repeated ? { every: "7s", until: "3h", jitter: "1s" } : {}),
  }));
const spec = fc.record(
  {
    kubernetesVersion: fc.constantFrom("1.29", "1.31", "1.32", "1.37"),
    seed: fc.oneof(fc.integer(), fc.string({ minLength: 1 })),
    duration: fc.constantFrom("settled", "5m", "10h"),
    warmup: fc.constantFrom("0s", "30s"),
    cluster: fc.record(
      {
        nodePools: fc.constant([
          { name: "a", count: 2, zones: ["b"] },
          { name: "node", capacity: { cpu: "1500m", memory: 1e9 } },
        ]),
        latency: fc.record({ apiWrite: distribution, watchDelivery: distribution, sameZone: duration }, optional),
        components: fc.record(
          {
            coredns: fc.record(
              {
                cache: fc.constantFrom(false, 5),
                cacheSkipsCluster: fc.boolean(),
                lameduck: duration,
                ttl: fc.nat(3600),
                env: fc.dictionary(fc.stringMatching(/^[A-Z]{1,4}$/), fc.string({ maxLength: 5 }), {
                  noNullPrototype: true,
                  maxKeys: 2,
                }),
              },
              optional,
            ),
            kubeProxy: fc.record(
              { mode: fc.constantFrom("iptables", "nftables"), minSyncPeriod: fc.constantFrom("0s", "2s") },
              optional,
            ),
            controllerManager: fc.constant({ args: ["--node-monitor-grace-period=20s"] }),
          },
          optional,
        ),
      },
      optional,
    ),
    workloads: fc
      .array(workload, { maxLength: 2 })
      .chain((entries) =>
        fc
          .option(fc.record(behaviour, optional), { nil: undefined })
          .map((all) => (all === undefined ? entries : [...entries, all])),
      ),
    traffic: fc.array(traffic, { maxLength: 3 }),
    churn: fc.array(churn, { maxLength: 4 }),
    sampling: fc.record(
      { timelineInterval: duration, requests: fc.constantFrom<unknown>("none", "all", { ratio: 0.25 }) },
      optional,
    ),
    observe: fc.constantFrom("clients", "all"),
    limits: fc.record({ events: fc.constantFrom(1e12, 1e14) }),
  },
  optional,
);

describe("the resolved document", () => {
  it("writes every default out", () => {
    const { resolved } = load({ traffic: [{ to: "web", rps: 500 }], churn: [{ rollout: "web" }] });
    expect(resolved).toMatchObject({
      kubernetesVersion: "1.36",
      seed: "1",
      duration: "settled",
      warmup: "0s",
      cluster: {
        podCIDR: "10.244.0.0/16",
        serviceCIDR: "10.96.0.0/12",
        nodeCIDR: "192.168.0.0/16",
        clusterDomain: "cluster.local",
        nodePools: [
          { name: "node", count: 3, zones: ["a", "b", "c"], capacity: { cpu: "4", memory: "16Gi", pods: "110" } },
        ],
        components: { kubeProxy: { mode: "iptables", minSyncPeriod: "1s", syncPeriod: "30s" } },
      },
      traffic: [{ name: "web", from: { perNode: { namespace: "default" } }, to: "web", rps: 500, arrival: "poisson" }],
      churn: [
        {
          name: "rollout-web",
          at: "10s",
          action: "rollout",
          target: { kind: "Deployment", name: "web", namespace: "default" },
        },
      ],
      sampling: { timelineInterval: "1s", requests: "failures" },
      observe: "clients",
    });
  });

  it("means the same scenario when it is loaded again", () => {
    fc.assert(
      fc.property(spec, (written) => {
        const { scenario, resolved, texts } = load(written, given);
        expect(
          texts.filter((text) => text.startsWith("error")),
          texts.join("\n"),
        ).toEqual([]);
        const again = load(JSON.parse(JSON.stringify(resolved)), given);
        expect(again.scenario && withoutIndices(again.scenario)).toEqual(scenario && withoutIndices(scenario));
      }),
      { seed: 20260101, numRuns: 300 },
    );
  });
});
