/** Pods that no workload has made, with the defaults of the API server. */
import { NEW_POD_STATUS, newMetadata } from "../../model/objects.js";
import type { ManifestKind } from "./kind.js";
import { readPodTemplate } from "./pod-template.js";

export const pod: ManifestKind<"Pod"> = {
  kind: "Pod",
  apiVersion: "v1",
  type: "V1Pod",
  names: "subdomain",
  namespaced: true,
  fields: { modelled: { V1Pod: "apiVersion kind metadata spec" } },
  read(root, namespace, name) {
    const { labels, annotations, spec } = readPodTemplate(root);
    const policy = root.at("spec", "restartPolicy");
    if (policy.oneOf(["Always", "OnFailure", "Never"], "Always") !== "Always") {
      policy.warn(`restartPolicy ${policy.text()} is not modelled: containers are restarted always`, "", true);
    }
    return {
      kind: "Pod",
      metadata: { ...newMetadata(namespace, name, labels), annotations },
      spec,
      status: NEW_POD_STATUS,
    };
  },
};
