/** Pods as controllers make them of a template (pkg/controller/controller_utils.go `GetPodFromTemplate`). */
import { NEW_POD_STATUS, newMetadata, type OwnerReference, type Pod, type PodTemplate } from "../model/objects.js";
import { ordinalText } from "./stable-text.js";

/** The `ordinal`-th pod of an owner, from 0; its name depends on nothing else. */
export function newPod(owner: OwnerReference, namespace: string, template: PodTemplate, ordinal: number): Pod {
  const { labels, annotations, spec } = template;
  const text = ordinalText(`${namespace}/${owner.name}`, ordinal);
  const metadata = newMetadata(namespace, `${owner.name}-${text}`, labels, owner);
  return { kind: "Pod", metadata: { ...metadata, annotations }, spec, status: NEW_POD_STATUS };
}
