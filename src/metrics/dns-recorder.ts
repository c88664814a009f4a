/**
 * Rows of `dns.csv`: the lookups of the requests that are kept, and every lookup that failed, unless nothing is kept at all.
 * Lookups that a client makes on its own account (Envoy, gRPC, HAProxy) belong to no request and have no row.
 */
import { type Micros, SECOND } from "../engine/duration.js";
import type { Key } from "../engine/random.js";
import type { Lookup } from "../model/dns.js";
import type { FinishedRequest } from "../model/recording.js";
import type { DnsRow, Rows } from "../model/result.js";
import type { RequestSampling } from "../model/scenario.js";
import { ColumnTable, LazyRows, orderBy } from "./column-table.js";
import { isSampled } from "./sampled.js";

/** What answered when the client did not have to ask. */
export const CLIENT_CACHE = "client-cache";

export interface DnsRecorderOptions {
  /** Traffic entries; `host` is the name that is looked up, empty when nothing is. */
  readonly entries: readonly { readonly name: string; readonly host: string; readonly resolver: string }[];
  readonly sampling: RequestSampling;
  readonly samplingKey: Key;
}

export class DnsRecorder {
  private readonly kept = new ColumnTable<DnsRow>();
  /** Lookups so far, kept or not: the number of the next one. */
  private lookups = 0;

  constructor(private readonly options: DnsRecorderOptions) {}

  /** By the time at which they began. */
  get rows(): Rows<DnsRow> {
    const { kept } = this;
    return new LazyRows(orderBy(kept.length, kept.numbers("t")), (index) => kept.at(index));
  }

  finished(request: FinishedRequest): void {
    const { lookup } = request;
    if (lookup === null) return;
    const number = this.lookups++;
    const { sampling, samplingKey } = this.options;
    const failed = sampling.kind !== "none" && lookup.status !== "ok";
    if (failed || isSampled(sampling, samplingKey, request)) this.kept.add(this.row(number, request, lookup));
  }

  private row(number: number, request: FinishedRequest, lookup: Lookup): DnsRow {
    const entry = this.options.entries[request.traffic];
    const { answer } = lookup;
    return {
      lookup: number,
      request: request.id,
      t: request.arrivedAt,
      traffic: entry?.name ?? "",
      clientPod: request.client?.pod ?? "",
      name: entry?.host ?? "",
      resolver: entry?.resolver ?? "",
      questions: lookup.questions,
      failedQuestions: lookup.failedQuestions,
      status: lookup.status,
      rcode: answer?.rcode ?? "",
      answeredBy: lookup.cached === true ? CLIENT_CACHE : (answer?.source ?? ""),
      answerAge: answerAge(lookup, request.resolvedAt),
      duration: request.resolvedAt - request.arrivedAt,
      server: answer?.server ?? "",
    };
  }
}

/** How old the answer was when the application got it: in the server's cache, then in the client's. NaN without one. */
export function answerAge({ answer, answeredAt, cached }: Lookup, at: Micros): Micros {
  if (answer === null || answer === undefined) return Number.NaN;
  return (answer.age ?? 0) * SECOND + (cached === true ? at - answeredAt : 0);
}
