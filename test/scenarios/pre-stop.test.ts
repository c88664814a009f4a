/** The promise of the two shipped rolling updates, over 20 seeds: losses fall with the preStop sleep, to none at 5 s. */
import { beforeAll, describe, expect, test } from "vitest";
import type { RunRecord } from "../../src/model/result.js";
import { open, run, shippedText } from "../support/open.js";

const SEEDS = Array.from({ length: 20 }, (_, index) => String(index + 1));
const SLEEPS = [0, 1, 2, 5];

/** The rolling update with this preStop sleep; 0: without a hook, as it is shipped. */
function textWith(sleep: number): string {
  const text = shippedText("rolling-update-prestop");
  const hook = "lifecycle: {preStop: {sleep: {seconds: 5}}}";
  if (!text.includes(hook)) throw new Error("the hook is written in another way");
  return text.replace(hook, sleep === 0 ? "" : hook.replace("5", String(sleep)));
}

describe("a rolling update under 500 requests a second", () => {
  /** By sleep, then by seed. */
  let records: RunRecord[][];

  beforeAll(() => {
    // arrivals before and long after the rollout add nothing: 9 s to 42 s hold all of it
    const set = ["duration=42s", "warmup=9s", "sampling.requests=none"];
    records = SLEEPS.map((sleep) => SEEDS.map((seed) => run(open(textWith(sleep), { seed, set }))));
  }, 120_000);

  const failed = (sleep: number): number[] => (records[SLEEPS.indexOf(sleep)] ?? []).map(({ totals }) => totals.failed);
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

  test("without preStop, every seed loses some", () => {
    expect(failed(0)).toHaveLength(20);
    for (const count of failed(0)) expect(count).toBeGreaterThan(0);
  });

  test("with five seconds of it, none loses any, and the slack says so", () => {
    expect(failed(5)).toEqual(SEEDS.map(() => 0));
    for (const { minSlack } of records[3] ?? []) expect(minSlack).toBeGreaterThan(0);
  });

  test("losses fall monotonically over 0, 1, 2 and 5 seconds", () => {
    const sums = SLEEPS.map((sleep) => sum(failed(sleep)));
    expect(sums).toEqual([...sums].sort((x, y) => y - x));
    expect(sums[0]).toBeGreaterThan(10 * (sums[1] ?? Number.NaN));
  });

  test("every rollout had ended within the run", () => {
    for (const record of records.flat()) {
      expect(record.rollouts).toHaveLength(1);
      expect(record.rollouts[0]?.duration).toBeGreaterThan(0);
    }
  });

  test("what a run without preStop calls the required sleep is its largest exposure", () => {
    for (const { requiredPreStop, minSlack } of records[0] ?? []) expect(requiredPreStop).toBe(-minSlack);
  });
});
