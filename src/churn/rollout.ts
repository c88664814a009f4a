/** An application update: a new image, or a restart as `kubectl rollout restart` does it. */
import * as z from "zod";
import { formatDuration } from "../engine/duration.js";
import { Phase } from "../engine/event-queue.js";
import type { PodTemplate } from "../model/objects.js";
import { churnAction } from "./action.js";
import { checkContainer } from "./container-of.js";
import { patchWorkloads } from "./patch-workloads.js";
import { restartedTemplate } from "./restarted-template.js";
import { workload } from "./targets/workload.js";

export const rollout = churnAction({
  name: "rollout",
  summary: "Gives a workload a new image, or restarts it when no image or the present one is given.",
  target: workload,
  phase: Phase.write,
  rollsOut: true,
  parameters: z.strictObject({
    image: z.string().min(1).optional().describe("The new image; without it the workload is restarted."),
    container: z.string().min(1).optional().describe("Which container gets the image; the first one by default."),
  }),
  check: (_target, { container }, entry) => checkContainer(container, entry),
  start(cluster, { target, keys }, { image, container }) {
    const restartedAt = formatDuration(cluster.context.now);
    const detail = image === undefined ? "restarted" : `image ${image}`;
    patchWorkloads(cluster, target.workload.kind, keys, detail, (object, row) => {
      const template = row.template(object);
      const updated = image === undefined ? null : withImage(template, image, container);
      return row.withTemplate(object, updated ?? restartedTemplate(template, restartedAt));
    });
  },
});

/** Null when the container has this image already, or does not exist. */
function withImage(template: PodTemplate, image: string, container: string | undefined): PodTemplate | null {
  const name = container ?? template.spec.containers[0]?.name;
  if (!template.spec.containers.some((each) => each.name === name && each.image !== image)) return null;
  const containers = template.spec.containers.map((each) => (each.name === name ? { ...each, image } : each));
  return { ...template, spec: { ...template.spec, containers } };
}
