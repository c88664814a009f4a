/**
 * The kubelet's status manager (pkg/kubelet/status/status_manager.go): one pod after the other, each write a GET and a
 * PATCH, always of the newest status. A pod that has ended is deleted for good by the same queue, after a GET as well. What nobody answered is
 * tried again by the next batch, which a ticker starts (`syncPeriod`); with nothing to try again there is no tick.
 */

import type { ApiClient, Why, WriteResult } from "../apiserver/client.js";
import { type Micros, SECOND } from "../engine/duration.js";
import { Phase } from "../engine/event-queue.js";
import { uniform } from "../engine/random.js";
import type { Pod, PodStatus } from "../model/objects.js";

/** pkg/kubelet/status/status_manager.go. */
const SYNC_PERIOD: Micros = 10 * SECOND;

export type PodWrite =
  | { readonly kind: "status"; readonly status: PodStatus; readonly why: Why }
  | { readonly kind: "delete"; readonly why: Why };

export interface StatusSource {
  /** "namespace/name". */
  readonly podKey: string;
  /** Tells pods of the same name apart. */
  readonly createdAt: Micros;
  /** What to write now; null when there is nothing any more. */
  takeWrite(): PodWrite | null;
  /**
   * The write has ended; the current cause is the revision that stands, if there is one. When it is `unavailable`, nothing
   * was written: the source is asked for a write again later.
   */
  written(write: PodWrite, result: WriteResult): void;
}

interface Turn {
  readonly writer: PodStatusWriter;
  readonly source: StatusSource;
  readonly write: PodWrite;
}

export class PodStatusWriter {
  private readonly waiting = new Set<StatusSource>();
  private writing = false;
  /** Phase of the ticker: kubelets have booted at different times. */
  private readonly phase: Micros;

  constructor(private readonly client: ApiClient) {
    this.phase = Math.floor(uniform(client.context.key("status ticker"), 0) * SYNC_PERIOD);
  }

  /** Asks for a turn; asking again while waiting changes nothing. */
  request(source: StatusSource): void {
    this.waiting.add(source);
    this.next();
  }

  /** @internal */
  patch(turn: Turn): void {
    const { source, write } = turn;
    if (write.kind === "delete") this.client.delete("Pod", source.podKey, 0, write.why, endTurn, turn);
    else this.client.patch("Pod", source.podKey, (pod) => withStatus(pod, turn), write.why, endTurn, turn);
  }

  /** @internal */
  endTurn({ source, write }: Turn, result: WriteResult): void {
    this.writing = false;
    source.written(write, result);
    if (result.status === "unavailable") this.tryAgain(source);
    this.next();
  }

  private tryAgain(source: StatusSource): void {
    const { context } = this.client;
    const ticks = Math.floor((context.now - this.phase) / SYNC_PERIOD) + 1;
    context.at(this.phase + ticks * SYNC_PERIOD, Phase.write, requestAgain, {
      writer: this as PodStatusWriter,
      source,
    });
  }

  private next(): void {
    while (!this.writing && this.waiting.size > 0) {
      const [source] = this.waiting;
      if (source === undefined) return;
      this.waiting.delete(source);
      const write = source.takeWrite();
      if (write === null) continue;
      this.writing = true;
      const turn: Turn = { writer: this, source, write };
      if (this.client.context.now < 0) this.patch(turn);
      else this.client.read("Pod", source.podKey, haveRead, turn);
    }
  }
}

function withStatus(pod: Pod, turn: Turn): Pod | null {
  if (turn.write.kind !== "status" || pod.metadata.creationTimestamp !== turn.source.createdAt) return null;
  return { ...pod, status: { ...turn.write.status, scheduled: pod.status.scheduled } };
}

function haveRead(turn: Turn, result: WriteResult): void {
  if (result.status === "unavailable") turn.writer.endTurn(turn, result);
  else turn.writer.patch(turn);
}

function endTurn(turn: Turn, result: WriteResult): void {
  turn.writer.endTurn(turn, result);
}

function requestAgain({ writer, source }: Pick<Turn, "writer" | "source">): void {
  writer.request(source);
}
