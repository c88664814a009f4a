/** Pods and pod templates, with the defaults of the API server. */
import type { Labels } from "../../model/labels.js";
import {
  NEW_POD_STATUS,
  newMetadata,
  type Pod,
  type PodSpec,
  type PodTemplate,
  type Toleration,
} from "../../model/objects.js";
import { type Field, quoted } from "../documents/field.js";
import { readContainer } from "./container.js";
import { isDnsLabel, readAnnotations, readLabels } from "./names.js";
import { readPodDns } from "./pod-dns.js";

const DEFAULT_GRACE_SECONDS = 30;

export function readPod(root: Field, namespace: string, name: string): Pod {
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
}

/** Reads `metadata` and `spec` of a pod or a template. */
export function readPodTemplate(field: Field): PodTemplate {
  const labels = readLabels(field.at("metadata", "labels"));
  const annotations = readAnnotations(field.at("metadata", "annotations"));
  warnOfMesh(field, { ...labels, ...annotations });
  return { labels, annotations, spec: readPodSpec(field.at("spec")) };
}

/** A template of a workload: its pods are always restarted. */
export function readWorkloadTemplate(field: Field): PodTemplate {
  const policy = field.at("spec", "restartPolicy");
  if (policy.present && policy.text("Always") !== "Always")
    policy.error("must be Always in a template of replicated pods");
  return readPodTemplate(field);
}

function readPodSpec(spec: Field): PodSpec {
  const grace = spec.at("terminationGracePeriodSeconds").integer(DEFAULT_GRACE_SECONDS, 0);
  const containers = spec.at("containers");
  if (Array.isArray(containers.value) && containers.value.length === 0) containers.error("a pod needs a container");
  const names = new Set<string>();
  for (const container of containers.items()) {
    const name = container.at("name").text();
    if (names.has(name) && name !== "") container.at("name").error(`a second container is named ${quoted(name)}`);
    names.add(name);
  }
  return {
    containers: containers.items().map((each) => readContainer(each, grace)),
    nodeName: spec.at("nodeName").text(),
    nodeSelector: readLabels(spec.at("nodeSelector")),
    tolerations: spec.at("tolerations").items().map(readToleration),
    terminationGracePeriodSeconds: grace,
    hostname: readLabel(spec.at("hostname")),
    subdomain: readLabel(spec.at("subdomain")),
    hostNetwork: spec.at("hostNetwork").boolean(),
    ...readPodDns(spec),
  };
}

function readLabel(field: Field): string {
  const text = field.text();
  if (text !== "" && !isDnsLabel(text)) field.error(`${quoted(text)} is no DNS label`);
  return text;
}

function readToleration(field: Field): Toleration {
  const key = field.at("key").text();
  const operator = field.at("operator").oneOf(["Exists", "Equal"], "Equal");
  const effect = field.at("effect").oneOf(["NoSchedule", "PreferNoSchedule", "NoExecute"] as const, "NoExecute");
  const everyEffect = field.at("effect").text() === "";
  const seconds = field.at("tolerationSeconds");
  if (key === "" && operator !== "Exists") field.error("a toleration without a key needs the operator Exists");
  if (operator === "Exists" && field.at("value").text() !== "") field.at("value").error("Exists takes no value");
  if (seconds.present && (everyEffect || effect !== "NoExecute")) seconds.error("needs the effect NoExecute");
  return {
    key,
    operator,
    value: field.at("value").text(),
    effect: everyEffect ? "" : effect,
    tolerationSeconds: seconds.present ? seconds.integer(0, Number.MIN_SAFE_INTEGER) : null,
  };
}

/** Marks by which a mesh adds its proxy to a pod, or to all pods of a namespace. */
const MESH: ReadonlyMap<string, string> = new Map([
  ["sidecar.istio.io/inject", "true"],
  ["istio-injection", "enabled"],
  ["istio.io/dataplane-mode", "ambient"],
  ["linkerd.io/inject", "enabled"],
  ["consul.hashicorp.com/connect-inject", "true"],
]);

export function warnOfMesh(field: Field, marks: Labels): void {
  for (const [key, value] of MESH) {
    if (!Object.hasOwn(marks, key) || marks[key] !== value) continue;
    const text = `${key}: ${value} brings in a mesh, which is not modelled: requests go to the Service without a proxy`;
    field.at("metadata").warn(text, "the verdict may differ", true);
  }
}
