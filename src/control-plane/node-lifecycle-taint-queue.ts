/**
 * Nodes of one zone that wait for their NoExecute taint, and the token bucket that lets them through: burst 1
 * (pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go).
 */
import { type Micros, SECOND } from "../engine/duration.js";

const BURST = 1;
/** A token that is whole but for rounding is whole. */
const ROUNDING = 1e-9;

export class ZoneTaintQueue {
  private readonly nodes: string[] = [];
  private tokens = BURST;
  private at: Micros = 0;

  /** `rate` in nodes a second. */
  constructor(private rate: number) {}

  has(node: string): boolean {
    return this.nodes.includes(node);
  }

  add(node: string): void {
    if (!this.has(node)) this.nodes.push(node);
  }

  clear(): void {
    this.nodes.length = 0;
  }

  /** A new rate brings a new bucket, which is full only if the old one held a token (`SwapLimiter`). */
  setRate(rate: number, now: Micros): void {
    if (rate === this.rate) return;
    this.refill(now);
    this.tokens = this.rate > 0 && this.tokens >= BURST - ROUNDING ? BURST : 0;
    this.rate = rate;
  }

  /** When the next node can be taken; Infinity when none waits or none may go. */
  nextAt(now: Micros): Micros {
    if (this.nodes.length === 0 || this.rate === 0) return Number.POSITIVE_INFINITY;
    this.refill(now);
    const missing = Math.max(0, BURST - ROUNDING - this.tokens);
    return now + Math.ceil((missing * SECOND) / this.rate);
  }

  /** Takes the next node and its token; null when none may go now. */
  take(now: Micros): string | null {
    if (this.nextAt(now) > now) return null;
    this.tokens = Math.max(0, this.tokens - BURST);
    return this.nodes.shift() ?? null;
  }

  private refill(now: Micros): void {
    if (now <= this.at) return;
    this.tokens = Math.min(BURST, this.tokens + ((now - this.at) * this.rate) / SECOND);
    this.at = now;
  }
}
