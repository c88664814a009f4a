/** Threads that perform cases. A thread is kept until nothing is left to do; it costs most of a second of work to warm up. */
import { Worker } from "node:worker_threads";
import { printable } from "../report/printable.js";
import { debugging } from "./debugging.js";
import { CommandError } from "./exit.js";
import type { EndedCase } from "./perform-case.js";
import { type CaseOrder, errorOf, type WorkerMessage } from "./worker-messages.js";

/** A case and the number that it goes by. */
export interface Job {
  readonly index: number;
  readonly order: CaseOrder;
}

/** Whose work the threads do. */
export interface WorkSource {
  /** The next one; null when none is left. */
  take(): Job | null;
  done(index: number, ended: EndedCase): void;
  /** Of a case under way: the simulated share, 0 to 1 (0 where the end is not known), and its events so far. */
  progress(index: number, share: number, events: number): void;
}

export class WorkerPool {
  readonly #workers = new Set<Worker>();
  #stopped = false;

  /** `entry` is the module that each thread runs: one that answers each `CaseOrder` with `WorkerMessage`s. */
  constructor(
    private readonly entry: URL,
    private readonly source: WorkSource,
  ) {}

  /** Threads that are at work. */
  get size(): number {
    return this.#workers.size;
  }

  /** One more thread; resolves when nothing is left for it. Rejects with what a case threw, or when the thread died. */
  async work(): Promise<void> {
    // left out, a thread has the flags of this process, also those that nobody may give to a thread
    const worker = new Worker(this.entry, debugging() ? { execArgv: ["--enable-source-maps"] } : {});
    this.#workers.add(worker);
    for (let job = this.source.take(); job !== null && !this.#stopped; job = this.source.take()) {
      const { index, order } = job;
      this.source.done(index, await this.#perform(worker, index, order));
    }
    this.#workers.delete(worker);
    await worker.terminate();
  }

  /** Ends all threads, whatever they are doing; `work` does not resolve any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#workers].map((worker) => worker.terminate()));
    this.#workers.clear();
  }

  #perform(worker: Worker, index: number, order: CaseOrder): Promise<EndedCase> {
    return new Promise((resolve, reject) => {
      const { label, scenario, run } = order.case;
      const name = printable(`run ${run} of ${scenario.name}${label === "" ? "" : ` (${label})`}`);
      const onMessage = (message: WorkerMessage): void => {
        if (message.kind === "progress") {
          const { now, until, events } = message;
          this.source.progress(index, until === null || until <= 0 ? 0 : Math.min(1, Math.max(0, now / until)), events);
          return;
        }
        release();
        if (message.kind === "done") resolve(message.ended);
        else reject(errorOf(message.error));
      };
      const onError = (error: Error): void => {
        release();
        reject(deathOf(error, name));
      };
      const onExit = (code: number): void => {
        release();
        if (!this.#stopped) reject(new Error(`a worker thread ended with code ${code} in ${name}`));
      };
      const release = (): void => {
        worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      };
      worker.on("message", onMessage).on("error", onError).on("exit", onExit);
      worker.postMessage(order);
    });
  }
}

/** What ended a thread that could not tell itself. */
function deathOf(error: Error, name: string): Error {
  if ("code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY") {
    const hint =
      "simulate less at once with -j 1, give Node more with NODE_OPTIONS=--max-old-space-size=8000, or shorten it";
    return new CommandError(`out of memory in ${name}`, hint);
  }
  return error;
}
