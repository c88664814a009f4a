/** What an experiment is made of: one run of one scenario. */
import type { RunRecord } from "../model/result.js";
import type { Scenario } from "../model/scenario.js";

/** Plain data, so that it can cross to another thread. */
export interface Case {
  /** What sets it apart, for instance "exit at SIGTERM" or "preStop 5 s, duration=60s"; empty where nothing does. */
  readonly label: string;
  readonly scenario: Scenario;
  /** Which repetition, from 0: each has its own substream of the seed. */
  readonly run: number;
}

/** Cases without those that ask for the same run of the same scenario again; `indices` leads from each given one to its first. */
export function distinctCases(given: readonly Case[]): { readonly cases: Case[]; readonly indices: number[] } {
  const cases: Case[] = [];
  const known = new Map<Scenario, Map<number, number>>();
  const indices = given.map((each) => {
    const runs = known.get(each.scenario) ?? new Map<number, number>();
    known.set(each.scenario, runs);
    const index = runs.get(each.run) ?? cases.push(each) - 1;
    runs.set(each.run, index);
    return index;
  });
  return { cases, indices };
}

/** What is kept of every case: a few kilobytes, for a run's rows may be gigabytes. */
export type Brief = Pick<
  RunRecord,
  "run" | "totals" | "failover" | "minSlack" | "requiredPreStop" | "fingerprint" | "dispatchedEvents" | "endedAt"
>;

export function briefOf(record: RunRecord): Brief {
  const { run, totals, failover, minSlack, requiredPreStop, fingerprint, dispatchedEvents, endedAt } = record;
  return { run, totals, failover, minSlack, requiredPreStop, fingerprint, dispatchedEvents, endedAt };
}
