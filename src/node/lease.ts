/**
 * When a kubelet renews the Lease of its node: arithmetic, no events.
 *
 * The interval is a quarter of the lease's 40 s, stretched by up to 4 % at each renewal, so the gaps are 10.0 to 10.4 s
 * (component-helpers apimachinery/lease/controller.go, `JitterUntil` with factor 0.04; kubelet defaults). The call's own
 * duration is left out.
 */
import { ALWAYS_UP } from "../apiserver/session.js";
import type { Micros } from "../engine/duration.js";
import { SECOND } from "../engine/duration.js";
import { type Key, uniform } from "../engine/random.js";
import type { ApiSession } from "../model/api-session.js";

const RENEW_INTERVAL: Micros = 10 * SECOND;
const JITTER_FACTOR = 0.04;

/** The longest gap between two renewals: 10.4 s. */
export const LONGEST_LEASE_GAP: Micros = RENEW_INTERVAL + RENEW_INTERVAL * JITTER_FACTOR;

/** Gap between renewals `index` and `index + 1`, counted from 0: 10.0 to 10.4 s. */
export function leaseGap(key: Key, index: number): Micros {
  return Math.floor(RENEW_INTERVAL * (1 + JITTER_FACTOR * uniform(key, index + 1)));
}

/** Offset of the first renewal from the clock's origin: 0 to 10.4 s, the upper end excluded. */
export function leasePhase(key: Key): Micros {
  return Math.floor(LONGEST_LEASE_GAP * uniform(key, 0));
}

/**
 * The renewals of one node: what its kubelet tries while it runs, and what reaches the API server. One that meets a cut is
 * lost, and the next one is due as if it had not been; that the kubelet tries again sooner is left out. Asking in the order
 * of time costs one step per renewal that has passed.
 */
export class LeaseClock {
  private readonly first: Micros;
  private index = 0;
  private newest: Micros;
  private next: Micros;
  private stoppedAt: Micros = Number.POSITIVE_INFINITY;

  /**
   * `key` belongs to (node, "lease"), `session` to its kubelet. Renewals begin within 10.4 s after `origin`; by default that
   * is before time zero, so that every later moment has one.
   */
  constructor(
    private readonly key: Key,
    private readonly session: ApiSession = ALWAYS_UP,
    origin: Micros = -LONGEST_LEASE_GAP,
  ) {
    this.first = origin + leasePhase(key);
    this.newest = this.first;
    this.next = this.first + leaseGap(key, 0);
  }

  /** The kubelet ends: it renews nothing later than `at`. */
  stop(at: Micros): void {
    this.stoppedAt = Math.min(at, this.stoppedAt);
  }

  /** Time of the newest renewal at or before `t` that has reached the API server; -Infinity before the first one. */
  renewedBefore(t: Micros): Micros {
    let time = Number.POSITIVE_INFINITY;
    let reach = Math.min(t, this.stoppedAt);
    while (reach < time) {
      time = this.triedBefore(reach);
      reach = this.session.arrivedBy(time);
    }
    return time;
  }

  /** Time of the first renewal later than `t` that reaches the API server, as far as is known; Infinity for none. */
  renewedAfter(t: Micros): Micros {
    let after = t;
    for (;;) {
      const time = this.triedAfter(after);
      if (time > this.stoppedAt) return Number.POSITIVE_INFINITY;
      const arrival = this.session.arrivalOf(time);
      if (arrival === time || arrival === Number.POSITIVE_INFINITY) return arrival;
      after = arrival - 1;
    }
  }

  private triedAfter(t: Micros): Micros {
    return this.triedBefore(t) === Number.NEGATIVE_INFINITY ? this.first : this.next;
  }

  private triedBefore(t: Micros): Micros {
    if (t < this.first) return Number.NEGATIVE_INFINITY;
    if (t < this.newest) this.rewind();
    while (this.next <= t) {
      this.index++;
      this.newest = this.next;
      this.next += leaseGap(this.key, this.index);
    }
    return this.newest;
  }

  private rewind(): void {
    this.index = 0;
    this.newest = this.first;
    this.next = this.first + leaseGap(this.key, 0);
  }
}
