/** Binds, runs and ends pods in tests: ready `startup` after creation, gone `termination` after their deletion. */
import type { Micros } from "../../src/engine/duration.js";
import { SECOND } from "../../src/engine/duration.js";
import type { Pod } from "../../src/model/objects.js";
import type { Harness } from "./harness.js";

export interface KubeletOptions {
  readonly startup: Micros;
  readonly termination: Micros;
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
      const podIP = 0x0af40001 + addresses++;
      harness.at(time, () => change(harness, key, (now) => ({ ...now, spec: { ...now.spec, nodeName: "n1" } })));
      harness.at(time + options.startup, () => {
        if (options.becomesReady?.(pod) === false) return;
        change(harness, key, (now) => started(now, podIP, harness.simulation.now));
      });
    }
    if (pod.metadata.deletionTimestamp !== null && !ending.has(`${key} ${pod.metadata.creationTimestamp}`)) {
      ending.add(`${key} ${pod.metadata.creationTimestamp}`);
      harness.at(time + options.termination, () => harness.remove("Pod", key));
    }
  });
}

function change(harness: Harness, key: string, how: (pod: Pod) => Pod): void {
  if (harness.log.get("Pod", key) !== null) harness.change("Pod", key, how);
}

function started(pod: Pod, podIP: number, now: Micros): Pod {
  const ready = { status: true, lastTransitionTime: Math.floor(now / SECOND) * SECOND };
  return { ...pod, status: { ...pod.status, phase: "Running", podIP, ready } };
}
