/**
 * One node's place in one stream of changes. Deliveries are first in, first out: change r has arrived once all changes up
 * to r have had their lag. Nothing is stored per change: when one is due is drawn again whenever somebody asks, and the session
 * says when it arrives.
 */
import type { Micros } from "../../engine/duration.js";
import { bits, type Key } from "../../engine/random.js";
import type { ApiSession } from "../../model/api-session.js";
import type { ChangeStream } from "./change-stream.js";
import type { DeliveryLag } from "./delivery-lag.js";

export class StreamReader {
  /** Changes that syncs have taken so far. All of them arrived before any that has not been taken. */
  position = 0;
  private head = -1;
  /** When the first change that is not taken is due. Its arrival is asked for each time: a cut may have begun since. */
  private headDue: Micros = 0;

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
      this.headDue = this.due(this.position);
    }
    const { session } = this;
    const headArrival = session.arrivalOf(this.headDue);
    if (headArrival >= time) return headArrival;
    const before = session.arrivedBy(time - 1);
    for (let index = this.position + 1; index < length; index++) {
      // when it is due exactly is needed only of the one that is found
      if (!this.lag.within(this.draw(index), before - committedAt[index]!)) return session.arrivalOf(this.due(index));
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

  /** When a change is due, were it alone in the stream. */
  private due(index: number): Micros {
    return this.stream.committedAt[index]! + this.lag.of(this.draw(index));
  }

  private draw(index: number): number {
    const draw = this.stream.draw[index]!;
    return draw >= 0 ? bits(this.key, draw) : bits(this.background, -1 - draw);
  }
}
