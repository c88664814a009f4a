/** The writes of one sync of a Service, each with the newest of the inputs that changed what it writes. */
import type { Why } from "../apiserver/client.js";
import type { RevisionOf } from "../apiserver/log.js";
import type { EndpointSlice, Pod, Service } from "../model/objects.js";
import { FactKind } from "../model/trace.js";
import { heldSince, newestFact } from "./causes.js";
import { endpointOf, endpointPorts } from "./endpoint.js";
import { describeChanges, type EndpointChange, endpointChanges } from "./endpointslice-change.js";
import { placeOf } from "./sorted-place.js";

/** What a sync has read. */
export interface SyncInputs {
  /** Of the Service, "namespace/name". */
  readonly key: string;
  /** Null: the Service is gone, and so shall be its slices. */
  readonly service: RevisionOf<"Service"> | null;
  /** The revision that deleted the Service. */
  readonly deletion: RevisionOf<"Service"> | null;
  readonly slices: readonly RevisionOf<"EndpointSlice">[];
  /** Pods that the Service selects, sorted by name. */
  readonly pods: readonly RevisionOf<"Pod">[];
  /** Pods that are no longer selected, by name, with the revision that says so. */
  readonly departed: ReadonlyMap<string, RevisionOf<"Pod">>;
}

export interface SliceWrite {
  readonly action: "create" | "update" | "delete";
  readonly slice: EndpointSlice;
  /** The revision that is replaced or deleted. */
  readonly base: RevisionOf<"EndpointSlice"> | null;
  readonly why: Why;
}

type Input = RevisionOf<"Pod"> | RevisionOf<"Service"> | null;

export function sliceWrite(action: SliceWrite["action"], slice: EndpointSlice, inputs: SyncInputs): SliceWrite {
  const { name } = slice.metadata;
  const base = inputs.slices.find(({ object }) => object.metadata.name === name) ?? null;
  const changes = endpointChanges(base?.object ?? null, action === "delete" ? null : slice);
  const cause = newestFact([...changes.map((change) => inputOf(change, inputs)), serviceInput(inputs)]);
  return { action, slice, base, why: { cause, kind: FactKind.endpointsChanged, detail: describeChanges(changes) } };
}

/** The revision of a pod since which its endpoint is as it will be. */
function inputOf({ before, after }: EndpointChange, { service, pods, departed }: SyncInputs): Input {
  const name = (after ?? before)?.pod ?? "";
  const pod = pods[placeOf(pods, name, nameOf)];
  if (service === null || pod === undefined || nameOf(pod) !== name) return departed.get(name) ?? null;
  return heldSince(pod, (object) => isSameOutcome(service.object, object, pod.object));
}

function serviceInput({ service, deletion }: SyncInputs): Input {
  return service === null ? deletion : heldSince(service, (object) => object.spec === service.object.spec);
}

function nameOf({ object }: RevisionOf<"Pod">): string {
  return object.metadata.name;
}

/** Whether a pod's two states give the same endpoint, on the same ports, or both none. */
function isSameOutcome(service: Service, former: Pod, pod: Pod): boolean {
  const [x, y] = [endpointOf(service, former, ""), endpointOf(service, pod, "")];
  if (x === null || y === null) return x === y;
  if (x.address !== y.address || x.ready !== y.ready || x.serving !== y.serving) return false;
  if (x.terminating !== y.terminating || former.metadata.labels !== pod.metadata.labels) return false;
  const [xs, ys] = [endpointPorts(service, former), endpointPorts(service, pod)];
  return xs.length === ys.length && xs.every((port, i) => port.port === ys[i]?.port);
}
