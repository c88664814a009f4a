/** Experiments: which cases they ask for, and what they make of the briefs, whoever runs them. */
import { describe, expect, test } from "vitest";
import { briefOf, type Case, distinctCases } from "../../src/experiment/case.js";
import { conduct } from "../../src/experiment/experiment.js";
import { failover } from "../../src/experiment/failover.js";
import { repetitions, repetitionTable } from "../../src/experiment/repetitions.js";
import { variants } from "../../src/experiment/variants.js";
import type { Scenario } from "../../src/model/scenario.js";
import { SCENARIO } from "../package/story.js";
import { open, run } from "../support/open.js";

const scenario = open(SCENARIO, { set: ["duration=15s"] });
const other = open(SCENARIO, { set: ["duration=10s"] });

function briefs(cases: readonly Case[]): ReturnType<typeof briefOf>[] {
  return cases.map((each) => briefOf(run(each.scenario, each.run)));
}

test("equal cases are one, however they are called", () => {
  const cases = [
    { label: "a", scenario, run: 0 },
    { label: "b", scenario, run: 1 },
    { label: "c", scenario, run: 0 },
    { label: "d", scenario: other, run: 0 },
  ];
  const { cases: distinct, indices } = distinctCases(cases);
  expect([distinct.map(({ label }) => label), indices]).toEqual([
    ["a", "b", "d"],
    [0, 1, 0, 2],
  ]);
});

describe("conduct", () => {
  const experiment = {
    cases: [...repetitions(scenario, 2).cases, { label: "again", scenario, run: 0 }],
    conclude: prints,
  };
  function prints(given: readonly { readonly fingerprint: string }[]): string[] {
    return given.map(({ fingerprint }) => fingerprint);
  }

  test.each([100, 1e9])("gives what single runs give, %i events at a time", (chunk) => {
    const conducted = conduct(experiment);
    expect(() => conducted.finish()).toThrow("0 of 2 cases have ended");
    while (conducted.advance(chunk));
    expect(conducted.done).toBe(2);
    const [first, second, again] = conducted.finish();
    expect([first, second]).toEqual(prints(briefs(repetitions(scenario, 2).cases)));
    expect([again === first, first === second]).toEqual([true, false]);
  });

  test("an experiment without cases has its outcome at once", () => {
    const conducted = conduct({ cases: [], conclude: prints });
    expect([conducted.advance(1), conducted.finish()]).toEqual([false, []]);
  });
});

describe("variants", () => {
  const { cases, conclude } = variants(scenario);

  test("are the three behaviours and slow watches; what the scenario does is itself", () => {
    expect(cases.map((each) => [each.label, each.scenario === scenario])).toEqual([
      ["finish at SIGTERM (this run)", true],
      ["exit at SIGTERM", false],
      ["ignore SIGTERM until SIGKILL", false],
      ["finish, watches with p99 = 1 s", false],
    ]);
  });

  test("keep totals and margins of their runs, in order", () => {
    const given = briefs(cases);
    const made = conclude(given);
    expect(made.map(({ onSigterm, slowWatches }) => [onSigterm, slowWatches])).toEqual([
      ["finish", false],
      ["exit", false],
      ["ignore", false],
      ["finish", true],
    ]);
    expect(made.map(({ totals, minSlack, requiredPreStop }) => ({ totals, minSlack, requiredPreStop }))).toEqual(
      given.map(({ totals, minSlack, requiredPreStop }) => ({ totals, minSlack, requiredPreStop })),
    );
  });

  test("of servers that differ among themselves hold no run of the scenario itself", () => {
    const mixed = {
      ...scenario,
      workloads: [{ selector: {}, settings: { ...scenario.defaultWorkload, onSigterm: "exit" }, images: {} }],
    } as unknown as Scenario;
    const labels = variants(mixed).cases.map((each) => [each.label, each.scenario === mixed]);
    expect(labels.filter(([, own]) => own)).toEqual([]);
    expect(labels.at(-1)?.[0]).toBe("as given, watches with p99 = 1 s");
  });
});

test("repetitions count those that lost requests", () => {
  const { cases, conclude } = repetitions(scenario, 3);
  expect(cases.map(({ run: number }) => number)).toEqual([0, 1, 2]);
  const given = briefs(cases);
  const lossless = { ...given[1]!, totals: { ...given[1]!.totals, failed: 0 } };
  const made = conclude([given[0]!, lossless, given[2]!]);
  expect(made.losing).toBe(given.filter(({ totals }, index) => index !== 1 && totals.failed > 0).length);
  expect(repetitionTable(made)).toContain(`requests lost in ${made.losing} of 3 runs`);
});

test("failover has a row for each event, target, setting and run", () => {
  const { cases, conclude } = failover(
    [
      { label: "long", scenario },
      { label: "short", scenario: other },
    ],
    2,
  );
  const rows = conclude(briefs(cases));
  expect(rows.map(({ scenario: name, setting, run: number }) => [name, setting, number])).toEqual([
    ["memory", "long", 0],
    ["memory", "long", 1],
    ["memory", "short", 0],
    ["memory", "short", 1],
  ]);
  expect(rows[3]!.failedRequests).toBe(run(other, 1).failover[0]!.failedRequests);
});
