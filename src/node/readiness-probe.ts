/** A readiness probe as a health check (pkg/kubelet/prober/worker.go). */
import { type Micros, SECOND } from "../engine/duration.js";
import type { Health, HealthCheck } from "../model/health-check.js";
import type { Probe } from "../model/objects.js";

/** The probe of a worker whose ticker (`run`) ticks at `phase`. */
export function healthCheckOf(probe: Probe, phase: Micros): HealthCheck {
  const { periodSeconds, successThreshold, failureThreshold } = probe;
  return { phase, interval: periodSeconds * SECOND, up: successThreshold, down: failureThreshold };
}

/**
 * When the initial delay of a container is over. The API keeps its start in whole seconds, so that it can be over up to a
 * second early.
 */
export function initialDelayEnd(startedAt: Micros, initialDelaySeconds: number): Micros {
  return initialDelaySeconds === 0 ? startedAt : (Math.floor(startedAt / SECOND) + initialDelaySeconds) * SECOND;
}

/** A new container starts as failed; the run of equal results is not reset for readiness (`doProbe`). */
export function healthOfNewContainer(health: Health): Health {
  return { ...health, healthy: false };
}
