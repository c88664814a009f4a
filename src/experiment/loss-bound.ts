/** What several runs say about the probability that a run loses requests: the requests of one rollout are correlated, runs are not. */
import { fixedDecimal } from "../report/fixed-decimal.js";

/**
 * Largest probability of loss that `runs` runs without one still allow at 95 %: 1 − 0.05^(1/n), and what that means in
 * words. 20 runs: below 14 %.
 */
export function lossBound(runs: number): number {
  return 1 - 0.05 ** (1 / runs);
}

/** "none lost in 20 seeds: a run loses requests with a probability below 14 % at 95 %" or how many did. */
export function lossSentence(runs: number, losing: number, noun: string): string {
  if (losing > 0) return `requests lost in ${losing} of ${runs} ${noun}`;
  return `none lost in ${runs} ${noun}: below ${fixedDecimal(Math.ceil(lossBound(runs) * 1_000), 1)} % at 95 %`;
}
