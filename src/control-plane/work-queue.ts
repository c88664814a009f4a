/**
 * A controller's queue of keys, with the semantics of client-go (`util/workqueue`: queue.go, delaying_queue.go,
 * default_rate_limiters.go, 0.37): a key that waits is not queued twice, a key that is being processed is queued again
 * only afterwards, and so no key is ever in two workers. A sync may last: its worker is taken until `done`.
 */
import { ClientBudget } from "../apiserver/client-budget.js";
import type { Context } from "../engine/context.js";
import { MILLISECOND, type Micros, SECOND } from "../engine/duration.js";
import { Phase, type Timer } from "../engine/event-queue.js";

export interface WorkQueueOptions {
  /** Keys that are processed at the same time. */
  readonly workers: number;
  /** Delay of the first retry of a key; each further one doubles it. Default 5 ms. */
  readonly firstRetry?: Micros;
  /** Longest delay of a retry. Default 1000 s. */
  readonly longestRetry?: Micros;
}

/** All retries of one queue share a token bucket beside the delay of each key. */
const RETRIES = { qps: 10, burst: 100 };

export class WorkQueue {
  /** Keys that must be processed (again), whether they stand in the queue or are being processed. */
  private readonly dirty = new Set<string>();
  private readonly processing = new Set<string>();
  private readonly waiting = new Map<string, { readonly due: Micros; readonly timer: Timer }>();
  private readonly failures = new Map<string, number>();
  private readonly retries = new ClientBudget(RETRIES);
  private queue: string[] = [];
  private head = 0;
  /** Starts that are planned for this instant. */
  private starting = 0;

  /** `process` begins to work on a key; when it has ended, perhaps much later, `done(key)` must be called. */
  constructor(
    private readonly context: Context,
    private readonly options: WorkQueueOptions,
    private readonly process: (key: string) => void,
  ) {}

  /** Queues a key as soon as a worker is free. */
  add(key: string): void {
    if (this.dirty.has(key)) return;
    this.dirty.add(key);
    if (this.processing.has(key)) return;
    this.queue.push(key);
    this.wake();
  }

  /** Queues a key after `delay`; of two delays for a waiting key the earlier end counts, and 0 means now. */
  addAfter(key: string, delay: Micros): void {
    if (delay <= 0) {
      this.add(key);
      return;
    }
    const due = this.context.now + delay;
    const former = this.waiting.get(key);
    if (former !== undefined) {
      if (former.due <= due) return;
      this.context.cancel(former.timer);
    }
    const timer = this.context.at(due, Phase.syncStart, endWaiting, { queue: this, key });
    this.waiting.set(key, { due, timer });
  }

  /** Queues a key after its retry delay: first, 2 × first, 4 × first, … */
  addRateLimited(key: string): void {
    const failures = this.failures.get(key) ?? 0;
    this.failures.set(key, failures + 1);
    const longest = this.options.longestRetry ?? 1000 * SECOND;
    let delay = this.options.firstRetry ?? 5 * MILLISECOND;
    for (let i = 0; i < failures && delay < longest; i++) delay *= 2;
    const { now } = this.context;
    this.addAfter(key, Math.max(Math.min(delay, longest), this.retries.admit(now) - now));
  }

  /** The next retry of this key is a first one again. */
  forget(key: string): void {
    this.failures.delete(key);
  }

  /** Retries of this key since it was last forgotten. */
  failuresOf(key: string): number {
    return this.failures.get(key) ?? 0;
  }

  /** Ends the processing of a key and frees its worker. */
  done(key: string): void {
    this.processing.delete(key);
    if (this.dirty.has(key)) this.queue.push(key);
    this.wake();
  }

  /** @internal */
  startNext(): void {
    this.starting--;
    const key = this.queue[this.head] as string;
    this.head++;
    if (this.head * 2 > this.queue.length) {
      this.queue = this.queue.slice(this.head);
      this.head = 0;
    }
    this.processing.add(key);
    this.dirty.delete(key);
    this.process(key);
  }

  /** @internal */
  endWaiting(key: string): void {
    this.waiting.delete(key);
    this.add(key);
  }

  private wake(): void {
    const free = this.options.workers - this.processing.size - this.starting;
    if (free <= 0 || this.starting >= this.queue.length - this.head) return;
    this.starting++;
    this.context.after(0, Phase.syncStart, startNext, this);
  }
}

function startNext(queue: WorkQueue): void {
  queue.startNext();
}

function endWaiting(wait: { readonly queue: WorkQueue; readonly key: string }): void {
  wait.queue.endWaiting(wait.key);
}
