/**
 * The scheduler's queue (pkg/scheduler/backend/queue/scheduling_queue.go): pods to be tried, in the order of their
 * timestamps; pods in backoff, looked at once a second, and since 1.33 whenever there is nothing else to be tried; pods that
 * wait for an event that could help them.
 *
 * Pods are not tried again after five minutes without such an event: whether a pod fits depends on nothing that the
 * scheduler would not see arrive, so that attempt would fail like the one before.
 */
import FastPriorityQueue from "fastpriorityqueue";
import type { RevisionOf } from "../apiserver/log.js";
import { type Micros, SECOND } from "../engine/duration.js";
import type { PodRequest } from "./scheduling-request.js";

/** podInitialBackoffSeconds and podMaxBackoffSeconds. */
const INITIAL_BACKOFF: Micros = SECOND;
const LONGEST_BACKOFF: Micros = 10 * SECOND;
/** The backoff queue is looked at on this grid. */
const FLUSH_PERIOD: Micros = SECOND;

export interface QueuedPod {
  readonly key: string;
  /** The pod as it was created. */
  readonly created: RevisionOf<"Pod">;
  /** The pod as it was last seen. */
  revision: RevisionOf<"Pod">;
  readonly request: PodRequest;
  /** When it was queued, or when it last failed. */
  timestamp: Micros;
  readonly sequence: number;
  /** Attempts begun so far. */
  attempts: number;
  /** Objections of all nodes at the last attempt. */
  objections: number;
  /** The reason that was last reported; empty before the first failure. */
  reason: string;
  state: "active" | "backoff" | "unschedulable" | "taken" | "removed";
}

/** After this long since its failed attempt `attempts` a pod may be tried again: 1, 2, 4, 8, then 10 s. */
export function backoffOf(attempts: number): Micros {
  let backoff = INITIAL_BACKOFF;
  for (let attempt = 1; attempt < attempts && backoff < LONGEST_BACKOFF; attempt++) backoff *= 2;
  return Math.min(backoff, LONGEST_BACKOFF);
}

export class SchedulingQueue {
  private readonly pods = new Map<string, QueuedPod>();
  private readonly active = new FastPriorityQueue<QueuedPod>(before);
  private readonly backoff = new Set<QueuedPod>();
  private readonly unschedulable = new Set<QueuedPod>();
  private sequence = 0;
  /** When the first backoff will be over; null when that has to be found out anew. */
  private firstOver: Micros | null = null;

  /** `phase`: offset of the flush grid, 0 to 1 s. `popsFromBackoff`: an idle scheduler waits for no backoff. */
  constructor(
    private readonly phase: Micros,
    private readonly popsFromBackoff: boolean,
  ) {}

  /** Queues a new pod, or notes its newest revision. */
  add(revision: RevisionOf<"Pod">, request: PodRequest, now: Micros): void {
    const known = this.pods.get(revision.key);
    if (known !== undefined) {
      known.revision = revision;
      return;
    }
    const pod: QueuedPod = {
      key: revision.key,
      created: revision,
      revision,
      request,
      timestamp: now,
      sequence: this.sequence++,
      attempts: 0,
      objections: 0,
      reason: "",
      state: "active",
    };
    this.pods.set(pod.key, pod);
    this.active.add(pod);
  }

  remove(key: string): void {
    const pod = this.pods.get(key);
    if (pod === undefined) return;
    this.pods.delete(key);
    if (this.backoff.delete(pod)) this.firstOver = null;
    this.unschedulable.delete(pod);
    pod.state = "removed";
  }

  /** Whether a pod can be tried. */
  get ready(): boolean {
    while (this.active.peek()?.state === "removed") this.active.poll();
    return !this.active.isEmpty() || (this.popsFromBackoff && this.backoff.size > 0);
  }

  /** The next pod to be tried; null when there is none. */
  take(): QueuedPod | null {
    if (!this.ready) return null;
    const pod = this.active.poll() ?? this.takeFromBackoff();
    pod.attempts++;
    pod.state = "taken";
    return pod;
  }

  /** The attempt failed: the pod waits for an event. */
  fail(pod: QueuedPod, objections: number, now: Micros): void {
    pod.objections = objections;
    pod.timestamp = now;
    pod.state = "unschedulable";
    this.unschedulable.add(pod);
  }

  /** An event has come that may help some of the waiting pods: they are tried again, after their backoff. */
  move(helps: (pod: QueuedPod) => boolean, now: Micros): void {
    for (const pod of this.unschedulable) {
      if (!helps(pod)) continue;
      this.unschedulable.delete(pod);
      if (pod.timestamp + backoffOf(pod.attempts) > now) {
        pod.state = "backoff";
        this.backoff.add(pod);
        this.firstOver = null;
      } else {
        this.activate(pod);
      }
    }
  }

  /** The flush that will next find a pod whose backoff is over; Infinity when none is in backoff. */
  nextFlush(): Micros {
    if (this.firstOver === null) {
      this.firstOver = Number.POSITIVE_INFINITY;
      for (const pod of this.backoff) {
        this.firstOver = Math.min(this.firstOver, pod.timestamp + backoffOf(pod.attempts));
      }
    }
    const over = this.firstOver;
    return over === Number.POSITIVE_INFINITY
      ? over
      : this.phase + Math.ceil((over - this.phase) / FLUSH_PERIOD) * FLUSH_PERIOD;
  }

  flush(now: Micros): void {
    for (const pod of this.backoff) {
      if (pod.timestamp + backoffOf(pod.attempts) > now) continue;
      this.backoff.delete(pod);
      this.firstOver = null;
      this.activate(pod);
    }
  }

  /** The pod whose backoff will be over first, by the second; of equals, the one that is tried first anyway. */
  private takeFromBackoff(): QueuedPod {
    let first: QueuedPod | null = null;
    for (const pod of this.backoff) if (first === null || isOverBefore(pod, first)) first = pod;
    this.backoff.delete(first!);
    this.firstOver = null;
    return first!;
  }

  private activate(pod: QueuedPod): void {
    pod.state = "active";
    this.active.add(pod);
  }
}

function isOverBefore(x: QueuedPod, y: QueuedPod): boolean {
  const [first, second] = [x, y].map((pod) => Math.floor((pod.timestamp + backoffOf(pod.attempts)) / FLUSH_PERIOD));
  return first !== second ? first! < second! : before(x, y);
}

function before(x: QueuedPod, y: QueuedPod): boolean {
  return x.timestamp !== y.timestamp ? x.timestamp < y.timestamp : x.sequence < y.sequence;
}
