/** What `kubectl rollout restart` writes: a template that is new, because it bears the time. */
import { formatDuration } from "../engine/duration.js";
import type { Cluster } from "../model/cluster.js";
import type { PodTemplate } from "../model/objects.js";

const RESTARTED_AT = "kubectl.kubernetes.io/restartedAt";

export function restartDeployment(cluster: Cluster, key: string): void {
  const time = formatDuration(cluster.context.now);
  cluster.api.patch("Deployment", key, "restarted", (deployment) => {
    const template = restartedTemplate(deployment.spec.template, time);
    return { ...deployment, spec: { ...deployment.spec, template } };
  });
}

/** The template as of a restart at `time`. */
export function restartedTemplate(template: PodTemplate, time: string): PodTemplate {
  return { ...template, annotations: { ...template.annotations, [RESTARTED_AT]: time } };
}
