/** Runs beside each other: what must not matter, and what must. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RequestRow, RunRecord } from "../../src/model/result.js";
import type { Scenario } from "../../src/model/scenario.js";
import { csvTexts, open, run } from "../support/open.js";
import { type RandomScenario, randomScenario, textOf } from "../support/random-scenario.js";

const SEED = 20_260_102;

describe("the same scenario and seed", () => {
  test("give the same CSV texts and fingerprint, in one go and in pieces", () => {
    fc.assert(
      fc.property(randomScenario(), fc.integer({ min: 1, max: 997 }), (scenario, chunk) => {
        const whole = run(open(textOf(scenario)));
        const pieces = run(open(textOf(scenario)), 0, chunk);
        expect(pieces.fingerprint).toBe(whole.fingerprint);
        expect(pieces.dispatchedEvents).toBe(whole.dispatchedEvents);
        expect(csvTexts(pieces)).toEqual(csvTexts(whole));
      }),
      { seed: SEED, numRuns: 25 },
    );
  });

  test("give other rows in another repetition, and with another seed", () => {
    fc.assert(
      fc.property(randomScenario({ fixed: { arrival: "poisson" } }), (scenario) => {
        const first = run(open(textOf(scenario)));
        const second = run(open(textOf(scenario)), 1);
        const other = run(open(textOf({ ...scenario, seed: scenario.seed + 1 })));
        expect(new Set([first, second, other].map(({ fingerprint }) => fingerprint)).size).toBe(3);
        expect(new Set([first, second, other].map(({ requests }) => requests[5]?.t)).size).toBe(3);
        expect([first.run, second.run, other.run]).toEqual([0, 1, 0]);
      }),
      { seed: SEED, numRuns: 10 },
    );
  });
});

/** Syncs take no time; the rest of the cluster is silent. */
function withFreeSyncs(scenario: Scenario): Scenario {
  const { cluster } = scenario;
  const kubeProxy = { ...cluster.kubeProxy, syncCost: "none" as const };
  return { ...scenario, cluster: { ...cluster, kubeProxy, backgroundChangesPerSecond: 0 } };
}

const GRACEFUL: Partial<RandomScenario> = {
  watch: 0,
  write: 0,
  minSyncPeriod: "1us",
  onSigterm: "finish",
  headless: false,
  probe: true,
};

const rollouts = randomScenario({ nodeFailures: false, fixed: { ...GRACEFUL, churn: ["{at: 1s, rollout: web}"] } });

describe("without lag and without cost of a sync", () => {
  test("a graceful rollout with a preStop longer than a round trip loses nothing", () => {
    let ended = 0;
    fc.assert(
      fc.property(rollouts, fc.integer({ min: 1, max: 3 }), (scenario, preStop) => {
        const record = run(withFreeSyncs(open(textOf({ ...scenario, preStop }))));
        expect(record.totals.causes).toEqual([]);
        expect(record.totals.failed).toBe(0);
        for (const { slack } of record.terminations) expect(slack).toBeGreaterThan(0);
        ended += record.terminations.length;
      }),
      { seed: SEED, numRuns: 25 },
    );
    expect(ended).toBeGreaterThan(50);
  });

  test("nodes follow the API at the same instant", () => {
    fc.assert(
      fc.property(rollouts, (scenario) => {
        for (const { committedAt, appliedAt } of run(withFreeSyncs(open(textOf(scenario)))).ruleLags) {
          // at most the minimum interval of a microsecond for each write of the same instant
          expect(appliedAt - committedAt).toBeLessThanOrEqual(20);
        }
      }),
      { seed: SEED, numRuns: 10 },
    );
  });

  test("it is the lag that costs requests: the same rollouts without preStop lose some once watches are slow", () => {
    const failed = (scenario: RandomScenario): number => run(open(textOf(scenario))).totals.failed;
    let free = 0;
    let slow = 0;
    fc.assert(
      fc.property(rollouts, (scenario) => {
        free += run(withFreeSyncs(open(textOf({ ...scenario, preStop: 1 })))).totals.failed;
        slow += failed({ ...scenario, preStop: 0, watch: 200, minSyncPeriod: "1s" });
      }),
      { seed: SEED, numRuns: 10 },
    );
    expect(free).toBe(0);
    expect(slow).toBeGreaterThan(100);
  });
});

/** Rows without the ids of facts, which count everything that happens anywhere. */
function rowsOf({ requests }: RunRecord): Omit<RequestRow, "causeFact" | "basisFact">[] {
  return [...requests].map(({ causeFact, basisFact, ...row }) => row);
}

describe("a node that no pod fits on", () => {
  test("changes no row of requests.csv", () => {
    let failures = 0;
    fc.assert(
      fc.property(
        // clients of their own: a client pod for each node would wait for room there, and keep the scheduler busy
        randomScenario({ nodeFailures: false, fixed: { clients: 2 } }),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom("a", "z"),
        (scenario, count, zone) => {
          const pool = `{name: full, count: ${count}, zones: [${zone}], capacity: {pods: "0"}}`;
          const without = run(open(textOf(scenario)));
          const beside = run(open(textOf({ ...scenario, pools: [pool] })));
          expect(rowsOf(beside)).toEqual(rowsOf(without));
          failures += without.totals.failed;
        },
      ),
      { seed: SEED, numRuns: 25 },
    );
    expect(failures).toBeGreaterThan(200);
  });
});

describe("an observer", () => {
  test("of all nodes sees what the run would have done without it", () => {
    fc.assert(
      fc.property(randomScenario(), (scenario) => {
        const opened = open(textOf(scenario));
        const some = run(opened);
        const all = run({ ...opened, observeAll: true });
        expect(all.fingerprint).toBe(some.fingerprint);
        expect(all.requests).toEqual(some.requests);
      }),
      { seed: SEED, numRuns: 10 },
    );
  });
});
