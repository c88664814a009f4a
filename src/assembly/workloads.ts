/** Which program runs in a container, and how it behaves: the scenario's `workloads`, compiled. */
import { compile } from "../engine/distribution.js";
import { matchesLabels } from "../model/labels.js";
import { type Container, objectsOf, type Pod, type Service } from "../model/objects.js";
import type { Scenario, WorkloadEntry } from "../model/scenario.js";
import { SelectorIndex } from "../model/selector-index.js";
import { selectsPod } from "../model/service-selection.js";
import type { WorkloadSettings } from "../model/settings.js";
import { isPodOf, type Lookup } from "../model/workload.js";
import type { ProgramSettings } from "../traffic/program.js";

export class Workloads {
  private readonly compiled = new Map<WorkloadSettings, ProgramSettings>();
  private readonly services = new SelectorIndex<Service>();

  /** `lookup` gives the API's objects as they are now. */
  constructor(
    private readonly scenario: Scenario,
    private readonly lookup: Lookup,
  ) {
    for (const service of objectsOf(scenario.objects, "Service")) {
      const { metadata, spec } = service;
      if (spec.selector !== null) this.services.add(metadata.namespace, spec.selector, service);
    }
  }

  /** Settings of a container: the last entry that matches its pod, and within it the entry of its image. */
  settingsOf(pod: Pod, container: Container): ProgramSettings {
    const { workloads, defaultWorkload } = this.scenario;
    let settings = defaultWorkload;
    for (const entry of workloads) {
      if (concerns(entry, pod, this.lookup)) settings = entry.images[container.image] ?? entry.settings;
    }
    return this.compile(settings);
  }

  /**
   * TCP ports on which the container's program listens: those it declares, and for the pod's first container also the
   * numeric target ports of Services that select the pod (declaring a port is information, not a condition).
   */
  portsOf(pod: Pod, container: Container): number[] {
    const ports = new Set(container.ports.filter((port) => port.protocol === "TCP").map((port) => port.containerPort));
    if (container === pod.spec.containers[0]) {
      for (const service of this.services.candidates(pod.metadata.namespace, pod.metadata.labels)) {
        if (!selectsPod(service, pod)) continue;
        for (const { targetPort, protocol } of service.spec.ports) {
          const declared = pod.spec.containers.some((each) =>
            each.ports.some((port) => port.containerPort === targetPort),
          );
          if (typeof targetPort === "number" && protocol === "TCP" && !declared) ports.add(targetPort);
        }
      }
    }
    return [...ports].sort((x, y) => x - y);
  }

  private compile(settings: WorkloadSettings): ProgramSettings {
    let compiled = this.compiled.get(settings);
    if (compiled === undefined) {
      compiled = {
        listenAfter: compile(settings.listenAfter),
        readyAfter: compile(settings.readyAfter),
        serviceTime: compile(settings.serviceTime),
        onSigterm: settings.onSigterm,
      };
      this.compiled.set(settings, compiled);
    }
    return compiled;
  }
}

function concerns(entry: WorkloadEntry, pod: Pod, lookup: Lookup): boolean {
  const { metadata } = pod;
  if (entry.workload !== null) return isPodOf(pod, entry.workload, lookup);
  const { selector } = entry;
  if (selector === null) return true;
  return selector.namespace === metadata.namespace && matchesLabels(selector.matchLabels, metadata.labels);
}
