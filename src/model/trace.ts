/**
 * Kinds of facts: every state change, write and fault that can be part of an explanation. One row a kind; the sentence is
 * what `explain` prints, with {subject} and {detail} filled in.
 */
export const FactKind = {
  initial: 0,
  churn: 1,
  objectCreated: 2,
  objectUpdated: 3,
  objectDeleted: 4,
  deletionRequested: 5,
  podScheduled: 6,
  podUnschedulable: 7,
  sandboxCreated: 8,
  addressAssigned: 9,
  imagePulled: 10,
  containerStarted: 11,
  processListening: 12,
  probeFailed: 13,
  probeSucceeded: 14,
  podReady: 15,
  podNotReady: 16,
  terminationStarted: 17,
  preStopFinished: 18,
  sigtermSent: 19,
  sigkillSent: 20,
  processStopsAccepting: 21,
  containerExited: 22,
  containerCrashed: 23,
  addressReleased: 24,
  nodeCrashed: 25,
  nodeUnknown: 26,
  nodeTainted: 27,
  evictionPlanned: 28,
  endpointsChanged: 29,
  recordsSynced: 30,
  addressExhausted: 31,
} as const;
export type FactKind = (typeof FactKind)[keyof typeof FactKind];

export interface FactKindInfo {
  /** Name in `events.csv`. */
  readonly name: string;
  readonly sentence: string;
}

/** Index is the FactKind. */
export const FACT_KINDS: readonly FactKindInfo[] = [
  { name: "initial", sentence: "{subject} existed at time zero" },
  { name: "churn", sentence: "churn: {subject} {detail}" },
  { name: "object-created", sentence: "{subject} was created {detail}" },
  { name: "object-updated", sentence: "{subject} was changed: {detail}" },
  { name: "object-deleted", sentence: "{subject} disappeared from the API" },
  { name: "deletion-requested", sentence: "{subject} was marked for deletion {detail}" },
  { name: "pod-scheduled", sentence: "{subject} was bound to {detail}" },
  { name: "pod-unschedulable", sentence: "{subject} could not be scheduled: {detail}" },
  { name: "sandbox-created", sentence: "the sandbox of {subject} was created" },
  { name: "address-assigned", sentence: "{subject} got the address {detail}" },
  { name: "image-pulled", sentence: "{subject}: the image {detail} was pulled" },
  { name: "container-started", sentence: "{subject}: the container {detail} was started" },
  { name: "process-listening", sentence: "{subject} listens on {detail}" },
  { name: "probe-failed", sentence: "the readiness probe of {subject} failed {detail}" },
  { name: "probe-succeeded", sentence: "the readiness probe of {subject} succeeded {detail}" },
  { name: "pod-ready", sentence: "{subject} was reported Ready" },
  { name: "pod-not-ready", sentence: "{subject} was reported NotReady {detail}" },
  { name: "termination-started", sentence: "the kubelet began to terminate {subject}" },
  { name: "pre-stop-finished", sentence: "the preStop hook of {subject} ended" },
  { name: "sigterm-sent", sentence: "{subject} received SIGTERM" },
  { name: "sigkill-sent", sentence: "{subject} received SIGKILL" },
  { name: "process-stops-accepting", sentence: "{subject} stopped accepting connections" },
  { name: "container-exited", sentence: "{subject}: the container {detail} ended" },
  { name: "container-crashed", sentence: "{subject}: the container {detail} crashed" },
  { name: "address-released", sentence: "{subject} lost the address {detail}" },
  { name: "node-crashed", sentence: "{subject} crashed" },
  { name: "node-unknown", sentence: "{subject} was marked Unknown after its lease had expired" },
  { name: "node-tainted", sentence: "{subject} was tainted {detail}" },
  { name: "eviction-planned", sentence: "{subject} will be evicted {detail}" },
  { name: "endpoints-changed", sentence: "the endpoints of {subject} changed: {detail}" },
  { name: "records-synced", sentence: "{subject} has its first records" },
  { name: "address-exhausted", sentence: "{subject}: {detail}" },
];
