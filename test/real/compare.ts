/** Recorded and simulated facts beside each other: medians, counts, orders, verdicts. Pure. */
import type { Fact } from "./facts.js";

/** Seconds; below this a busy machine decides. */
const NOISE = 0.02;

/** Facts of one app from a request to the next one; times count from the request. */
export type Repetition = readonly Fact[];

export function repetitions(facts: readonly Fact[], app: string): Repetition[] {
  const found: Fact[][] = [];
  for (const fact of facts) {
    if (fact.app !== app) continue;
    if (fact.event === "request") found.push([]);
    found.at(-1)?.push(fact);
  }
  return found;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Between the two nearest values, in proportion. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((x, y) => x - y);
  const place = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(place)] ?? Number.NaN, sorted[Math.ceil(place)] ?? Number.NaN];
  return low + (high - low) * (place - Math.floor(place));
}

/** Within 10 % or 20 ms, whichever is larger. */
export function near(recorded: number, simulated: number): boolean {
  return Math.abs(simulated - recorded) <= Math.max(0.1 * Math.abs(recorded), NOISE) + 1e-9;
}

/**
 * - `equal`: the medians are within 10 % or 20 ms of each other;
 * - `in range`: they are not, but the recorded one lies within those of simulated runs of the recording's length, as where kubelets
 *   look once a second and each run draws anew when;
 * - `differs`: neither.
 */
export type Verdict = "equal" | "in range" | "differs";

export interface Comparison {
  /** How many values were recorded. */
  readonly n: number;
  readonly recorded: number;
  readonly simulated: number;
  /** The medians of single simulated runs. */
  readonly least: number;
  readonly most: number;
  readonly verdict: Verdict;
}

/** The values of a recording, and those of each simulated run. */
export function compareMedians(recorded: readonly number[], simulated: readonly (readonly number[])[]): Comparison {
  const medians = simulated.filter((values) => values.length > 0).map(median);
  const [least, most] = [Math.min(...medians), Math.max(...medians)];
  const [real, ours] = [median(recorded), median(simulated.flat())];
  const inRange = real >= least && real <= most;
  const verdict = near(real, ours) ? "equal" : inRange ? "in range" : "differs";
  return { n: recorded.length, recorded: real, simulated: ours, least, most, verdict };
}

/** Every value inside the 1–99 % of the simulated ones, give or take 20 ms. */
export function compareInside(recorded: readonly number[], simulated: readonly (readonly number[])[]): Comparison {
  const all = simulated.flat();
  const [least, most] = [quantile(all, 0.01), quantile(all, 0.99)];
  const inside = recorded.every((value) => value >= least - NOISE && value <= most + NOISE);
  const verdict = inside && all.length > 0 ? "in range" : "differs";
  return { n: recorded.length, recorded: median(recorded), simulated: median(all), least, most, verdict };
}

export interface OrderComparison {
  readonly repetitions: number;
  /** `equal`: nothing is contradicted or one-sided. */
  readonly verdict: Verdict;
  /** Pairs of milestones that every repetition has in the same order, and those of them that the simulation contradicts. */
  readonly agreed: number;
  readonly contradicted: readonly string[];
  /** Pairs of which each order was recorded at least twice, and those of which the simulation has one order only. */
  readonly open: number;
  readonly oneSided: readonly string[];
}

/** Unanimity of the recording must be at least so likely with the share that the simulation has. */
const LEAST_LIKELY = 0.01;

/**
 * Each two milestones of a repetition (the second pod Ready, the first deletion): where the recorded ones agree, the simulated
 * ones do so often enough; where they do not, both orders are simulated.
 */
export function compareOrders(
  recorded: readonly Repetition[],
  simulated: readonly Repetition[],
  events: readonly string[],
): OrderComparison {
  const [real, ours] = [recorded, simulated].map((each) => each.map((facts) => milestones(facts, events))) as [
    Map<string, number>[],
    Map<string, number>[],
  ];
  const names = [...(real[0]?.keys() ?? [])].filter((name) => real.every((times) => times.has(name)));
  const contradicted: string[] = [];
  const oneSided: string[] = [];
  let [agreed, open] = [0, 0];
  for (const [index, first] of names.entries()) {
    for (const second of names.slice(index + 1)) {
      const [before, after] = [precedences(real, first, second), precedences(real, second, first)];
      const of = precedences(ours, first, second) + precedences(ours, second, first);
      const share = of === 0 ? 0 : precedences(ours, before === 0 ? second : first, before === 0 ? first : second) / of;
      if (before === 0 || after === 0) {
        if (before + after < real.length) continue;
        agreed++;
        if (share ** real.length < LEAST_LIKELY)
          contradicted.push(before === 0 ? `${second} < ${first}` : `${first} < ${second}`);
      } else if (Math.min(before, after) > 1) {
        open++;
        if (share === 0 || share === 1) oneSided.push(`${first}, ${second}`);
      }
    }
  }
  const verdict = contradicted.length + oneSided.length === 0 && agreed > 0 ? "equal" : "differs";
  return { repetitions: real.length, verdict, agreed, contradicted, open, oneSided };
}

/** Name, with its number among those of its kind, and time. */
function milestones(facts: Repetition, events: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  const times = new Map<string, number>();
  for (const { t, event } of facts) {
    if (!events.includes(event)) continue;
    const count = (counts.get(event) ?? 0) + 1;
    counts.set(event, count);
    times.set(`${event} ${count}`, t);
  }
  return times;
}

function precedences(all: readonly Map<string, number>[], first: string, second: string): number {
  return all.filter((times) => (times.get(first) ?? Number.NaN) < (times.get(second) ?? Number.NaN)).length;
}
