/**
 * One node's place in one stream of changes. Deliveries are first in, first out: change r has arrived once all changes up
 * to r have had their lag. Nothing is stored per change; arrivals are drawn again whenever somebody asks.
 */

import type { ApiSession } from "../../apiserver/session.js";
import type { Micros } from "../../engine/duration.js";
import { bits, type Key } from "../../engine/random.js";
import type { ChangeStream } from "./change-stream.js";
import type { DeliveryLag } from "./delivery-lag.js";

export class StreamReader {
  /** Changes that syncs have taken so far. All of them arrived before any that has not been taken. */
  position = 0;
  private head = -1;
  private headArrival: Micros = 0;

  /** `background` keys the lags of changes of Services outside the scenario. */
  constructor(
    readonly stream: ChangeStream,
    private readonly session: ApiSession,
    private readonly lag: DeliveryLag,
    private readonly key: Key,
    private readonly background: Key,
  ) {}

  /** First arrival at or after `time` among changes not taken yet; Infinity when none is known. */
  firstFrom(time: Micros): Micros {
    const { committedAt, length } = this.stream;
    if (this.position >= length) return Number.POSITIVE_INFINITY;
    if (this.head !== this.position) {
      this.head = this.position;
      this.headArrival = this.arrival(this.position);
    }
    if (this.headArrival >= time) return this.headArrival;
    const before = this.session.arrivedBy(time - 1);
    for (let index = this.position + 1; index < length; index++) {
      // an exact arrival is needed only of the one that is found
      if (!this.lag.within(this.draw(index), before - committedAt[index]!)) return this.arrival(index);
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Takes every change that has arrived by `time`. */
  take(time: Micros): void {
    const { committedAt, length } = this.stream;
    const { minimum, maximum } = this.lag;
    const reach = this.session.arrivedBy(time);
    let index = this.position;
    for (; index < length; index++) {
      const age = reach - committedAt[index]!;
      if (age >= maximum) continue;
      if (age < minimum || !this.lag.within(this.draw(index), age)) break;
    }
    this.position = index;
  }

  /** Arrival of a change, were it alone in the stream. */
  private arrival(index: number): Micros {
    return this.session.arrivalOf(this.stream.committedAt[index]! + this.lag.of(this.draw(index)));
  }

  private draw(index: number): number {
    const draw = this.stream.draw[index]!;
    return draw >= 0 ? bits(this.key, draw) : bits(this.background, -1 - draw);
  }
}
