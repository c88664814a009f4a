/**
 * The EndpointSlice controller of kube-controller-manager (pkg/controller/endpointslice/endpointslice_controller.go,
 * about 1.32; endpointslice reconciler and tracker, 1.36).
 *
 * Pods and Services queue the Services concerned at once (`--endpointslice-updates-batch-period` is 0). A sync reads the
 * reader's stores and writes creates, updates and deletes one after the other; the first error ends it. A sync that would
 * start from slices older than the controller's own last write fails, and is retried after 1, 2, 4, … seconds unless an
 * event comes first. It also removes the slices of a deleted Service, which upstream leaves to the garbage collector.
 */
import type { ApiClient, WriteResult } from "../apiserver/client.js";
import type { RevisionOf } from "../apiserver/log.js";
import type { WatchReader } from "../apiserver/reader.js";
import type { Context } from "../engine/context.js";
import { SECOND } from "../engine/duration.js";
import { type EndpointSlice, keyOf } from "../model/objects.js";
import { reconcileEndpointSlices } from "./endpointslice.js";
import { SliceTracker } from "./endpointslice-tracker.js";
import { type SliceWrite, type SyncInputs, sliceWrite } from "./endpointslice-writes.js";
import { OwnedIndex } from "./owned-index.js";
import { endpointChange, servicesToSync } from "./pod-trigger.js";
import { SelectionIndex } from "./selection-index.js";
import { TriggerTimes } from "./trigger-times.js";
import { WorkQueue } from "./work-queue.js";

/** `--concurrent-service-endpoint-syncs`. */
const WORKERS = 5;
/** Delay after a change of slices by somebody else (`endpointSliceChangeMinSyncDelay`), and first retry. */
const SLICE_CHANGE_DELAY = SECOND;
/** A Service is dropped after so many retries without success. */
const MAX_RETRIES = 15;
const TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time";

interface Sync {
  readonly controller: EndpointSliceController;
  readonly inputs: SyncInputs;
  readonly writes: readonly SliceWrite[];
  next: number;
  readonly nodeMissing: boolean;
}

export class EndpointSliceController {
  private readonly queue: WorkQueue;
  private readonly selection: SelectionIndex;
  private readonly slices: OwnedIndex<"EndpointSlice">;
  private readonly tracker = new SliceTracker();
  private readonly triggerTimes = new TriggerTimes();
  private readonly departures = new Map<string, Map<string, RevisionOf<"Pod">>>();
  private readonly deletedServices = new Map<string, RevisionOf<"Service">>();
  private readonly nextOrdinals = new Map<string, number>();
  /** Slices with a write that was not yet answered. */
  private readonly writing = new Set<string>();

  /** Registers its handlers: call it before `reader.start()`. Kinds: Service, Pod, Node, EndpointSlice. */
  constructor(
    context: Context,
    private readonly reader: WatchReader,
    private readonly client: ApiClient,
  ) {
    this.queue = new WorkQueue(context, { workers: WORKERS, firstRetry: SECOND }, (key) => this.sync(key));
    this.selection = new SelectionIndex(reader);
    this.slices = new OwnedIndex(reader, "EndpointSlice", "Service");
    reader.on("Service", (revision) => {
      if (revision.deleted) this.deletedServices.set(revision.key, revision);
      else this.deletedServices.delete(revision.key);
      this.queue.add(revision.key);
    });
    reader.on("Pod", (revision, former) => this.podChanged(revision, former));
    reader.on("EndpointSlice", (revision) => this.sliceChanged(revision));
  }

  private podChanged(revision: RevisionOf<"Pod">, former: RevisionOf<"Pod"> | null): void {
    const change = former === null || revision.deleted ? "endpoint" : endpointChange(former.object, revision.object);
    const sameLabels = former !== null && former.object.metadata.labels === revision.object.metadata.labels;
    if (change === "none" && sameLabels) return;
    const now = revision.deleted ? [] : this.selection.servicesOf(revision.object);
    const before = former === null ? [] : this.selection.servicesOf(former.object);
    for (const key of before) {
      if (now.includes(key)) continue;
      const departed = this.departures.get(key);
      if (departed === undefined) this.departures.set(key, new Map([[revision.object.metadata.name, revision]]));
      else departed.set(revision.object.metadata.name, revision);
    }
    for (const key of servicesToSync(before, now, change)) this.queue.add(key);
  }

  private sliceChanged(revision: RevisionOf<"EndpointSlice">): void {
    const service = this.slices.ownerOf(revision.object);
    if (service === null || this.writing.has(revision.key)) return;
    if (this.tracker.isForeign(service, revision)) this.queue.addAfter(service, SLICE_CHANGE_DELAY);
  }

  private sync(key: string): void {
    const service = this.reader.get("Service", key);
    const slices = this.slices.of(key);
    if (service === null) {
      this.write(this.cleanUp(key, slices));
      return;
    }
    if (service.object.spec.selector === null || Object.keys(service.object.spec.selector).length === 0) {
      this.finish(key);
      return;
    }
    if (this.tracker.isStale(key, this.reader)) {
      this.fail(key);
      return;
    }
    this.write(this.plan(key, service, slices));
  }

  private plan(key: string, service: RevisionOf<"Service">, slices: readonly RevisionOf<"EndpointSlice">[]): Sync {
    const inputs = this.inputsOf(key, service, slices);
    const pods = inputs.pods.map((pod) => pod.object);
    const ordinal = this.nextOrdinals.get(key) ?? firstFreeOrdinal(slices);
    const reconciliation = reconcileEndpointSlices(
      service.object,
      pods,
      slices.map((slice) => slice.object),
      (nodeName) => this.zoneOf(nodeName),
      ordinal,
    );
    const { creates, updates, deletes, nodeMissing } = reconciliation;
    this.nextOrdinals.set(key, ordinal + creates.length);
    const trigger = this.triggerTimes.next(service, pods);
    const writes = [
      ...creates.map((slice) => sliceWrite("create", withTriggerTime(slice, trigger), inputs)),
      ...updates.map((slice) => sliceWrite("update", withTriggerTime(slice, trigger), inputs)),
      ...deletes.map((slice) => sliceWrite("delete", slice, inputs)),
    ];
    return { controller: this, inputs, writes, next: 0, nodeMissing };
  }

  private cleanUp(key: string, slices: readonly RevisionOf<"EndpointSlice">[]): Sync {
    this.tracker.forgetService(key);
    this.triggerTimes.forget(key);
    this.nextOrdinals.delete(key);
    const inputs = this.inputsOf(key, null, slices);
    const writes = slices.map((slice) => sliceWrite("delete", slice.object, inputs));
    return { controller: this, inputs, writes, next: 0, nodeMissing: false };
  }

  private inputsOf(
    key: string,
    service: RevisionOf<"Service"> | null,
    slices: readonly RevisionOf<"EndpointSlice">[],
  ): SyncInputs {
    const deletion = this.deletedServices.get(key) ?? null;
    const departed = new Map(this.departures.get(key));
    return { key, service, deletion, slices, pods: this.selection.podsOf(key), departed };
  }

  /** @internal Sends the next write of a sync, or ends it. */
  write(sync: Sync): void {
    const write = sync.writes[sync.next];
    if (write === undefined) {
      const { key, departed } = sync.inputs;
      if (sync.nodeMissing) this.fail(key);
      else this.finish(key, departed);
      return;
    }
    const { action, slice, base, why } = write;
    const sliceKey = keyOf(slice);
    this.writing.add(sliceKey);
    if (action === "create") this.client.create(slice, why, written, sync);
    else if (action === "delete") this.client.delete("EndpointSlice", sliceKey, null, why, written, sync);
    else if (base !== null) this.client.update(slice, base, why, written, sync);
  }

  /** @internal */
  answered(sync: Sync, { status, revision }: WriteResult): void {
    const { slice, action } = sync.writes[sync.next] as SliceWrite;
    const { key, service } = sync.inputs;
    const sliceKey = keyOf(slice);
    this.writing.delete(sliceKey);
    const gone = status === "not-found" && action === "delete";
    if (status !== "committed" && !gone) {
      this.fail(key);
      return;
    }
    if (revision !== null && service !== null) this.tracker.track(key, revision);
    // somebody else may have written behind us, and that news may have come before our answer
    const known = this.reader.get("EndpointSlice", sliceKey);
    if (known !== null && revision !== null && known.version > revision.version) {
      this.queue.addAfter(key, SLICE_CHANGE_DELAY);
    }
    sync.next++;
    this.write(sync);
  }

  private finish(key: string, departed: ReadonlyMap<string, RevisionOf<"Pod">> = new Map()): void {
    const departures = this.departures.get(key);
    for (const [name, revision] of departed) if (departures?.get(name) === revision) departures.delete(name);
    if (departures?.size === 0) this.departures.delete(key);
    this.queue.forget(key);
    this.queue.done(key);
  }

  private fail(key: string): void {
    if (this.queue.failuresOf(key) < MAX_RETRIES) this.queue.addRateLimited(key);
    else this.queue.forget(key);
    this.queue.done(key);
  }

  private zoneOf(nodeName: string): string | null {
    const node = this.reader.get("Node", nodeName);
    return node === null ? null : (node.object.metadata.labels["topology.kubernetes.io/zone"] ?? "");
  }
}

function written(sync: Sync, result: WriteResult): void {
  sync.controller.answered(sync, result);
}

function withTriggerTime(slice: EndpointSlice, trigger: string | null): EndpointSlice {
  const { [TRIGGER_TIME]: _, ...others } = slice.metadata.annotations;
  const annotations = trigger === null ? others : { ...others, [TRIGGER_TIME]: trigger };
  return { ...slice, metadata: { ...slice.metadata, annotations } };
}

function firstFreeOrdinal(slices: readonly RevisionOf<"EndpointSlice">[]): number {
  let highest = 0;
  for (const { object } of slices) highest = Math.max(highest, Number(/\d+$/.exec(object.metadata.name)?.[0] ?? 0));
  return highest + 1;
}
