/** What workloads of the group apps have in common, with the defaults of the API server. */
import { type LabelSelector, matches } from "../../model/labels.js";
import type { PodTemplate } from "../../model/objects.js";
import type { Field } from "../documents/field.js";
import { readSelector } from "./names.js";
import { readPodTemplate, readWorkloadTemplate } from "./pod-template.js";

export interface TemplatedSpec {
  readonly selector: LabelSelector;
  readonly template: PodTemplate;
  readonly minReadySeconds: number;
}

export interface ReplicatedSpec extends TemplatedSpec {
  readonly replicas: number;
}

export function readReplicated(root: Field): ReplicatedSpec {
  return { ...readTemplated(root), replicas: root.at("spec", "replicas").integer(1, 0) };
}

/** Of a workload whose number of pods does not stand in its manifest. */
export function readTemplated(root: Field): TemplatedSpec {
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
    selector,
    template: read,
    minReadySeconds: spec.at("minReadySeconds").integer(0, 0),
  };
}
