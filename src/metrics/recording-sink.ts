/** Where requests are told to: every recorder that makes rows of them. */
import type { Micros } from "../engine/duration.js";
import type { FinishedRequest, RequestSink } from "../model/recording.js";
import type { DnsRecorder } from "./dns-recorder.js";
import type { RequestRecorder } from "./request-recorder.js";

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
