/**
 * Creations and deletions of pods that belong together: their answers are counted, and whoever asked goes on after the last
 * one. Creations go out in batches of 1, 2, 4, … (pkg/controller/replicaset/replica_set.go `slowStartBatch`, about 1.32).
 */
import type { ApiClient, Why, WriteResult } from "../apiserver/client.js";
import { keyOf, type Pod } from "../model/objects.js";

/** What the writes of one owner's pods leave behind. */
export interface PodWriteMemory {
  /** The ordinal of the next pod that is created. */
  nextOrdinal: number;
  /** Keys of pods whose creation or deletion is not known to have arrived: whoever watches takes them out. */
  readonly awaited: Set<string>;
}

/** A pod that is to be created, and why. */
export interface NewPod {
  readonly pod: Pod;
  readonly why: Why;
}

/** Goes on when all answers are there; `complete` is false when one was a failure, after which no batch is sent. */
export type AfterPods<P> = (payload: P, complete: boolean) => void;

interface PodWrites {
  readonly client: ApiClient;
  readonly memory: PodWriteMemory;
  /** Makes the pod of an ordinal when it is its turn. */
  readonly next: (ordinal: number) => NewPod;
  /** Creations that are not sent yet. */
  left: number;
  /** How many of them the next batch has, if there are as many. */
  batch: number;
  /** Answers to come. */
  pending: number;
  complete: boolean;
  readonly after: AfterPods<unknown>;
  readonly payload: unknown;
}

interface Call {
  readonly writes: PodWrites;
  readonly podKey: string;
}

/** With a count of 0, `after` runs at once. */
export function createPods<P>(
  client: ApiClient,
  memory: PodWriteMemory,
  count: number,
  next: (ordinal: number) => NewPod,
  after: AfterPods<P>,
  payload: P,
): void {
  const rest = { left: count, batch: 1, pending: 0, complete: true };
  goOn({ client, memory, next, ...rest, after: after as AfterPods<unknown>, payload });
}

/** All at once. A pod that is gone already, or being deleted already, is what was wanted. Without pods, `after` runs at once. */
export function deletePods<P>(
  client: ApiClient,
  memory: PodWriteMemory,
  pods: readonly Pod[],
  whyOf: (pod: Pod) => Why,
  after: AfterPods<P>,
  payload: P,
): void {
  const rest = { left: 0, batch: 0, pending: pods.length, complete: true };
  const writes = { client, memory, next: noPod, ...rest, after: after as AfterPods<unknown>, payload };
  for (const pod of pods) memory.awaited.add(keyOf(pod));
  for (const pod of pods) {
    const podKey = keyOf(pod);
    client.delete("Pod", podKey, null, whyOf(pod), podDeleted, { writes, podKey });
  }
  if (pods.length === 0) goOn(writes);
}

/** Sends the next batch; after the last or a failed one it is the asker's turn. */
function goOn(writes: PodWrites): void {
  const { client, memory } = writes;
  const size = Math.min(writes.left, writes.batch);
  if (size === 0 || !writes.complete) {
    writes.after(writes.payload, writes.complete);
    return;
  }
  writes.left -= size;
  writes.batch *= 2;
  writes.pending = size;
  for (let i = 0; i < size; i++) {
    const { pod, why } = writes.next(memory.nextOrdinal++);
    const podKey = keyOf(pod);
    memory.awaited.add(podKey);
    client.create(pod, why, podCreated, { writes, podKey });
  }
}

function answered({ writes, podKey }: Call, ok: boolean): void {
  if (!ok) {
    writes.complete = false;
    writes.memory.awaited.delete(podKey);
  }
  writes.pending--;
  if (writes.pending === 0) goOn(writes);
}

function podCreated(call: Call, { status }: WriteResult): void {
  answered(call, status === "committed");
}

function podDeleted(call: Call, { status }: WriteResult): void {
  answered(call, status === "committed" || status === "unchanged" || status === "not-found");
}

function noPod(): never {
  throw new Error("deletions create no pod");
}
