/** What the API has been told of one pod, and what it is to be told next, up to the deletion of its object. */
import type { WriteResult } from "../apiserver/client.js";
import type { Context } from "../engine/context.js";
import type { Micros } from "../engine/duration.js";
import { Phase } from "../engine/event-queue.js";
import type { FactId } from "../engine/facts.js";
import { keyOf, type Pod, type PodStatus } from "../model/objects.js";
import type { PodRelist } from "./pod-relist.js";
import { describeStatusChange, nextPodStatus, type ObservedPod, sameStatus } from "./pod-status.js";
import type { PodStatusWriter, PodWrite, StatusSource } from "./pod-status-writer.js";

export class PodReport implements StatusSource {
  readonly podKey: string;
  readonly createdAt: Micros;
  /** The newest fact that changed the status. */
  cause: FactId;
  private status: PodStatus;
  /** Of the newest write, which may be under way. */
  private lastWritten: PodStatus;
  /** Of the newest write that was answered. */
  private answered: PodStatus;
  /** `confirmed`: a relist has been made since the pod ended, so that its object may go. */
  private ending: "none" | "reported" | "confirmed" = "none";
  private stopped = false;

  /** `deleted` is called when the object of an ended pod has been deleted. */
  constructor(
    private readonly context: Context,
    pod: Pod,
    private readonly writer: PodStatusWriter,
    private readonly relist: PodRelist,
    private readonly deleted: () => void,
  ) {
    this.podKey = keyOf(pod);
    this.createdAt = pod.metadata.creationTimestamp;
    this.cause = context.simulation.cause;
    this.status = pod.status;
    this.lastWritten = pod.status;
    this.answered = pod.status;
  }

  /** The pod has ended and its end was reported, or is about to be. */
  get ended(): boolean {
    return this.ending !== "none";
  }

  /** Reports what is seen; once it tells an end, the object's deletion follows. */
  update(observed: ObservedPod): void {
    this.status = nextPodStatus(this.status, observed, this.context.now);
    if (!sameStatus(this.lastWritten, this.status)) this.writer.request(this);
    if (observed.end === null) return;
    this.ending = "reported";
    this.context.at(this.relist.after(this.context.now), Phase.write, confirmed, this as PodReport);
  }

  /** Nothing is left to report: the object is gone. */
  stop(): void {
    this.stopped = true;
  }

  takeWrite(): PodWrite | null {
    if (this.stopped) return null;
    if (sameStatus(this.lastWritten, this.status)) {
      return this.ending === "confirmed" ? { kind: "delete", why: { cause: this.cause } } : null;
    }
    const why = { cause: this.cause, ...describeStatusChange(this.lastWritten, this.status) };
    this.lastWritten = this.status;
    return { kind: "status", status: this.status, why };
  }

  written(write: PodWrite, { status }: WriteResult): void {
    if (status === "unavailable") {
      this.lastWritten = this.answered;
      return;
    }
    if (write.kind === "status") this.answered = write.status;
    if (this.stopped) return;
    if (write.kind === "delete") this.deleted();
    else if (this.ended && write.status === this.status) this.cause = this.context.simulation.cause;
    if (write.kind === "status" && this.ending === "confirmed") this.writer.request(this);
  }

  /** @internal */
  confirmed(): void {
    this.ending = "confirmed";
    this.writer.request(this);
  }
}

function confirmed(report: PodReport): void {
  report.confirmed();
}
