/** The histories of workloads: how many pods each wanted, how many were of its present template and available, how many there were. */
import type { Commit, CommitFeed } from "../model/commit-feed.js";
import { entityOf, type Metadata, objectKey } from "../model/objects.js";
import { type AnyWorkloadKind, NAMED_WORKLOADS, WORKLOADS, type WorkloadName } from "../model/workload.js";
import { StepHistory } from "./step-history.js";

export interface WorkloadHistory {
  readonly desired: StepHistory;
  /** Of the desired pods, those of the present template that are available. */
  readonly updated: StepHistory;
  /** Pods that exist, terminating ones included. */
  readonly pods: StepHistory;
}

export class WorkloadHistories {
  private readonly histories = new Map<string, WorkloadHistory>();
  /** By each workload, the one that owns it. */
  private readonly owners = new Map<string, string>();
  private readonly counts = new Map<string, number>();

  constructor(feed: CommitFeed) {
    for (const kind of NAMED_WORKLOADS) feed.onCommit(kind.kind, (commit) => this.changed(commit, kind));
    for (const { kind } of WORKLOADS) {
      feed.onCommit(kind, ({ object }) => {
        const owner = ownerOf(object.metadata);
        if (owner !== null) this.owners.set(entityOf(object), owner);
      });
    }
    feed.onCommit("Pod", ({ object, deleted, previous, time }) => {
      if (deleted || previous === null) this.counted(ownerOf(object.metadata), deleted ? -1 : 1, time);
    });
  }

  /** Of "Deployment/namespace/name"; null for what has never been a workload. */
  of(workload: string): WorkloadHistory | null {
    return this.histories.get(workload) ?? null;
  }

  private changed({ object, deleted, time }: Commit<WorkloadName>, kind: AnyWorkloadKind): void {
    const { desired, updated } = this.historyOf(entityOf(object));
    desired.set(time, deleted ? 0 : kind.desired(object));
    updated.set(time, deleted ? 0 : kind.updated(object));
  }

  /** A pod came or went: it is one of whoever owns it, and of who owns that. */
  private counted(owner: string | null, difference: number, time: number): void {
    for (let each = owner; each !== null; each = this.owners.get(each) ?? null) {
      const count = (this.counts.get(each) ?? 0) + difference;
      this.counts.set(each, count);
      this.histories.get(each)?.pods.set(time, count);
    }
  }

  private historyOf(workload: string): WorkloadHistory {
    let history = this.histories.get(workload);
    if (history === undefined) {
      history = { desired: new StepHistory(), updated: new StepHistory(), pods: new StepHistory() };
      this.histories.set(workload, history);
    }
    return history;
  }
}

function ownerOf({ namespace, owner }: Metadata): string | null {
  return owner === null ? null : `${owner.kind}/${objectKey(namespace, owner.name)}`;
}
