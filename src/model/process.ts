/**
 * How the kubelet and the program in a container meet. The kubelet never knows whether it runs a web server (traffic)
 * or CoreDNS (dns): `processFor(container)` gives it a ContainerProcess.
 */
import type { Context } from "../engine/context.js";
import type { Micros } from "../engine/duration.js";
import type { ApiSession } from "./api-session.js";
import type { Container, Pod } from "./objects.js";
import type { HealthEndpoint, ListeningHost } from "./verdict.js";

/** The kubelet's side: what a process tells whoever started it. */
export interface ProcessSupervisor {
  /** The process has ended by itself, after SIGTERM, or by SIGKILL. Called once, never from within `start`. */
  exited(): void;
  /** What the readiness endpoint answers has just changed without having been foreseen by `nextProbeChange`. */
  probeChanged(): void;
}

/** Where and as whom a process runs. The context dies with the container. */
export interface ProcessEnvironment {
  readonly context: Context;
  readonly pod: Pod;
  readonly container: Container;
  /** The pod's network namespace: its address, and the node where it is. */
  readonly host: ListeningHost;
  /** 0 for the first start of the container in this pod, then one more with each restart. */
  readonly restart: number;
  /** The node's with the API server, for a program that asks it or watches. */
  readonly session: ApiSession;
  readonly supervisor: ProcessSupervisor;
}

export interface ContainerProcess extends HealthEndpoint {
  /** The container has been started now. */
  start(): void;
  /** SIGTERM. */
  terminate(): void;
  /** SIGKILL, a crash, or the end of the node's power: everything stops at this instant; `exited` follows at once. */
  kill(): void;
  /** What the readiness endpoint answers at this instant. */
  probe(): boolean;
  /** Earliest time at which `probe()` may answer differently without a call of `probeChanged`; Infinity if none. */
  nextProbeChange(): Micros;
}

export type ProcessFactory = (environment: ProcessEnvironment) => ContainerProcess;

/** What churn can do to a running container; a process that does not support an action ignores it. */
export interface FaultableProcess extends ContainerProcess {
  /** Makes the readiness endpoint fail (true) or answer as usual again (false); traffic is still served. */
  failProbe(failing: boolean): void;
}
