/** What the API has been told of one pod, and what it is to be told next, up to the deletion of its object. */
import type { WriteResult } from "../apiserver/client.js";
import type { Context } from "../engine/context.js";
import { MILLISECOND, type Micros } from "../engine/duration.js";
import { Phase } from "../engine/event-queue.js";
import type { FactId } from "../engine/facts.js";
import { keyOf, type Pod, type PodStatus } from "../model/objects.js";
import { describeStatusChange, nextPodStatus, type ObservedPod, sameStatus } from "./pod-status.js";
import type { PodStatusWriter, PodWrite, StatusSource } from "./pod-status-writer.js";

/** Volumes are polled at this interval until they are unmounted; the object is deleted afterwards. */
const UNMOUNT_POLLING: Micros = 100 * MILLISECOND;

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
  private ending: "none" | "reported" | "unmounted" = "none";
  private stopped = false;

  /** `deleted` is called when the object of an ended pod has been deleted. */
  constructor(
    private readonly context: Context,
    pod: Pod,
    private readonly writer: PodStatusWriter,
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
    if (observed.end !== null) this.ending = "reported";
    if (!sameStatus(this.lastWritten, this.status)) this.writer.request(this);
    else if (observed.end !== null) this.unmount();
  }

  /** Nothing is left to report: the object is gone. */
  stop(): void {
    this.stopped = true;
  }

  takeWrite(): PodWrite | null {
    if (this.stopped) return null;
    if (this.ending === "unmounted") return { kind: "delete", why: { cause: this.cause } };
    if (sameStatus(this.lastWritten, this.status)) return null;
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
    else if (this.ending === "reported" && write.status === this.status) this.unmount();
  }

  /** @internal */
  unmounted(): void {
    this.ending = "unmounted";
    this.writer.request(this);
  }

  private unmount(): void {
    this.cause = this.context.simulation.cause;
    this.context.after(UNMOUNT_POLLING, Phase.write, unmounted, this as PodReport);
  }
}

function unmounted(report: PodReport): void {
  report.unmounted();
}
