/**
 * Records requests as they end: bins for the timeline, totals, failures by cause and by churn event, sampled rows.
 * The number of bytes a request is small: a time, a latency and a few counters.
 */
import type { Micros } from "../engine/duration.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import type { Key } from "../engine/random.js";
import { CAUSES, type Cause, OUTCOMES, type Outcome } from "../model/outcome.js";
import type { FinishedRequest, RequestSink } from "../model/recording.js";
import type { EntryTotals, FailureRow, TimelineRow, Totals } from "../model/result.js";
import type { RequestSampling } from "../model/scenario.js";
import { ArrivalTimes } from "./arrival-times.js";
import { EventFailures } from "./event-failures.js";
import { Fingerprint } from "./fingerprint.js";
import { Latencies } from "./latencies.js";
import { OutcomeCounts, totalsOf } from "./outcome-counts.js";
import { PairCounts } from "./pair-counts.js";
import { meantPodOf, type RequestEntry, RequestRows } from "./request-row.js";
import { isSampled } from "./sampled.js";

/** What a bin counts, by the fields of a timeline's rows: they take all of it as it is. */
export const NO_COUNTS = {
  requests: 0,
  ok: 0,
  /** Attempts beyond the first of each request. */
  retries: 0,
  dnsQuestions: 0,
  dnsFailures: 0,
} satisfies Partial<TimelineRow>;

/** One time bin of one traffic entry. A request belongs to the bin of its arrival. */
export class RequestBin {
  readonly counts = { ...NO_COUNTS };
  /** Requests whose outcome fell into this bin, whenever they arrived. */
  ended = 0;
  readonly latencies = new Latencies();
  readonly failures = new PairCounts<Outcome, Cause | "">();
}

export interface RecorderOptions {
  readonly entries: readonly RequestEntry[];
  readonly interval: Micros;
  readonly warmup: Micros;
  readonly sampling: RequestSampling;
  readonly samplingKey: Key;
  readonly rootOf: (fact: FactId) => FactId;
}

export class RequestRecorder implements RequestSink {
  readonly bins: RequestBin[][];
  readonly sampled = new RequestRows();
  /** Failed requests by the pod that was meant and the name of whose rules had chosen it, else of the client's place. */
  readonly byPodAndHolder = new PairCounts<string, string>();
  /** Failed requests by the pod that was meant and that of the client. */
  readonly byPodAndClient = new PairCounts<string, string>();
  readonly fingerprint = new Fingerprint();
  /** Requests that arrived so far. */
  arrivals = 0;
  /** When they did, by traffic entry. */
  readonly arrivalTimes: readonly ArrivalTimes[];
  /** Requests behind the warm-up, by traffic entry. */
  private readonly outcomes: readonly OutcomeCounts[];
  /** By the churn event at the root of the cause, then by traffic entry. */
  private readonly byEvent = new Map<FactId, EventFailures[]>();

  constructor(private readonly options: RecorderOptions) {
    this.bins = options.entries.map(() => []);
    this.arrivalTimes = options.entries.map(() => new ArrivalTimes());
    this.outcomes = options.entries.map(() => new OutcomeCounts());
  }

  arrived(traffic: number, now: Micros): void {
    this.arrivals++;
    this.arrivalTimes[traffic]?.add(now);
    this.bin(traffic, now).counts.requests++;
  }

  finished(request: FinishedRequest): void {
    const bin = this.bin(request.traffic, request.arrivedAt);
    const { counts } = bin;
    this.bin(request.traffic, request.finishedAt).ended++;
    counts.retries += Math.max(0, request.attempts - 1);
    counts.dnsQuestions += request.dnsQuestions;
    counts.dnsFailures += request.dnsFailures;
    const { outcome } = request;
    const { fingerprint } = this;
    fingerprint.number(request.arrivedAt + request.traffic / 1024);
    fingerprint.number(request.finishedAt);
    fingerprint.number(request.endpoint);
    if (outcome === "ok") {
      counts.ok++;
      if (request.arrivedAt >= this.options.warmup) this.countsOf(request).ok++;
      bin.latencies.add(request.finishedAt - request.arrivedAt);
    } else {
      this.failed(request, bin);
    }
    const { sampling, samplingKey } = this.options;
    if (isSampled(sampling, samplingKey, request)) this.sampled.add(request, this.entryOf(request));
  }

  /** Totals behind the warm-up. */
  totals(): Totals {
    return totalsOf(
      this.outcomes,
      this.bins.flatMap((bins) => this.countedOf(bins)),
    );
  }

  /** The same of each traffic entry. */
  entryTotals(): EntryTotals[] {
    return this.options.entries.map(({ name, target }, index) => ({
      traffic: name,
      target,
      totals: totalsOf(this.outcomes.slice(index, index + 1), this.countedOf(this.bins[index] ?? [])),
    }));
  }

  /** Failures of a traffic entry that a churn event is the root of; null without any. */
  failuresOf(event: FactId, traffic: number): EventFailures | null {
    return this.byEvent.get(event)?.[traffic] ?? null;
  }

  /** Rows of `failures.csv`, by time, entry, outcome, cause. */
  failureRows(): FailureRow[] {
    const rows: FailureRow[] = [];
    const longest = this.bins.reduce((length, bins) => Math.max(length, bins.length), 0);
    for (let index = 0; index < longest; index++) {
      this.options.entries.forEach((entry, traffic) => {
        const failures = this.bins[traffic]?.[index]?.failures;
        if (failures === undefined || failures.isEmpty) return;
        for (const outcome of OUTCOMES) {
          for (const { name: cause } of CAUSES) {
            const count = failures.of(outcome, cause);
            if (count === 0) continue;
            rows.push({
              t: index * this.options.interval,
              traffic: entry.name,
              target: entry.target,
              outcome,
              cause,
              count,
            });
          }
        }
      });
    }
    return rows;
  }

  private failed(request: FinishedRequest, bin: RequestBin): void {
    const { outcome, cause, causeFact, arrivedAt } = request;
    bin.failures.add(outcome, cause);
    if (arrivedAt >= this.options.warmup) this.countsOf(request).failed(outcome, cause);
    this.fingerprint.text(`${outcome}/${cause}`);
    this.fingerprint.number(causeFact);
    const root = causeFact === NO_FACT ? NO_FACT : this.options.rootOf(causeFact);
    const entries = this.byEvent.get(root) ?? [];
    this.byEvent.set(root, entries);
    const failures = entries[request.traffic] ?? new EventFailures();
    entries[request.traffic] = failures;
    failures.add(arrivedAt);
    const pod = meantPodOf(request);
    this.byPodAndHolder.add(pod, request.basis?.holder ?? request.client?.place.name ?? "");
    this.byPodAndClient.add(pod, request.client?.pod ?? "");
  }

  private entryOf({ traffic }: FinishedRequest): RequestEntry {
    return this.options.entries[traffic] as RequestEntry;
  }

  private countsOf({ traffic }: FinishedRequest): OutcomeCounts {
    return this.outcomes[traffic] as OutcomeCounts;
  }

  /** Those of an entry's bins that begin behind the warm-up. */
  private countedOf(bins: readonly RequestBin[]): readonly RequestBin[] {
    const { interval, warmup } = this.options;
    return bins.filter((_, index) => index * interval >= warmup);
  }

  private bin(traffic: number, time: Micros): RequestBin {
    const bins = this.bins[traffic] as RequestBin[];
    const index = Math.floor(time / this.options.interval);
    for (let i = bins.length; i <= index; i++) bins.push(new RequestBin());
    return bins[index] as RequestBin;
  }
}
