/** Which Service an EndpointSlice belongs to. */
import { type EndpointSlice, objectKey } from "./objects.js";

/** Names the Service of a slice, before its owner does. */
export const SERVICE_NAME_LABEL = "kubernetes.io/service-name";

/** "namespace/name" of the Service; null when neither label nor owner names one. */
export function serviceKeyOf(slice: EndpointSlice): string | null {
  const { namespace, owner, labels } = slice.metadata;
  const name = labels[SERVICE_NAME_LABEL] ?? (owner?.kind === "Service" ? owner.name : undefined);
  return name === undefined ? null : objectKey(namespace, name);
}
