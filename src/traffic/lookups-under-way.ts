/**
 * Requests whose name is being looked up, by their deadlines. A resolver may take longer than its request may: then the
 * request ends, and the lookup goes on for nobody. One event serves them all, because hardly any gets there: it is planned
 * for the first of them, and again for whoever is the first by then.
 */
import type { Context } from "../engine/context.js";
import type { Micros } from "../engine/duration.js";
import { NO_TIMER, Phase, type Timer } from "../engine/event-queue.js";

/** Both links are written by the list only. */
export interface WithDeadline<T> {
  readonly deadline: Micros;
  earlier: T | null;
  later: T | null;
}

interface Expiring {
  expire(): void;
}

export class LookupsUnderWay<T extends WithDeadline<T>> implements Expiring {
  private first: T | null = null;
  private last: T | null = null;
  private timer: Timer = NO_TIMER;
  private timerAt: Micros = 0;

  /** `timeUp` is called at the deadline of whoever is in the list, which has been taken out then. */
  constructor(
    private readonly context: Context,
    private readonly timeUp: (element: T) => void,
  ) {}

  /** Those of one deadline stay in the order in which they came. All requests of an entry may take equally long: it is the last. */
  add(element: T): void {
    let before = this.last;
    while (before !== null && before.deadline > element.deadline) before = before.earlier;
    const after = before === null ? this.first : before.later;
    element.earlier = before;
    element.later = after;
    if (before === null) this.first = element;
    else before.later = element;
    if (after === null) this.last = element;
    else after.earlier = element;
    this.arm();
  }

  /** Takes an element out that is in the list. */
  remove(element: T): void {
    const { earlier, later } = element;
    if (earlier === null) this.first = later;
    else earlier.later = later;
    if (later === null) this.last = earlier;
    else later.earlier = earlier;
    element.earlier = null;
    element.later = null;
  }

  /** @internal */
  expire(): void {
    this.timer = NO_TIMER;
    for (let { first } = this; first !== null && first.deadline <= this.context.now; first = this.first) {
      this.remove(first);
      this.timeUp(first);
    }
    this.arm();
  }

  /** There is an event at the earliest deadline, or before. */
  private arm(): void {
    const { first, context } = this;
    if (first === null || (this.timer !== NO_TIMER && this.timerAt <= first.deadline)) return;
    context.cancel(this.timer);
    this.timerAt = first.deadline;
    this.timer = context.at(first.deadline, Phase.traffic, expire, this as Expiring);
  }
}

function expire(lookups: Expiring): void {
  lookups.expire();
}
