import type { Scenario } from "../../model/scenario.js";
import { NAMED_WORKLOADS, type Workload } from "../../model/workload.js";

/** The scenario with this preStop sleep in seconds in every container of its workloads; 0 means no hook. */
export function withPreStop(scenario: Scenario, seconds: number): Scenario {
  const preStopSleepSeconds = seconds === 0 ? null : seconds;
  return {
    ...scenario,
    objects: scenario.objects.map((object) => {
      const kind = NAMED_WORKLOADS.find((each) => each.kind === object.kind);
      if (kind === undefined) return object;
      const workload = object as Workload;
      const template = kind.template(workload);
      const containers = template.spec.containers.map((container) => ({ ...container, preStopSleepSeconds }));
      return kind.withTemplate(workload, { ...template, spec: { ...template.spec, containers } });
    }),
  };
}
