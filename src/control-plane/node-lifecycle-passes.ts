/**
 * When the node controller's monitor passes happen: computed, not simulated.
 *
 * Passes of a healthy cluster lie on a grid, in both directions of time. A pass with something to write takes longer, and
 * the grid starts anew from its end; what was before stays known, because a node's probe timestamp is an earlier pass.
 */
import type { Micros } from "../engine/duration.js";

interface Segment {
  /** One pass of the segment; its first one, except for the segment that every run starts with. */
  readonly origin: Micros;
  /** Passes of the segment lie before this time. */
  until: Micros;
}

export class MonitorPasses {
  private readonly segments: Segment[];

  /** `step` is from one idle pass to the next. */
  constructor(
    phase: Micros,
    private readonly step: Micros,
  ) {
    this.segments = [{ origin: phase, until: Number.POSITIVE_INFINITY }];
  }

  firstAtOrAfter(time: Micros): Micros {
    for (let i = 0; i < this.segments.length; i++) {
      const { origin, until } = this.segments[i]!;
      const count = Math.ceil((time - origin) / this.step);
      const pass = origin + (i === 0 ? count : Math.max(0, count)) * this.step;
      if (pass < until) return pass;
    }
    throw new RangeError("the last segment of passes has no end");
  }

  firstAfter(time: Micros): Micros {
    return this.firstAtOrAfter(time + 1);
  }

  /** The pass at `ran` took long: the next one is at `next`. */
  restart(ran: Micros, next: Micros): void {
    this.segments[this.segments.length - 1]!.until = ran + 1;
    this.segments.push({ origin: next, until: Number.POSITIVE_INFINITY });
  }
}
