/**
 * Performs the cases of an experiment, here or on threads. Where and in which order they run shows nowhere in the results.
 */
import { availableParallelism } from "node:os";
import { type Case, distinctCases } from "../experiment/case.js";
import { printable } from "../report/printable.js";
import type { Interruptible } from "./interrupt.js";
import { type EndedCase, performCase } from "./perform-case.js";
import type { Progress } from "./progress.js";
import type { RowParts } from "./row-parts.js";
import { type Job, WorkerPool } from "./worker-pool.js";

export interface ExecuteOptions {
  /** Threads; 1 means this one. Null: this one begins, and others take over what is left when it is more than they cost. */
  readonly jobs: number | null;
  /** Gets the rows of the cases that it wants; null: nobody wants any. */
  readonly rows: RowParts | null;
  readonly progress: Progress;
  readonly signals: Interruptible;
}

/** Milliseconds of work that pay for threads, each of which needs some hundreds to warm up. */
const WORTHWHILE = 1_000;

const WORKER = new URL("./worker.js", import.meta.url);

/** What became of each case, in their order; equal cases are run once. Throws what a failing case threw. */
export async function executeCases(given: readonly Case[], options: ExecuteOptions): Promise<EndedCase[]> {
  const { cases, indices } = distinctCases(given);
  const execution = new Execution(cases, options);
  options.signals.onInterrupt(() => execution.stop());
  try {
    await (options.jobs === null ? execution.asPays() : execution.on(options.jobs));
    await options.rows?.settled();
    return indices.map((index) => execution.ended[index] as EndedCase);
  } finally {
    await execution.stop();
  }
}

/** Milliseconds that this process has worked from now on: on a busy machine less than those that pass. */
function workMeter(): () => number {
  const began = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1_000;
  };
}

class Execution {
  readonly ended: EndedCase[] = [];
  readonly #pool: WorkerPool;
  readonly #shares: number[];
  readonly #events: number[];
  #taken = 0;
  #done = 0;
  /** Sums of the two above. */
  #share = 0;
  #total = 0;

  constructor(
    private readonly cases: readonly Case[],
    private readonly options: ExecuteOptions,
  ) {
    this.#shares = cases.map(() => 0);
    this.#events = cases.map(() => 0);
    this.#pool = new WorkerPool(WORKER, {
      take: () => this.#take(),
      done: (index, ended) => this.#finish(index, ended),
      progress: (index, share, events) => this.#tell(index, share, events),
    });
  }

  stop(): Promise<void> {
    return this.#pool.stop();
  }

  async on(jobs: number): Promise<void> {
    if (jobs > 1 && this.#left > 1) await this.#threads(jobs);
    while (this.#left > 0) await this.#performHere();
  }

  async asPays(): Promise<void> {
    const cores = availableParallelism();
    const spent = workMeter();
    let others: Promise<void> | null = null;
    while (this.#left > 0 && others === null && (spent() / Math.max(1, this.#done)) * this.#left < WORTHWHILE) {
      // A case that turns out long ends here, but the others need not wait for it.
      const watch = setInterval(() => {
        if (others !== null || spent() < WORTHWHILE) return;
        others = this.#threads(cores - 1);
        others.catch(() => undefined);
      }, WORTHWHILE / 4);
      await this.#performHere().finally(() => clearInterval(watch));
    }
    await Promise.all([others, this.#threads(cores - this.#pool.size)]);
    await this.on(1);
  }

  get #left(): number {
    return this.cases.length - this.#taken;
  }

  /** Lets up to `count` threads work off what is left, as far as memory reaches for all of them. */
  async #threads(count: number): Promise<void> {
    const fitting = Math.floor(process.availableMemory() / process.memoryUsage.rss());
    const threads = Math.min(count, this.#left, Math.max(this.options.jobs ?? 0, fitting));
    await Promise.all(Array.from({ length: threads }, () => this.#pool.work()));
  }

  #take(): Job | null {
    if (this.#left === 0) return null;
    const index = this.#taken++;
    return { index, order: { case: this.cases[index] as Case, folder: this.options.rows?.open(index) ?? null } };
  }

  async #performHere(): Promise<void> {
    const job = this.#take();
    if (job === null) return;
    const { case: each, folder } = job.order;
    const place = `${job.index + 1} of ${this.cases.length}`;
    const name = printable(`${each.scenario.name} ${each.label}`.trimEnd());
    const label = this.cases.length === 1 ? "simulating" : `${place}, ${name}`;
    this.#finish(job.index, await performCase({ ...each, label }, folder, this.options.progress));
  }

  #finish(index: number, ended: EndedCase): void {
    this.ended[index] = ended;
    this.#done++;
    this.options.rows?.complete(index);
    this.#tell(index, 1, ended.brief.dispatchedEvents);
  }

  #tell(index: number, share: number, events: number): void {
    this.#share += share - (this.#shares[index] as number);
    this.#total += events - (this.#events[index] as number);
    this.#shares[index] = share;
    this.#events[index] = events;
    if (this.#pool.size === 0) return;
    const { length } = this.cases;
    this.options.progress.showMany(this.#done, length, this.#share / length, this.#total);
  }
}
