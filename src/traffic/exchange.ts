/** What attempts are made for: one answer that somebody wants. Records may be used again. */
import type { Micros } from "../engine/duration.js";
import { NO_TIMER, type Timer } from "../engine/event-queue.js";
import type { FactId } from "../engine/facts.js";
import type { Attempt } from "./attempt.js";
import type { ClientPod } from "./client-pod.js";
import type { AnswerReason } from "./server.js";

/** Who makes the attempts (attempts.ts). */
export interface AttemptMaker<E> {
  /** The next attempt, now. */
  tryNow(exchange: E): void;
  /** Its time is up while it waits to make one. */
  timeUp(exchange: E): void;
}

/** `E` is the type that extends this. What is not abstract here is kept by its maker. */
export abstract class Exchange<E extends Exchange<E>> {
  /** Who makes its attempts. */
  abstract readonly maker: AttemptMaker<E>;
  /** Number among those of its owner: the draws of its attempts belong to it. */
  abstract readonly id: number;
  /** Who wants the answer; null once nobody does. */
  abstract readonly client: ClientPod | null;
  /** All attempts end here at the latest. */
  abstract readonly deadline: Micros;
  /** Of the answer that gave its address; NO_FACT when none did. */
  abstract readonly addressFact: FactId;
  /** The record of its first attempt, mostly the only one: made once, for every exchange that the record serves. */
  first: Attempt<E> | null = null;
  /** The newest attempt, which leads to those before it; null while there was none. */
  last: Attempt<E> | null = null;
  /** Until the next attempt, or the end of a wait; NO_TIMER while nothing is planned. */
  timer: Timer = NO_TIMER;
  /** What it waits for with an attempt that cannot be made now; null while it does not. */
  waitsFor: AnswerReason | null = null;
  /** Its owner is looking for its address. */
  seeksAddress = false;
  /** What it first lost time to, and when that began; null while each attempt was made at once and is the first. */
  delayedBy: AnswerReason | null = null;
  delayedSince: Micros = 0;

  /** Makes a record that is of no use any more another exchange. */
  protected renew(): void {
    this.last = null;
    this.timer = NO_TIMER;
    this.waitsFor = null;
    this.seeksAddress = false;
    this.delayedBy = null;
  }

  /** From `since` on it loses time, and why. */
  delay(because: AnswerReason, since: Micros): void {
    if (this.delayedBy !== null) return;
    this.delayedBy = because;
    this.delayedSince = since;
  }
}
