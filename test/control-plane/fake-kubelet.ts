/** Binds, runs and ends pods in tests: ready `startup` after creation, ended `termination` after their deletion. */
import type { Micros } from "../../src/engine/duration.js";
import { SECOND } from "../../src/engine/duration.js";
import type { Pod } from "../../src/model/objects.js";
import type { Harness } from "./harness.js";

export interface KubeletOptions {
  /** For all, or by the number of pods that were created before. */
  readonly startup: Micros | ((ordinal: number) => Micros);
  /** For all, or by the number of pods whose deletion began before. */
  readonly termination: Micros | ((ordinal: number) => Micros);
  /** From a pod's terminal phase to its removal; without it the object goes when the pod ends. */
  readonly removal?: Micros;
  /** Which pods become ready; default all. */
  readonly becomesReady?: (pod: Pod) => boolean;
}

export function runFakeKubelet(harness: Harness, options: KubeletOptions): void {
  let addresses = 0;
  const ending = new Set<string>();
  harness.log.onCommit("Pod", (revision) => {
    const { key, deleted, previous, time } = revision;
    const pod = revision.object as Pod;
    if (deleted) return;
    if (previous === null && pod.spec.nodeName === "") {
      const startup = of(options.startup, addresses);
      const podIP = 0x0af40001 + addresses++;
      harness.at(time, () => change(harness, key, (now) => ({ ...now, spec: { ...now.spec, nodeName: "n1" } })));
      harness.at(time + startup, () => {
        if (options.becomesReady?.(pod) === false) return;
        change(harness, key, (now) => started(now, podIP, harness.simulation.now));
      });
    }
    if (pod.metadata.deletionTimestamp !== null && !ending.has(`${key} ${pod.metadata.creationTimestamp}`)) {
      const end = time + of(options.termination, ending.size);
      ending.add(`${key} ${pod.metadata.creationTimestamp}`);
      if (options.removal !== undefined) harness.at(end, () => change(harness, key, ended));
      harness.at(end + (options.removal ?? 0), () => harness.remove("Pod", key));
    }
  });
}

function of(time: KubeletOptions["startup"], ordinal: number): Micros {
  return typeof time === "number" ? time : time(ordinal);
}

function ended(pod: Pod): Pod {
  return { ...pod, status: { ...pod.status, phase: "Succeeded" } };
}

function change(harness: Harness, key: string, how: (pod: Pod) => Pod): void {
  if (harness.log.get("Pod", key) !== null) harness.change("Pod", key, how);
}

function started(pod: Pod, podIP: number, now: Micros): Pod {
  const ready = { status: true, lastTransitionTime: Math.floor(now / SECOND) * SECOND };
  return { ...pod, status: { ...pod.status, phase: "Running", podIP, ready } };
}
