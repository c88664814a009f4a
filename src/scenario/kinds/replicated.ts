/** Deployments and ReplicaSets, with the defaults of the API server. */
import { type LabelSelector, matches } from "../../model/labels.js";
import {
  type Deployment,
  newMetadata,
  type PodTemplate,
  type ReplicaSet,
  type RollingUpdate,
} from "../../model/objects.js";
import { type Field, quoted } from "../documents/field.js";
import { readAnnotations, readLabels, readSelector } from "./names.js";
import { readPodTemplate, readWorkloadTemplate } from "./pod.js";

interface WorkloadSpec {
  readonly replicas: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplate;
  readonly minReadySeconds: number;
}

export function readDeployment(root: Field, namespace: string, name: string): Deployment {
  const spec = readWorkload(root);
  return {
    kind: "Deployment",
    metadata: {
      ...newMetadata(namespace, name, readLabels(root.at("metadata", "labels"))),
      annotations: readAnnotations(root.at("metadata", "annotations")),
    },
    spec: { ...spec, rollingUpdate: readStrategy(root.at("spec", "strategy")) },
    status: { replicas: 0, updated: 0, ready: 0, available: 0 },
  };
}

export function readReplicaSet(root: Field, namespace: string, name: string): ReplicaSet {
  return {
    kind: "ReplicaSet",
    metadata: {
      ...newMetadata(namespace, name, readLabels(root.at("metadata", "labels"))),
      annotations: readAnnotations(root.at("metadata", "annotations")),
    },
    spec: readWorkload(root),
    status: { replicas: 0, ready: 0, available: 0 },
  };
}

function readWorkload(root: Field): WorkloadSpec {
  const spec = root.at("spec");
  if (!spec.present) root.error("spec is required");
  const selector = readSelector(spec.at("selector"));
  const template = spec.at("template");
  const read = template.present ? readWorkloadTemplate(template) : readPodTemplate(template);
  if (spec.at("selector").present) {
    const isEmpty = Object.keys(selector.matchLabels).length + selector.matchExpressions.length === 0;
    if (isEmpty) spec.at("selector").error("an empty selector would match every pod", "name the template's labels");
    else if (template.present && !matches(selector, read.labels)) {
      spec.at("selector").error("the selector does not match the template's labels", "Kubernetes refuses this");
    }
  }
  return {
    replicas: spec.at("replicas").integer(1, 0),
    selector,
    template: read,
    minReadySeconds: spec.at("minReadySeconds").integer(0, 0),
  };
}

/** Null for Recreate. */
function readStrategy(field: Field): RollingUpdate | null {
  const rolling = field.at("rollingUpdate");
  if (field.at("type").oneOf(["RollingUpdate", "Recreate"], "RollingUpdate") === "Recreate") {
    if (rolling.present) rolling.error("has no place in the strategy Recreate");
    return null;
  }
  const maxSurge = readShare(rolling.at("maxSurge"));
  const maxUnavailable = readShare(rolling.at("maxUnavailable"));
  if (isZero(maxSurge) && isZero(maxUnavailable)) {
    rolling.error("maxSurge and maxUnavailable cannot both be 0", "no pod could ever be replaced");
  }
  if (typeof maxUnavailable === "string" && Number.parseInt(maxUnavailable, 10) > 100) {
    rolling.at("maxUnavailable").error("cannot be more than 100%");
  }
  return { maxSurge, maxUnavailable };
}

function readShare(field: Field): number | string {
  if (typeof field.value !== "string") return field.present ? field.integer(0, 0) : "25%";
  if (!/^\d{1,6}%$/.test(field.value)) field.error(`must be a count or a percentage, not ${quoted(field.value)}`);
  return field.value;
}

function isZero(share: number | string): boolean {
  return share === 0 || share === "0%";
}
