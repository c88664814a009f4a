/**
 * The kubelet's status manager (pkg/kubelet/status/status_manager.go): one pod after the other, each write a GET and a
 * PATCH, always of the newest status. A pod that has ended is deleted for good by the same queue.
 */

import type { ApiClient, Why, WriteResult } from "../apiserver/client.js";
import type { Micros } from "../engine/duration.js";
import type { Pod, PodStatus } from "../model/objects.js";

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
  /** The write was answered; the current cause is the written revision. */
  written(write: PodWrite): void;
}

interface Turn {
  readonly writer: PodStatusWriter;
  readonly source: StatusSource;
  readonly write: PodWrite;
}

export class PodStatusWriter {
  private readonly waiting = new Set<StatusSource>();
  private writing = false;

  constructor(private readonly client: ApiClient) {}

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
  endTurn(turn: Turn): void {
    this.writing = false;
    turn.source.written(turn.write);
    this.next();
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
      if (write.kind === "delete" || this.client.context.now < 0) this.patch(turn);
      else this.client.read("Pod", source.podKey, haveRead, turn);
    }
  }
}

function withStatus(pod: Pod, turn: Turn): Pod | null {
  if (turn.write.kind !== "status" || pod.metadata.creationTimestamp !== turn.source.createdAt) return null;
  return { ...pod, status: { ...turn.write.status, scheduled: pod.status.scheduled } };
}

function haveRead(turn: Turn): void {
  turn.writer.patch(turn);
}

function endTurn(turn: Turn, _result: WriteResult): void {
  turn.writer.endTurn(turn);
}
