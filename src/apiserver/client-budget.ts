/**
 * A client's budget of requests: the token bucket of client-go (`flowcontrol.NewTokenBucketRateLimiter`): `qps` tokens a
 * second, at most `burst` saved up. Requests that find no token wait in the order of their arrival.
 */
import { type Micros, SECOND } from "../engine/duration.js";

export interface Budget {
  readonly qps: number;
  readonly burst: number;
}

/** Budgets of the real components (kubelet, scheduler: componentconfig defaults; KCM: --kube-api-qps and -burst). */
export const BUDGETS = {
  kubelet: { qps: 50, burst: 100 },
  controllerManager: { qps: 20, burst: 30 },
  scheduler: { qps: 50, burst: 100 },
  /** kubectl 1.29 and later. */
  kubectl: { qps: 50, burst: 300 },
  /** A client that sets nothing (client-go, rest/config.go). */
  clientGo: { qps: 5, burst: 10 },
} as const satisfies Record<string, Budget>;

export class ClientBudget {
  /** Tokens at `at`; below zero while requests wait. */
  private tokens: number;
  private at: Micros = Number.NEGATIVE_INFINITY;

  constructor(private readonly budget: Budget) {
    this.tokens = budget.burst;
  }

  /** Takes one token and tells when the request may go out: `now`, or later when the bucket is empty. */
  admit(now: Micros): Micros {
    const { qps, burst } = this.budget;
    if (now > this.at) {
      this.tokens = Math.min(burst, this.tokens + ((now - Math.max(this.at, now - 3600 * SECOND)) * qps) / SECOND);
      this.at = now;
    }
    this.tokens -= 1;
    return this.tokens >= 0 ? now : now + Math.ceil((-this.tokens * SECOND) / qps);
  }
}
