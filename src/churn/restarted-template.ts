/** What `kubectl rollout restart` writes: a template that is new, because it bears the time. */
import type { PodTemplate } from "../model/objects.js";

const RESTARTED_AT = "kubectl.kubernetes.io/restartedAt";

/** The template as of a restart at `time`. */
export function restartedTemplate(template: PodTemplate, time: string): PodTemplate {
  return { ...template, annotations: { ...template.annotations, [RESTARTED_AT]: time } };
}
