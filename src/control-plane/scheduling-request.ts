/** What a pod asks of a node (pkg/scheduler/framework `PodInfo`, `schedutil.GetNonzeroRequests`). */
import type { PodSpec } from "../model/objects.js";

/** Millicores and bytes. */
export interface Resources {
  readonly cpu: number;
  readonly memory: number;
}

export interface PodRequest extends Resources {
  /** For scoring, a container without a request counts as if it asked for a little. */
  readonly scoredCpu: number;
  readonly scoredMemory: number;
}

/** schedutil.DefaultMilliCPURequest and DefaultMemoryRequest (200 MiB). */
const DEFAULT_CPU = 100;
const DEFAULT_MEMORY = 200 * 1024 * 1024;

export function requestOf(spec: PodSpec): PodRequest {
  let cpu = 0;
  let memory = 0;
  let scoredCpu = 0;
  let scoredMemory = 0;
  for (const container of spec.containers) {
    cpu += container.cpu;
    memory += container.memory;
    scoredCpu += container.cpu === 0 ? DEFAULT_CPU : container.cpu;
    scoredMemory += container.memory === 0 ? DEFAULT_MEMORY : container.memory;
  }
  return { cpu, memory, scoredCpu, scoredMemory };
}
