/** Whether a client tries again: a decision behind each attempt that did not give it an answer. */
import type { Micros } from "../engine/duration.js";
import type { AttemptResult } from "./outcome.js";

export interface RetryPolicy {
  /**
   * How long the client waits before it makes another attempt; null: it gives up. `number` is that of the attempt that has
   * ended, from 1. Pure: it knows the attempt's class and whether its connection was open already, not its cause, as a client
   * does.
   */
  after(attempt: Pick<AttemptResult, "end" | "status" | "reused">, number: number): Micros | null;
}

/** The error of the first attempt is the error of the request. */
export const NO_RETRIES: RetryPolicy = { after: () => null };
