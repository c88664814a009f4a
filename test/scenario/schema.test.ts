import { describe, expect, it } from "vitest";
import { CHURN_ACTIONS } from "../../src/churn/actions.js";
import { load, objects } from "./resolve-fixtures.js";

const NAMES = CHURN_ACTIONS.map(({ name }) => name).join(", ");
const ACTIONS = `The actions are ${NAMES}`;

/** Spec, and what is said about it, in order. */
const REFUSED: readonly (readonly [string, unknown, readonly string[]])[] = [
  ["an unknown key", { trafic: [] }, ["spec.trafic: unknown key (did you mean traffic?)"]],
  [
    "a key that is far from all others",
    { observe: "all", xyzzy: 1 },
    [expect.stringContaining("spec.xyzzy: unknown key (the keys here are: kubernetesVersion, seed") as never],
  ],
  [
    "a duration without unit",
    { warmup: 5 },
    ['spec.warmup: expected a duration such as "250ms", "1.5s" or "1h30m": 5 has no unit'],
  ],
  [
    "a negative duration",
    { warmup: "-5s" },
    ['spec.warmup: expected a duration such as "250ms", "1.5s" or "1h30m", not "-5s"'],
  ],
  ["a duration of a century", { warmup: "900000h" }, ["spec.warmup: the duration is longer than ten years"]],
  [
    "a version as a number",
    { kubernetesVersion: 1.36 },
    ['spec.kubernetesVersion: put the version in quotes, such as "1.36"'],
  ],
  [
    "a version out of scope",
    { kubernetesVersion: "1.28" },
    ['spec.kubernetesVersion: the version is one of "1.29" to "1.37"'],
  ],
  ["a fractional seed", { seed: 1.5 }, ["spec.seed: expected a whole number, not 1.5"]],
  [
    "replicas as a text",
    { churn: [{ scale: "web", replicas: "3" }] },
    ['spec.churn[0].replicas: expected a number, not the text "3"'],
  ],
  ["a missing parameter", { churn: [{ scale: "web" }] }, ["spec.churn[0].replicas: is missing"]],
  [
    "a misspelt parameter",
    { churn: [{ rollout: "web", imag: "web:v2" }] },
    ["spec.churn[0].imag: unknown key (did you mean image?)"],
  ],
  [
    "a misspelt action",
    { churn: [{ rolout: "web" }] },
    [`spec.churn[0]: there is no churn action "rolout"; did you mean rollout? ${ACTIONS}`],
  ],
  [
    "a misspelt action in full",
    { churn: [{ action: "crashnode", target: "node-1" }] },
    [`spec.churn[0]: there is no churn action "crashnode"; did you mean crash-node? ${ACTIONS}`],
  ],
  [
    "set-image, which is a rollout",
    { churn: [{ action: "set-image", target: "web", image: "v2" }] },
    [`spec.churn[0]: there is no churn action "set-image"; did you mean rollout? ${ACTIONS}`],
  ],
  ["no action", { churn: [{ at: "3s" }] }, [`spec.churn[0]: no action; the actions are ${NAMES}`]],
  [
    "a mode without value",
    { churn: [{ "delete-pod": { pods: { mode: "fixed", selector: { matchLabels: {} } } } }] },
    ["spec.churn[0].delete-pod: the mode fixed needs a value"],
  ],
  [
    "two hundred percent",
    { churn: [{ "crash-node": { mode: "fixed-percent", value: "200%" } }] },
    ["spec.churn[0].crash-node: a percentage is at most 100"],
  ],
  [
    "min above max",
    { cluster: { latency: { apiWrite: { uniform: { min: "2s", max: "1s" } } } } },
    ["spec.cluster.latency.apiWrite: min is greater than max"],
  ],
  [
    "p99 below the median",
    { cluster: { latency: { apiWrite: { lognormal: { median: "2s", p99: "1s" } } } } },
    ["spec.cluster.latency.apiWrite: p99 is less than the median"],
  ],
  [
    "half a distribution",
    { cluster: { latency: { apiWrite: { lognormal: { median: "2s" } } } } },
    ["spec.cluster.latency.apiWrite.lognormal.p99: is missing"],
  ],
  [
    "an empirical distribution of nothing",
    { cluster: { latency: { apiWrite: { empirical: [] } } } },
    ["spec.cluster.latency.apiWrite.empirical: an empirical distribution needs values"],
  ],
  [
    "a distribution of nobody",
    { cluster: { latency: { apiWrite: { zipf: { s: 1 } } } } },
    [
      "spec.cluster.latency.apiWrite: expected a duration or a distribution: {uniform: …}, {exponential: …}, {normal: …}, {lognormal: …}, {empirical: …}",
    ],
  ],
  ["a negative rate", { traffic: [{ to: "web", rps: -1 }] }, ["spec.traffic[0].rps: must be at least 0"]],
  ["a map where a list belongs", { traffic: { to: "web" } }, ["spec.traffic: expected a list, not a map"]],
  ["no map at all", 5, ["spec: expected a map, not 5"]],
  [
    "a pool without nodes",
    { cluster: { nodePools: [{ count: 0 }] } },
    ["spec.cluster.nodePools[0].count: must be at least 1"],
  ],
  [
    "a quantity that is none",
    { cluster: { nodePools: [{ capacity: { memory: "16GB" } }] } },
    ['spec.cluster.nodePools[0].capacity.memory: "16GB" is no quantity, such as "500m", "4" or "16Gi"'],
  ],
];

describe("the schema refuses", () => {
  it.each(REFUSED)("%s", (_, spec, expected) => {
    const { scenario, texts } = load(spec);
    expect(scenario).toBeNull();
    expect(texts).toEqual(expected.map((text) => (typeof text === "string" ? `error: ${text}` : text)));
  });
});

describe("the schema accepts", () => {
  it.each<readonly [string, unknown]>([
    ["nothing", {}],
    [
      "the short forms",
      {
        traffic: [{ to: "web", rps: 500 }],
        churn: [
          { rollout: "web" },
          { scale: "web", replicas: 5, at: "20s" },
          { "delete-pod": "web" },
          { "crash-node": { hosting: "web" } },
          { "crash-container": "web" },
          { "fail-probe": "web", for: "10s" },
        ],
      },
    ],
    [
      "the full forms",
      {
        churn: [
          {
            action: "rollout",
            at: "60s",
            name: "roll",
            target: { kind: "Deployment", name: "web" },
            image: "web:v2",
            container: "main",
          },
          {
            every: "20s",
            from: "150s",
            until: "240s",
            jitter: "5s",
            action: "delete-pod",
            target: { pods: { mode: "fixed", value: 1, selector: { matchLabels: { app: "web" } } } },
          },
          { action: "crash-node", target: { node: { mode: "one", selector: { zone: "b" } } } },
        ],
      },
    ],
    [
      "every distribution",
      {
        workloads: [
          { listenAfter: "1s" },
          {
            selector: { kind: "Deployment", name: "web" },
            listenAfter: { uniform: { min: "1s", max: "2s" } },
            readyAfter: { exponential: { mean: "1s" } },
            serviceTime: { normal: { mean: "1s", stddev: "100ms" } },
            images: { "web:v2": { listenAfter: { empirical: ["1s", "2s"] } } },
          },
        ],
      },
    ],
    ["seeds of both kinds", { seed: "a text" }],
    ["cache: false", { cluster: { components: { coredns: { cache: false } } } }],
    ["k6's rate", { traffic: [{ to: "web", rate: 30, timeUnit: "1m", executor: "constant-arrival-rate" }] }],
  ])("%s", (_, spec) => {
    const { scenario, texts } = load(spec, objects());
    expect(texts).toEqual([]);
    expect(scenario).not.toBeNull();
  });
});

describe("hostile keys", () => {
  it.each([
    '{"__proto__": {"polluted": true}}',
    '{"cluster": {"__proto__": {"polluted": true}}}',
    '{"workloads": [{"images": {"__proto__": {"listenAfter": "1s"}}}]}',
    '{"traffic": [{"from": {"pods": {"matchLabels": {"__proto__": "x"}}}, "to": "web", "rps": 1}]}',
    '{"churn": [{"rollout": "web", "__proto__": {"image": "x"}}]}',
  ])("%s is an unknown key", (json) => {
    const { scenario, texts } = load(JSON.parse(json));
    expect(scenario).toBeNull();
    expect(texts).toHaveLength(1);
    expect(texts[0]).toMatch(/__proto__: unknown key/);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each(["constructor", "prototype", "toString", "hasOwnProperty"])("%s is an unknown key", (key) => {
    expect(load({ [key]: {} }).texts[0]).toContain(`spec.${key}: unknown key`);
    expect(load({ churn: [{ [key]: "web" }] }).texts[0]).toContain("spec.churn[0]: no action");
  });
});

it("mentions every mistake at once", () => {
  expect(load({ seed: true, warmup: "x", churn: [{ scale: "web" }], traffic: [{ rps: 1 }] }).texts).toHaveLength(4);
});

it("42 and the text 42 are the same seed", () => {
  expect(load({ seed: 42 }).scenario?.seed).toBe(load({ seed: "42" }).scenario?.seed);
});
