import { describe, expect, it } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { workloadNoun } from "../../src/model/workload.js";
import { deployment, load, objects, service } from "./resolve-fixtures.js";

describe("churn", () => {
  it("has a default time, target and name", () => {
    const { scenario } = load({
      churn: [
        { rollout: "web" },
        { rollout: "web" },
        { "delete-pod": "web", at: "20s" },
        { "crash-node": { hosting: "web" } },
      ],
    });
    const pods = { namespace: "default", matchLabels: { app: "web" } };
    const one = { mode: "one", value: 0 };
    expect(scenario?.churn).toEqual([
      {
        name: "rollout-web",
        action: "rollout",
        at: 10 * SECOND,
        every: null,
        target: { kind: "workload", workload: { kind: "Deployment", namespace: "default", name: "web" } },
        parameters: {},
      },
      {
        name: "rollout-web-2",
        action: "rollout",
        at: 10 * SECOND,
        every: null,
        target: { kind: "workload", workload: { kind: "Deployment", namespace: "default", name: "web" } },
        parameters: {},
      },
      {
        name: "delete-pod-web",
        action: "delete-pod",
        at: 20 * SECOND,
        every: null,
        target: { kind: "pods", selector: pods, selection: one },
        parameters: {},
      },
      {
        name: "crash-node",
        action: "crash-node",
        at: 10 * SECOND,
        every: null,
        target: { kind: "nodes", name: "", zone: "", hosting: pods, selection: one },
        parameters: {},
      },
    ]);
  });

  it("finds a workload in the only namespace that has one", () => {
    const given = objects({ deployments: [deployment("web", "shop")], services: [service("web", "shop")] });
    expect(load({ churn: [{ rollout: "web" }] }, given).scenario?.churn[0]?.target).toMatchObject({
      workload: { namespace: "shop" },
    });
  });

  it("repeats until the end of the scenario", () => {
    const { scenario } = load({ duration: "2m", churn: [{ "delete-pod": "web", every: "20s", jitter: "1s" }] });
    expect(scenario?.churn[0]?.every).toEqual({ period: 20 * SECOND, until: 120 * SECOND, jitter: SECOND });
  });

  it.each<readonly [unknown, readonly string[]]>([
    [[{ rollout: "wbe" }], [`error: spec.churn[0].target: there is no ${workloadNoun()} wbe (did you mean web?)`]],
    [
      [{ rollout: { name: "web", namespace: "prod" } }],
      [
        `error: spec.churn[0].target: there is no ${workloadNoun()} web in the namespace prod (there is one in default)`,
      ],
    ],
    [[{ "crash-node": "node-9" }], ["error: spec.churn[0].target: there is no node node-9 (did you mean node-1?)"]],
    [
      [{ "crash-node": { zone: "z" } }],
      ["error: spec.churn[0].target: there is no node in a zone z (did you mean a?)"],
    ],
    [
      [{ "crash-node": { hosting: "wbe" } }],
      [`error: spec.churn[0].target: there is no ${workloadNoun()} wbe (did you mean web?)`],
    ],
    [
      [{ "crash-container": "web", container: "sidecar" }],
      ["error: spec.churn[0].container: the target has no container sidecar (containers: main)"],
    ],
    [
      [{ rollout: "web", container: "man", image: "x" }],
      ["error: spec.churn[0].container: the target has no container man (did you mean main?)"],
    ],
    [
      [
        { rollout: "web", name: "a" },
        { rollout: "web", name: "a" },
      ],
      ["error: spec.churn[1].name: there are two churn entries called a"],
    ],
    [[{ rollout: "web", until: "5s" }], ["error: spec.churn[0].until: until belongs to a repetition (add every)"]],
    [
      [{ rollout: "web", every: "5s" }],
      ["error: spec.churn[0]: a repetition has to end (add until, or a duration to the scenario)"],
    ],
    [
      [{ rollout: "web", every: "5s", until: "10s" }],
      ["error: spec.churn[0].until: ends at 10s, before it starts at 10s: it never happens"],
    ],
    [
      [{ rollout: "web", every: "5s", until: "1m", jitter: "6s" }],
      ["error: spec.churn[0].jitter: must be at most every"],
    ],
    [[{ rollout: "web", every: "0s", until: "1m" }], ["error: spec.churn[0].every: must be above 0"]],
    [
      [{ "delete-pod": { pods: { selector: { matchLabels: { app: "x" } } } } }],
      ["warning: spec.churn[0].target: no pod of the namespace default has these labels (nothing will be selected)"],
    ],
  ])("%j", (churn, expected) => {
    expect(load({ churn }).texts).toEqual(expected);
  });

  it("warns of churn after the end", () => {
    expect(load({ duration: "5s", churn: [{ rollout: "web" }] }).texts).toEqual([
      "warning: spec.churn[0].at: happens at 10s, when requests have ended (duration 5s) (make the duration longer)",
    ]);
  });
});
