/**
 * The delay of a watch delivery, asked for far more often than it must be known exactly: whether a change has arrived by
 * some time is nearly always settled by a table of quantiles, without an inverse transform.
 */
import type { Variate } from "../../engine/distribution.js";
import type { Micros } from "../../engine/duration.js";

const BUCKETS = 256;
const DRAWS = 4294967296;

export class DeliveryLag {
  /** A delivery comes strictly after the commit: within one instant deliveries and syncs precede writes. */
  readonly minimum: Micros;
  readonly maximum: Micros;
  /** Largest lag of the draws in each bucket. */
  private readonly upper = new Float64Array(BUCKETS);

  constructor(private readonly variate: Variate) {
    this.minimum = Math.max(1, variate.minimum);
    this.maximum = Math.max(1, variate.maximum);
    for (let k = 0; k + 1 < BUCKETS; k++) this.upper[k] = Math.max(1, variate.quantile((k + 1) / BUCKETS));
    this.upper[BUCKETS - 1] = this.maximum;
  }

  /** The lag of a draw of 32 bits. */
  of(draw: number): Micros {
    return Math.max(1, this.variate.quantile((draw + 0.5) / DRAWS));
  }

  /** Whether the lag of a draw is at most `limit`. */
  within(draw: number, limit: Micros): boolean {
    const bucket = draw >>> 24;
    if (this.upper[bucket]! <= limit) return true;
    if (bucket > 0 && this.upper[bucket - 1]! > limit) return false;
    return this.of(draw) <= limit;
  }
}

const known = new WeakMap<Variate, DeliveryLag>();

/** The table of a distribution: one for all nodes. */
export function deliveryLagOf(variate: Variate): DeliveryLag {
  let lag = known.get(variate);
  if (lag === undefined) {
    lag = new DeliveryLag(variate);
    known.set(variate, lag);
  }
  return lag;
}
