/** What a readiness probe has found so far (pkg/kubelet/prober/worker.go `doProbe`). */
import type { Probe } from "../model/objects.js";

export interface ProbeState {
  /** The published result of the running container. */
  readonly ready: boolean;
  /** Result of the last probe, and how many in a row were the same; both outlive the container. */
  readonly last: boolean;
  readonly run: number;
}

export const INITIAL_PROBE_STATE: ProbeState = { ready: false, last: false, run: 0 };

/** The state after one more probe: a result is published when it came as often in a row as its threshold says. */
export function nextProbeState(
  state: ProbeState,
  succeeded: boolean,
  probe: Pick<Probe, "successThreshold" | "failureThreshold">,
): ProbeState {
  const run = succeeded === state.last ? state.run + 1 : 1;
  const threshold = succeeded ? probe.successThreshold : probe.failureThreshold;
  return { ready: run >= threshold ? succeeded : state.ready, last: succeeded, run };
}

/** A new container starts as failed; the run of equal results is not reset for readiness. */
export function stateOfNewContainer(state: ProbeState): ProbeState {
  return { ...state, ready: false };
}

/** True while probes that are answered like this change nothing. */
export function isSettled(state: ProbeState, answer: boolean): boolean {
  return state.ready === answer && state.last === answer;
}
