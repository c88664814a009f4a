/** Where requests are told to: every recorder that makes rows of them. */
import type { Micros } from "../engine/duration.js";
import type { DnsRecorder } from "../metrics/dns-recorder.js";
import type { RequestRecorder } from "../metrics/request-recorder.js";
import type { FinishedRequest, RequestSink } from "../model/recording.js";

export class RecordingSink implements RequestSink {
  constructor(
    private readonly requests: RequestRecorder,
    private readonly lookups: DnsRecorder,
  ) {}

  arrived(traffic: number, now: Micros): void {
    this.requests.arrived(traffic, now);
  }

  finished(request: FinishedRequest): void {
    this.requests.finished(request);
    this.lookups.finished(request);
  }
}
